"""`runs …`: list, show, resume, stop, rename, delete and restore runs."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from typing import Any

from fmnist_core import paths
from fmnist_core.cli import progress, shared_arguments
from fmnist_core.cli.command import Command, CommandResult, data_title, format_table
from fmnist_core.errors import RunError
from fmnist_core.formatting import format_duration, pluralize
from fmnist_core.jobs import queue
from fmnist_core.runs import deleted_runs, event_log, store, summary
from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import SCRATCH
from fmnist_core.training.recipe import flatten


def list_runs(arguments: Namespace) -> CommandResult:
    """List this machine's runs, newest first, then the example models."""
    folders = [shared_arguments.runs_folder(arguments)]
    if arguments.runs is None:
        folders.append(paths.checkpoints_folder())
    summaries = [run_facts(run) for run in store.list_runs(*folders)]
    rows = [
        (
            facts["run"],
            f"{facts['state']}, pinned" if facts.get("pinned") else facts["state"],
            facts["name"],
            facts.get("model", ""),
            facts.get("data", ""),
            facts.get("from", ""),
            f"{facts['test_accuracy']:.2%}" if "test_accuracy" in facts else "",
            format_duration(facts["seconds"]) if "seconds" in facts else "",
        )
        for facts in summaries
    ]
    header = ("RUN", "STATE", "NAME", "MODEL", "DATA", "FROM", "TEST ACCURACY", "TOOK")
    lines = format_table(rows, header=header) if rows else [f"No runs in {folders[0]} yet."]
    return CommandResult(facts={"runs": summaries}, lines=lines)


def run_facts(run: Run) -> dict[str, Any]:
    """What the list shows of a run; a damaged one has only its id and state."""
    state = run.state()
    facts: dict[str, Any] = {"run": run.id, "folder": str(run.path), "state": state, "name": ""}
    if state is RunState.DAMAGED:
        return facts
    metadata, recipe = run.metadata(), run.recipe()
    facts |= {"name": metadata.name, "by": metadata.by, "model": recipe.model, "data": recipe.data}
    facts["pinned"] = metadata.pinned
    report = run.report() if state is RunState.FINISHED else None
    if report:
        facts |= {"test_accuracy": report.test_accuracy, "seconds": report.train_seconds}
    started_from = summary.read_started_from(run, report)
    if started_from is None and recipe.weights != SCRATCH:
        started_from = f"will use {recipe.weights}"
    return facts | {"from": started_from or SCRATCH}


def show_run(arguments: Namespace) -> CommandResult:
    """Show recipe, state and report of a run; raises `RunError`."""
    run = shared_arguments.get_run(arguments)
    facts = run_facts(run) | {"reason": run.reason()}
    if facts["state"] is RunState.DAMAGED:
        return CommandResult(facts=facts, lines=[f"{run.id}: damaged", str(facts["reason"])])
    recipe = run.recipe()
    facts["recipe"] = recipe.model_dump()
    lines = [f"{run.id}: {facts['name']}, {facts['state']} on {data_title(recipe.data)}"]
    lines += [f"initial weights: {facts['from']}"]
    lines += [facts["reason"]] if facts["reason"] else []
    lines += ["", *format_table(list(flatten(recipe).items()), header=("FIELD", "VALUE"))]
    if facts["state"] is RunState.FINISHED:
        facts["report"] = run.report().model_dump()
        lines += ["", *_report_lines(run)]
    return CommandResult(facts=facts, lines=lines)


def _report_lines(run: Run) -> list[str]:
    report = run.report()
    class_rows = [
        (row.name, f"{row.precision:.1%}", f"{row.recall:.1%}", f"{row.f1:.3f}")
        for row in report.classes
    ]
    return [
        f"test accuracy {report.test_accuracy:.2%}, loss {report.test_loss:.4f}, macro F1 "
        f"{report.macro_f1:.4f} on {data_title(report.data)}",
        f"best epoch {report.best_epoch} of {report.epochs_done}, validation accuracy "
        f"{report.validation_accuracy:.2%}",
        f"{report.parameters:,} parameters, {report.flops_per_image:,} FLOPs per image, "
        f"{format_duration(report.train_seconds)} on {report.environment.device} in "
        f"{report.environment.precision}",
        "",
        *format_table(class_rows, header=("CLASS", "PRECISION", "RECALL", "F1")),
    ]


def resume_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_run(parser)
    progress.add_arguments(parser)


def resume_run(arguments: Namespace) -> CommandResult:
    """Queue a run again and follow it; raises `RunError`."""
    run = shared_arguments.get_run(arguments)
    follower = event_log.Follower(run.events_file)
    follower.read()
    follower.events.clear()  # show only what happens after this resume
    queue.resume_run(run)
    return progress.follow_run(run, follower, detach=arguments.detach)


def stop_run(arguments: Namespace) -> CommandResult:
    """Stop a training run, or remove a waiting one from the queue; raises `RunError`."""
    run = shared_arguments.get_run(arguments)
    if run.state() is RunState.QUEUED:
        queue.cancel_run(run)
        return _done(run, "canceled", "was removed from the queue.")
    queue.control_run(run, "stop")
    return _done(run, "stopping", "will stop after the current step; you can resume it.")


