"""`zoo …`: the models that ship, how each was made, and whether it is what its report says."""

from argparse import ArgumentParser, Namespace
from typing import Any

from fmnist_core.cli import progress, shared_arguments
from fmnist_core.cli.command import Command, CommandResult, duration, table
from fmnist_core.cli.train import require_data
from fmnist_core.errors import RunError
from fmnist_core.jobs import queue
from fmnist_core.runs import event_log, store, zoo
from fmnist_core.training.presets import get_preset


def verify_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "models", nargs="*", metavar="MODEL", help="these only (else all that ship)"
    )


def verify(arguments: Namespace) -> CommandResult:
    """Test every checkpoint anew and compare; raises `RunError` or `DataError`."""
    from fmnist_core.runs import zoo_build

    rows: list[dict[str, Any]] = []
    problems = []
    for model in arguments.models or zoo.ZOO:
        try:
            found = zoo_build.verify_checkpoint(model)
        except RunError as error:
            problems.append(str(error))
            continue
        rows.append(
            {
                "model": model,
                "test_accuracy": found.test_accuracy,
                "reported_accuracy": found.reported_accuracy,
            }
        )
    lines = [
        (row["model"], f"{row['test_accuracy']:.2%}", f"{row['reported_accuracy']:.2%}")
        for row in rows
    ]
    return CommandResult(
        facts={"verified": rows, "problems": problems},
        lines=table(lines, header=("MODEL", "TEST ACCURACY", "ITS REPORT")),
        failure=" ".join(problems) or None,
    )


def build_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "model", nargs="?", metavar="MODEL", help="train it anew and put it in its place"
    )
    parser.add_argument(
        "--from", dest="source", metavar="RUN", help="take this finished run instead of training"
    )
    shared_arguments.add_runs_folder(parser)


def build(arguments: Namespace) -> CommandResult:
    """How every checkpoint was made, or make one; raises `LabError`."""
    if arguments.model is None:
        return listing()
    from fmnist_core.runs import zoo_build

    zoo.get_checkpoint(arguments.model)  # refuses what the zoo does not know
    folder = shared_arguments.runs_folder(arguments)
    if arguments.source:
        run = store.get_run(arguments.source, folder)
    else:
        recipe = get_preset(zoo.ZOO[arguments.model]).recipe
        require_data(recipe)
        run = queue.submit_run(recipe, name=f"zoo: {arguments.model}", folder=folder)
        answer = progress.answer(run, event_log.Follower(run.events_file), detach=False)
        if answer.failure or answer.status:
            return answer
    packed = zoo_build.build_checkpoint(run, arguments.model)
    size = packed.weights_file.stat().st_size
    return CommandResult(
        facts={"model": arguments.model, "folder": str(packed.path), "bytes": size},
        lines=[f"{packed.path}: {packed.report().test_accuracy:.2%}, {size / 1e6:.1f} MB"],
    )


def listing() -> CommandResult:
    """A line for each checkpoint: recipe, command, and what it came to."""
    made = [_made(model) for model in zoo.ZOO]
    rows = [
        (
            facts["model"],
            facts["recipe"],
            f"{facts['test_accuracy']:.2%}" if "test_accuracy" in facts else "missing",
            duration(facts["seconds"]) if "seconds" in facts else "",
            facts.get("epochs", ""),
            facts.get("started_from", ""),
            facts.get("device", ""),
            facts["command"],
        )
        for facts in made
    ]
    header = ("MODEL", "RECIPE", "TEST ACCURACY", "TOOK", "EPOCHS", "FROM", "ON", "COMMAND")
    return CommandResult(facts={"zoo": made}, lines=table(rows, header=header))


def _made(model: str) -> dict[str, Any]:
    run = zoo.get_checkpoint(model)
    facts: dict[str, Any] = {
        "model": model,
        "recipe": zoo.ZOO[model],
        "command": zoo.build_command(model),
    }
    if run.report_file.exists():
        report = run.report()
        facts |= {
            "test_accuracy": report.test_accuracy,
            "seconds": report.train_seconds,
            "epochs": report.epochs_done,
            "started_from": report.started_from,
            "device": report.environment.device,
            "bytes": run.weights_file.stat().st_size,
        }
    return facts


COMMANDS = (
    Command(
        words="zoo verify",
        help="test the models that ship and compare with their reports",
        run=verify,
        arguments=verify_arguments,
    ),
    Command(
        words="zoo build",
        help="how each model that ships was made; with a name, make it anew",
        run=build,
        arguments=build_arguments,
    ),
)
