"""`evaluate`: test a finished run's weights again and compare with its report."""

from argparse import Namespace
from dataclasses import asdict

from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult, data_title
from fmnist_core.data import datasets


def evaluate(arguments: Namespace) -> CommandResult:
    """Test the stored weights; raises `LabError`.

    If the run has no out-of-distribution detector, fit one.
    """
    from fmnist_core.runs import ood_detector
    from fmnist_core.runs.evaluate import evaluate_run

    run = shared_arguments.get_run(arguments)
    data = run.recipe().data
    evaluation = evaluate_run(run)
    if not run.ood_detector_file.exists():
        ood_detector.fit_and_save(run, datasets.load(data))
    difference = 100 * (evaluation.test_accuracy - evaluation.reported_accuracy)
    return CommandResult(
        facts={"run": run.id, "data": data, **asdict(evaluation)},
        lines=[
            f"{run.id}: test accuracy {evaluation.test_accuracy:.2%}, loss "
            f"{evaluation.test_loss:.4f} on {data_title(data)}; its report says "
            f"{evaluation.reported_accuracy:.2%} ({difference:+.2f} percentage points)."
        ],
    )


COMMANDS = (
    Command(
        name="evaluate",
        help="test a finished run's weights again and compare with its report",
        run=evaluate,
        arguments=shared_arguments.add_run,
    ),
)