def rename_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_run(parser)
    parser.add_argument("name", metavar="NAME", help="the new name")


def rename_run(arguments: Namespace) -> CommandResult:
    """Rename a run; raises `RunError`."""
    run = shared_arguments.get_run(arguments)
    store.rename_run(run, arguments.name)
    return _done(run, "renamed", f"is now called {run.metadata().name}.")


def delete_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_run(parser)
    parser.add_argument("--yes", action="store_true", help="delete without asking")
    parser.add_argument(
        "--permanently", action="store_true", help="delete for good, not into the bin"
    )


def delete_run(arguments: Namespace) -> CommandResult:
    """Delete a run after confirmation, into the bin or for good; raises `RunError`."""
    run = shared_arguments.get_run(arguments)
    permanently = " permanently" if arguments.permanently else ""
    if not (arguments.yes or ask_yes_no(f"Delete run {run.id}{permanently}?")):
        return _done(run, "kept", "was not deleted.")
    if permanently:
        store.remove_run(run)
        return _done(run, "deleted", "was deleted for good.")
    deleted_runs.delete_run(run)
    return _done(
        run, "deleted", f"was deleted; restore it with: python -m fmnist_core runs restore {run.id}"
    )


def list_deleted(arguments: Namespace) -> CommandResult:
    """List the runs in the bin, the last deleted one first."""
    folder = shared_arguments.runs_folder(arguments)
    facts = [
        run_facts(deleted.run) | {"deleted": deleted.deleted_at.isoformat(timespec="seconds")}
        for deleted in deleted_runs.list_bin(folder)
    ]
    rows = [(run["run"], run["state"], run["name"], run["deleted"]) for run in facts]
    lines = format_table(rows, header=("RUN", "STATE", "NAME", "DELETED")) if rows else ["No runs."]
    return CommandResult(facts={"runs": facts}, lines=lines)


def restore_run(arguments: Namespace) -> CommandResult:
    """Take a run out of the bin; raises `RunError`."""
    folder = shared_arguments.runs_folder(arguments)
    run = queue.restore_run(deleted_runs.find_deleted(arguments.run, folder))
    return _done(run, "restored", "was restored.")


def empty_bin(arguments: Namespace) -> CommandResult:
    """Remove all deleted runs for good, after confirmation; raises `RunError`."""
    folder = shared_arguments.runs_folder(arguments)
    num_deleted = len(deleted_runs.list_bin(folder))
    question = f"Remove {pluralize(num_deleted, 'deleted run')} permanently?"
    if num_deleted and not (arguments.yes or ask_yes_no(question)):
        return CommandResult(facts={"removed": 0}, lines=["Nothing was removed."])
    num_removed = deleted_runs.empty_bin(folder, older_than=timedelta())
    return CommandResult(
        facts={"removed": num_removed}, lines=[f"Removed {pluralize(num_removed, 'run')} for good."]
    )


def empty_bin_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_runs_folder(parser)
    parser.add_argument("--yes", action="store_true", help="remove them without asking")


def ask_yes_no(question: str) -> bool:
    """Ask on the terminal; raises `RunError` if standard input is not one."""
    if not sys.stdin.isatty():
        raise RunError("Standard input is not a terminal; add --yes to delete without asking.")
    print(question, "[y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _done(run: Run, action: str, predicate: str) -> CommandResult:
    return CommandResult(facts={"run": run.id, "done": action}, lines=[f"{run.id} {predicate}"])


COMMANDS = (
    Command(
        name="runs list",
        help="list all runs, newest first",
        run=list_runs,
        arguments=shared_arguments.add_runs_folder,
    ),
    Command(
        name="runs show",
        help="show a run's recipe, state and report",
        run=show_run,
        arguments=shared_arguments.add_run,
    ),
    Command(
        name="runs resume",
        help="resume a paused, stopped, interrupted or failed run",
        run=resume_run,
        arguments=resume_arguments,
    ),
    Command(
        name="runs stop",
        help="stop a training run, or remove a waiting one from the queue",
        run=stop_run,
        arguments=shared_arguments.add_run,
    ),
    Command(
        name="runs rename",
        help="rename a run",
        run=rename_run,
        arguments=rename_arguments,
    ),
    Command(
        name="runs delete",
        help="delete a run; it can be restored for some days",
        run=delete_run,
        arguments=delete_arguments,
    ),
    Command(
        name="runs deleted",
        help="list the deleted runs that can be restored",
        run=list_deleted,
        arguments=shared_arguments.add_runs_folder,
    ),
    Command(
        name="runs restore",
        help="restore a deleted run",
        run=restore_run,
        arguments=shared_arguments.add_run,
    ),
    Command(
        name="runs empty-bin",
        help="remove all deleted runs permanently",
        run=empty_bin,
        arguments=empty_bin_arguments,
    ),
)
