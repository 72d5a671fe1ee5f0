"""The command reference in Markdown, generated from the parser: `docs/commands.md`.

Print it with `python -m fmnist_core.cli.reference`.
"""

import argparse
from collections.abc import Iterator, Sequence

from fmnist_core.cli.command import Command
from fmnist_core.cli.main import COMMANDS, GROUPS, PROGRAM, Parser

INTRODUCTION = f"""# Commands

Run a command with `{PROGRAM} COMMAND`. Every command has `--help`, and `--json` to
print its result as one JSON object. The exit status is 0 on success, 1 if something failed, and 2
for a mistake in the command.

This page is generated from the code by `make docs`.
"""


def markdown(commands: Sequence[Command] = COMMANDS) -> str:
    """The whole page: an overview, then usage, arguments and options of each command."""
    return "\n".join([INTRODUCTION, *_overview(commands), *map(_section, commands)])


def _overview(commands: Sequence[Command]) -> Iterator[str]:
    groups: dict[str, list[Command]] = {}
    for command in commands:
        groups.setdefault(command.name.rpartition(" ")[0], []).append(command)
    for group, members in groups.items():
        if group:
            yield f"`{group}`: {GROUPS[group]}\n"
        yield "| command | what it does |\n| --- | --- |"
        for command in members:
            link = f"[`{command.name}`](#{command.name.replace(' ', '-')})"
            yield f"| {link} | {_sentence(command)} |"
        yield ""


def _sentence(command: Command) -> str:
    return f"{command.help[0].upper()}{command.help[1:]}."


def _section(command: Command) -> str:
    parser = Parser(prog=f"{PROGRAM} {command.name}", add_help=False)
    command.arguments(parser)
    rows = [_row(action) for action in parser._actions]  # argparse lists them nowhere else
    lines = [f"## {command.name}", "", _sentence(command), "", "```", _usage(parser), "```", ""]
    if rows:
        lines += ["| argument | meaning |", "| --- | --- |", *rows, ""]
    return "\n".join(lines)


def _usage(parser: argparse.ArgumentParser) -> str:
    """The usage on one line, the same on terminals of any width."""
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    return f"{usage} [--json]"


def _row(action: argparse.Action) -> str:
    formatter = argparse.HelpFormatter(PROGRAM)
    name = formatter._format_action_invocation(action)
    text = formatter._expand_help(action) if action.help else ""
    cells = [cell.replace("|", "\\|") for cell in (f"`{name}`", text[:1].upper() + text[1:])]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(markdown(), end="")
