"""`zoo …`: list, build and verify the example models."""

from argparse import ArgumentParser, Namespace
from typing import Any

from fmnist_core.cli import progress, shared_arguments
from fmnist_core.cli.command import Command, CommandResult, format_table
from fmnist_core.cli.train import require_data
from fmnist_core.errors import RunError
from fmnist_core.formatting import format_duration
from fmnist_core.jobs import queue
from fmnist_core.runs import event_log, store, zoo


def verify_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "models", nargs="*", metavar="MODEL", help="the models to verify (default: all)"
    )


def verify(arguments: Namespace) -> CommandResult:
    """Test checkpoints and compare with their reports; raises `DataError`."""
    from fmnist_core.runs import zoo_build

    rows: list[dict[str, Any]] = []
    problems = []
    for model in arguments.models or zoo.CHECKPOINTS:
        try:
            evaluation = zoo_build.verify_checkpoint(model)
        except RunError as error:
            problems.append(str(error))
            continue
        rows.append(
            {
                "model": model,
                "test_accuracy": evaluation.test_accuracy,
                "reported_accuracy": evaluation.reported_accuracy,
            }
        )
    lines = [
        (row["model"], f"{row['test_accuracy']:.2%}", f"{row['reported_accuracy']:.2%}")
        for row in rows
    ]
    return CommandResult(
        facts={"verified": rows, "problems": problems},
        lines=format_table(lines, header=("MODEL", "TEST ACCURACY", "REPORTED")),
        failure=" ".join(problems) or None,
    )


def build_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="the model to train again, replacing its checkpoint",
    )
    parser.add_argument(
        "--from", dest="source", metavar="RUN", help="use this finished run instead of training"
    )
    shared_arguments.add_runs_folder(parser)


def build(arguments: Namespace) -> CommandResult:
    """List how every checkpoint was made, or rebuild one; raises `LabError`."""
    if arguments.model is None:
        return list_checkpoints()
    from fmnist_core.runs import zoo_build

    zoo.get_checkpoint(arguments.model)  # raises an error for an unknown model
    folder = shared_arguments.runs_folder(arguments)
    if arguments.source:
        run = store.get_run(arguments.source, folder)
    else:
        recipe = zoo.get_recipe(arguments.model)
        require_data(recipe)
        run = queue.submit_run(recipe, name=f"zoo: {arguments.model}", folder=folder)
        result = progress.follow_run(run, event_log.Follower(run.events_file), detach=False)
        if result.failure or result.status:
            return result
    checkpoint = zoo_build.build_checkpoint(run, arguments.model)
    size = checkpoint.weights_file.stat().st_size
    return CommandResult(
        facts={"model": arguments.model, "folder": str(checkpoint.path), "bytes": size},
        lines=[f"{checkpoint.path}: {checkpoint.report().test_accuracy:.2%}, {size / 1e6:.1f} MB"],
    )


def list_checkpoints() -> CommandResult:
    """List each checkpoint: recipe, command and result."""
    checkpoints = [_checkpoint_facts(model) for model in zoo.CHECKPOINTS]
    rows = [
        (
            facts["model"],
            facts["recipe"],
            f"{facts['test_accuracy']:.2%}" if "test_accuracy" in facts else "missing",
            format_duration(facts["seconds"]) if "seconds" in facts else "",
            facts.get("epochs", ""),
            facts.get("started_from", ""),
            facts.get("device", ""),
            facts["command"],
        )
        for facts in checkpoints
    ]
    header = ("MODEL", "RECIPE", "TEST ACCURACY", "TIME", "EPOCHS", "FROM", "DEVICE", "COMMAND")
    return CommandResult(facts={"zoo": checkpoints}, lines=format_table(rows, header=header))


def _checkpoint_facts(model: str) -> dict[str, Any]:
    run = zoo.get_checkpoint(model)
    facts: dict[str, Any] = {
        "model": model,
        "recipe": zoo.ZOO.get(model, zoo.EPOCHS_PRESET),
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
        name="zoo verify",
        help="test the example models and compare with their reports",
        run=verify,
        arguments=verify_arguments,
    ),
    Command(
        name="zoo build",
        help="list how each example model was made; with a name, rebuild it",
        run=build,
        arguments=build_arguments,
    ),
)
