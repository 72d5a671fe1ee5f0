"""`runs …`: see, resume, stop, rename and delete runs."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from fmnist_core import paths
from fmnist_core.cli import progress, shared_arguments
from fmnist_core.cli.command import Command, CommandResult, data_title, duration, table
from fmnist_core.errors import RunError
from fmnist_core.jobs import control, queue
from fmnist_core.runs import event_log, store, summary
from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import SCRATCH
from fmnist_core.training.recipe import flatten


def list_runs(arguments: Namespace) -> CommandResult:
    """This machine's runs, newest first, then those that ship."""
    folders = [shared_arguments.runs_folder(arguments)]
    if arguments.runs is None:
        folders.append(paths.checkpoints_folder())
    summaries = [run_facts(run) for run in store.list_runs(*folders)]
    rows = [
        (
            facts["run"],
            facts["state"],
            facts["name"],
            facts.get("model", ""),
            facts.get("data", ""),
            facts.get("from", ""),
            f"{facts['test_accuracy']:.2%}" if "test_accuracy" in facts else "",
            duration(facts["seconds"]) if "seconds" in facts else "",
        )
        for facts in summaries
    ]
    header = ("RUN", "STATE", "NAME", "MODEL", "DATA", "FROM", "TEST ACCURACY", "TOOK")
    lines = table(rows, header=header) if rows else [f"No runs in {folders[0]} yet."]
    return CommandResult(facts={"runs": summaries}, lines=lines)


def run_facts(run: Run) -> dict[str, Any]:
    """What a line about a run says; a damaged one still has its id and state."""
    state = run.state()
    facts: dict[str, Any] = {"run": run.id, "folder": str(run.path), "state": state, "name": ""}
    if state is RunState.DAMAGED:
        return facts
    about, recipe = run.metadata(), run.recipe()
    facts |= {"name": about.name, "by": about.by, "model": recipe.model, "data": recipe.data}
    report = run.report() if state is RunState.FINISHED else None
    if report:
        facts |= {"test_accuracy": report.test_accuracy, "seconds": report.train_seconds}
    started_from = summary.read_started_from(run, report)
    if started_from is None and recipe.weights != SCRATCH:
        started_from = f"asked: {recipe.weights}"
    return facts | {"from": started_from or SCRATCH}


def show_run(arguments: Namespace) -> CommandResult:
    """Everything about one run; raises `RunError`."""
    run = shared_arguments.chosen_run(arguments)
    facts = run_facts(run) | {"reason": run.reason()}
    if facts["state"] is RunState.DAMAGED:
        return CommandResult(facts=facts, lines=[f"{run.id}: damaged", str(facts["reason"])])
    recipe = run.recipe()
    facts["recipe"] = recipe.model_dump()
    lines = [f"{run.id}: {facts['name']}, {facts['state']} on {data_title(recipe.data)}"]
    lines += [f"first weights: {facts['from']}"]
    lines += [facts["reason"]] if facts["reason"] else []
    lines += ["", *table(list(flatten(recipe).items()), header=("FIELD", "VALUE"))]
    if facts["state"] is RunState.FINISHED:
        facts["report"] = run.report().model_dump()
        lines += ["", *_report_lines(run)]
    return CommandResult(facts=facts, lines=lines)


def _report_lines(run: Run) -> list[str]:
    report = run.report()
    figures = [
        (each.name, f"{each.precision:.1%}", f"{each.recall:.1%}", f"{each.f1:.3f}")
        for each in report.classes
    ]
    return [
        f"test accuracy {report.test_accuracy:.2%}, loss {report.test_loss:.4f}, macro F1 "
        f"{report.macro_f1:.4f} on {data_title(report.data)}",
        f"best epoch {report.best_epoch} of {report.epochs_done}, validation accuracy "
        f"{report.validation_accuracy:.2%}",
        f"{report.parameters:,} parameters, {report.flops_per_image:,} FLOPs per image, "
        f"{duration(report.train_seconds)} on {report.environment.device} in "
        f"{report.environment.precision}",
        "",
        *table(figures, header=("CLASS", "PRECISION", "RECALL", "F1")),
    ]


def resume_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_run(parser)
    progress.add_arguments(parser)


def resume_run(arguments: Namespace) -> CommandResult:
    """Queue a run again and follow it; raises `RunError`."""
    run = shared_arguments.chosen_run(arguments)
    follower = event_log.Follower(run.events_file)
    follower.read()
    follower.events.clear()  # what is shown begins with this resume
    queue.resume_run(run)
    return progress.answer(run, follower, detach=arguments.detach)


def stop_run(arguments: Namespace) -> CommandResult:
    """Ask a training run to stop, or take a waiting one out of the queue; raises `RunError`."""
    run = shared_arguments.chosen_run(arguments)
    if run.state() is RunState.QUEUED:
        queue.cancel_run(run)
        return _done(run, "cancelled", "was removed from the queue.")
    control.send_command(run, "stop")
    return _done(run, "stopping", "stops after this step; it can be resumed.")


def rename_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_run(parser)
    parser.add_argument("name", metavar="NAME", help="its new name")


def rename_run(arguments: Namespace) -> CommandResult:
    """Give a run another name; raises `RunError`."""
    run = shared_arguments.chosen_run(arguments)
    store.rename_run(run, arguments.name)
    return _done(run, "renamed", f"is now called {run.metadata().name}.")


def delete_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_run(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def delete_run(arguments: Namespace) -> CommandResult:
    """Remove a run for good, once that has been confirmed; raises `RunError`."""
    run = shared_arguments.chosen_run(arguments)
    if not (arguments.yes or confirmed(f"Delete run {run.id} for good?")):
        return _done(run, "kept", "was kept.")
    store.delete_run(run)
    return _done(run, "deleted", "is deleted.")


def confirmed(question: str) -> bool:
    """Ask a person; raises `RunError` where nobody can answer."""
    if not sys.stdin.isatty():
        raise RunError("Nobody is there to be asked; add --yes to delete without asking.")
    print(question, "[y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _done(run: Run, what: str, sentence: str) -> CommandResult:
    return CommandResult(facts={"run": run.id, "done": what}, lines=[f"{run.id} {sentence}"])


COMMANDS = (
    Command(
        words="runs list",
        help="list all runs, newest first",
        run=list_runs,
        arguments=shared_arguments.add_runs_folder,
    ),
    Command(
        words="runs show",
        help="show a run's recipe, state and report",
        run=show_run,
        arguments=shared_arguments.add_run,
    ),
    Command(
        words="runs resume",
        help="go on with a stopped, interrupted or failed run",
        run=resume_run,
        arguments=resume_arguments,
    ),
    Command(
        words="runs stop",
        help="stop a run that trains, or take it out of the queue",
        run=stop_run,
        arguments=shared_arguments.add_run,
    ),
    Command(
        words="runs rename",
        help="give a run another name",
        run=rename_run,
        arguments=rename_arguments,
    ),
    Command(
        words="runs delete",
        help="remove a run for good",
        run=delete_run,
        arguments=delete_arguments,
    ),
)
