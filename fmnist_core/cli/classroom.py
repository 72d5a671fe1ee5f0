"""`class open` and `class codes`: open the app to a class, show and replace its codes."""

import signal
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from fmnist_core import paths
from fmnist_core.access import addresses, codes
from fmnist_core.access.codes import Codes
from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.settings import get_settings

EVERY_ADDRESS, DEFAULT_PORT = "0.0.0.0", 8501
WILDCARDS = (EVERY_ADDRESS, "::")


def open_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--address",
        default=EVERY_ADDRESS,
        help="the IP address of this machine to listen on (all of them)",
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"the port to listen on ({DEFAULT_PORT})"
    )


def open_to_class(arguments: Namespace) -> CommandResult:
    """Print how to join, then run the app until it is stopped."""
    url = _class_url(arguments.address, arguments.port)
    current = codes.current_codes()
    if not arguments.json:
        joined = addresses.with_code(url, codes.link_code())
        lines = [*_code_lines(current), "", addresses.qr_text(joined), "", "Stop it with Ctrl+C."]
        print(f"\nThe class opens  {url}", *lines, "", sep="\n", flush=True)
    status = run_server(
        f"--server.address={arguments.address}",
        f"--server.port={arguments.port}",
        # The address is printed above. Streamlit's own greeting would ask a server of Amazon's
        # for this machine's address on the internet (1.67).
        "--logger.hideWelcomeMessage=true",
    )
    return CommandResult(facts={"address": url, **_facts(current)}, lines=[], status=status)


def run_server(*options: str) -> int:
    """Run the app with these options of Streamlit until it is stopped; returns its exit status."""
    script = str(paths.PROJECT / "streamlit_app.py")
    command = [sys.executable, "-m", "streamlit", "run", script, *options]
    with subprocess.Popen(command, cwd=paths.PROJECT) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())  # the server ends with us
        try:
            return process.wait()
        except KeyboardInterrupt:  # the server has been told too, and ends by itself
            process.wait()
            return 0


def codes_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--new", action="store_true", help="draw another class code; everybody has to enter it"
    )
    parser.add_argument(
        "--new-teacher", action="store_true", help="draw another class code and teacher's code"
    )


def show_codes(arguments: Namespace) -> CommandResult:
    """Show the codes that are valid now, after replacing them if requested."""
    if arguments.new or arguments.new_teacher:
        codes.replace_codes(teacher=arguments.new_teacher)
    current = codes.current_codes()
    return CommandResult(facts=_facts(current), lines=_code_lines(current))


def _class_url(address: str, port: int) -> str:
    if configured := get_settings().access.address:
        return addresses.class_url("", configured=configured)
    host = addresses.network_address() if address in WILDCARDS else address
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _code_lines(current: Codes) -> Sequence[str]:
    return (
        f"Class code       {codes.format_code(current.class_code)}",
        f"Teacher's code   {codes.format_code(current.teacher_code)}",
    )


def _facts(current: Codes) -> dict[str, str]:
    return {"class_code": current.class_code, "teacher_code": current.teacher_code}


COMMANDS = (
    Command(
        name="class open",
        help="open the app to the network for a class, which enters a class code",
        arguments=open_arguments,
        run=open_to_class,
    ),
    Command(
        name="class codes",
        help="show the class code and the teacher's code, or draw new ones",
        arguments=codes_arguments,
        run=show_codes,
    ),
)
