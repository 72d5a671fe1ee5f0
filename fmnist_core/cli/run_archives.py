"""`runs export` and `runs import`: take a run to another machine as a zip archive."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from fmnist_core import atomic
from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.errors import DataError
from fmnist_core.formatting import format_bytes, pluralize
from fmnist_core.runs import archive


def export_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_run(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the archive to write (default: RUN.zip)"
    )


def export_run(arguments: Namespace) -> CommandResult:
    """Write a run's archive; raises `RunError`, and `OSError`."""
    run = shared_arguments.get_run(arguments)
    path: Path = arguments.out or Path(f"{run.id}.zip")
    content = archive.export_bytes(run)
    atomic.write_bytes(path, content)
    return CommandResult(
        facts={"run": run.id, "file": str(path), "bytes": len(content)},
        lines=[f"{run.id} was written to {path} ({format_bytes(len(content))})."],
    )


def import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the zip archive of a run")
    parser.add_argument("--owner", default="", metavar="ID", help="the person whose run it becomes")
    shared_arguments.add_runs_folder(parser)


def import_run(arguments: Namespace) -> CommandResult:
    """Import a run from an archive; raises `DataError` or `RunError`."""
    path: Path = arguments.file
    try:
        with path.open("rb") as file:
            imported = archive.import_run(
                file,
                name=path.name,
                owner=arguments.owner,
                folder=shared_arguments.runs_folder(arguments),
            )
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    run, removed = imported.run, imported.num_removed_events
    lines = [f"{run.id} was imported: {run.metadata().name}, {run.state()}."]
    if imported.old_id:
        lines.append(f"It has a new id, because {imported.old_id} is taken.")
    if removed:
        lines.append(f"{pluralize(removed, 'line')} of its log could not be read.")
    return CommandResult(
        facts={"run": run.id, "old_id": imported.old_id, "removed_events": removed}, lines=lines
    )


COMMANDS = (
    Command(
        name="runs export",
        help="write a run to a zip archive that another machine can import",
        run=export_run,
        arguments=export_arguments,
    ),
    Command(
        name="runs import",
        help="import a run from a zip archive, after checking every file in it",
        run=import_run,
        arguments=import_arguments,
    ),
)
