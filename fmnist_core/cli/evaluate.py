"""`evaluate`: test a finished run's weights again."""

from argparse import Namespace
from dataclasses import asdict

from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult, data_title
from fmnist_core.data import datasets


def evaluate(arguments: Namespace) -> CommandResult:
    """Compare what the weights reach now with what the report says; raises `LabError`.

    What a run lacks of being able to tell what is unlike its training images is measured too.
    """
    from fmnist_core.runs import ood_detector, weights

    run = shared_arguments.chosen_run(arguments)
    data = run.recipe().data
    found = weights.evaluate(run)
    if not run.ood_detector_file.exists():
        ood_detector.fit_and_save(run, datasets.load(data))
    difference = 100 * (found.test_accuracy - found.reported_accuracy)
    return CommandResult(
        facts={"run": run.id, "data": data, **asdict(found)},
        lines=[
            f"{run.id}: test accuracy {found.test_accuracy:.2%}, loss {found.test_loss:.4f}"
            f" on {data_title(data)}; its report says {found.reported_accuracy:.2%} "
            f"({difference:+.2f} points)."
        ],
    )


COMMANDS = (
    Command(
        words="evaluate",
        help="test a finished run's weights again and compare with its report",
        run=evaluate,
        arguments=shared_arguments.add_run,
    ),
)
