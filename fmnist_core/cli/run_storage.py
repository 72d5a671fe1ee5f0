"""`runs pin`, `runs unpin` and `runs prune`: which runs stay when the disk is full."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult, format_table
from fmnist_core.cli.runs import ask_yes_no
from fmnist_core.formatting import format_bytes, pluralize
from fmnist_core.runs import deleted_runs, disk_quota, store
from fmnist_core.runs.disk_quota import GIGABYTE, EndedRun
from fmnist_core.settings import get_settings


def pin_run(arguments: Namespace) -> CommandResult:
    """Pin a run; raises `RunError`."""
    return _pin(arguments, pinned=True)


def unpin_run(arguments: Namespace) -> CommandResult:
    """Unpin a run; raises `RunError`."""
    return _pin(arguments, pinned=False)


def _pin(arguments: Namespace, *, pinned: bool) -> CommandResult:
    run = shared_arguments.get_run(arguments)
    store.pin_run(run, pinned=pinned)
    state = "pinned" if pinned else "no longer pinned"
    return CommandResult(facts={"run": run.id, "pinned": pinned}, lines=[f"{run.id} is {state}."])


def prune_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--to",
        type=parse_gigabytes,
        metavar="GB",
        help="what the runs may take afterwards (default: the setting runs_gigabytes)",
    )
    parser.add_argument("--yes", action="store_true", help="delete them without asking")
    shared_arguments.add_runs_folder(parser)


def parse_gigabytes(text: str) -> float:
    """Parse a number of gigabytes, at least 0; raises `ArgumentTypeError`."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no number of gigabytes; it must be at least 0")
    return number


def prune_runs(arguments: Namespace) -> CommandResult:
    """Delete the oldest runs, after confirmation, until the rest fits; raises `RunError`."""
    folder = shared_arguments.runs_folder(arguments)
    use = disk_quota.disk_use(folder)
    limit = use.limit if arguments.to is None else round(arguments.to * GIGABYTE)
    excess = 0 if limit is None else use.runs - limit
    oldest = disk_quota.runs_to_delete(disk_quota.oldest_runs(folder), num_bytes=excess)
    if not oldest:
        reason = "no other run may be deleted" if excess > 0 else "none needs to be deleted"
        return _result([], [f"The runs take {format_bytes(use.runs)}; {reason}."])
    question = f"Delete {pluralize(len(oldest), 'run')}, {format_bytes(_num_bytes(oldest))}?"
    table = _table(oldest)
    if not arguments.yes:
        print(*table, sep="\n", flush=True)
        if not ask_yes_no(question):
            return _result([], ["Nothing was deleted."])
    for entry in oldest:
        deleted_runs.delete_run(entry.run)
    ending = f"Deleted {pluralize(len(oldest), 'run')}, {format_bytes(_num_bytes(oldest))}."
    if get_settings().disk.bin_days:
        ending += " Restore one with: python -m fmnist_core runs restore RUN"
    return _result(oldest, [*(table if arguments.yes else []), ending])


def _result(deleted: list[EndedRun], lines: list[str]) -> CommandResult:
    facts = {"deleted": [entry.run.id for entry in deleted], "bytes": _num_bytes(deleted)}
    return CommandResult(facts=facts, lines=lines)


def _num_bytes(runs: list[EndedRun]) -> int:
    return sum(entry.num_bytes for entry in runs)


def _table(runs: list[EndedRun]) -> list[str]:
    rows = [
        (
            entry.run.id,
            entry.state,
            store.clean_name(entry.metadata.name),
            format_bytes(entry.num_bytes),
        )
        for entry in runs
    ]
    return format_table(rows, header=("RUN", "STATE", "NAME", "SIZE"))


COMMANDS = (
    Command(
        name="runs pin",
        help="keep a run when the oldest ones are deleted to free space",
        run=pin_run,
        arguments=shared_arguments.add_run,
    ),
    Command(
        name="runs unpin",
        help="no longer keep a run when the oldest ones are deleted",
        run=unpin_run,
        arguments=shared_arguments.add_run,
    ),
    Command(
        name="runs prune",
        help="delete the oldest runs that are not pinned until the rest fits the disk quota",
        run=prune_runs,
        arguments=prune_arguments,
    ),
)
