"""What a run starts from, in words, and whether that is to be had; free of torch."""

from pathlib import Path

from fmnist_core import paths
from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.errors import LabError, RunError
from fmnist_core.models import pretrained_files
from fmnist_core.runs import store
from fmnist_core.runs.run import Run
from fmnist_core.training.recipe import Recipe

RUN_PREFIX = "run:"


def source_run(recipe: Recipe, runs_folder: Path) -> Run:
    """The finished run whose weights `recipe` starts from; raises `RunError`."""
    wanted = recipe.weights.removeprefix(RUN_PREFIX)
    run = store.get_run(wanted, runs_folder, paths.checkpoints_folder())
    if not run.report_file.exists():
        raise RunError(f"Run {wanted} is {run.state()}: only a finished run can be started from.")
    theirs = run.recipe()
    if theirs.model != recipe.model:
        raise RunError(
            f"Run {wanted} is {theirs.spec.title}; {recipe.spec.title} can start from its own "
            "kind only."
        )
    return run


def find_problem(recipe: Recipe, runs_folder: Path) -> str | None:
    """Why it cannot start from what it asks for, in a sentence with a way on, or `None`."""
    if recipe.weights == "imagenet":
        return pretrained_files.availability_problem(recipe.spec)
    if recipe.weights.startswith(RUN_PREFIX):
        try:
            source_run(recipe, runs_folder)
        except LabError as error:
            return f"{error} Start from scratch, or from another run."
    return None


def check_available(recipe: Recipe, runs_folder: Path) -> None:
    """Raises `RunError` or `ModelError` where it cannot start from what it asks for."""
    if recipe.weights == "imagenet":
        pretrained_files.require_available(recipe.spec)
    elif recipe.weights.startswith(RUN_PREFIX):
        source_run(recipe, runs_folder)


def describe_source(run: Run) -> str:
    """A finished run as what another starts from."""
    report = run.report()
    before = "" if report.started_from == "scratch" else f", itself from {report.started_from}"
    title = DATASET_TITLES[report.data]
    return f"run {run.id} ({run.recipe().spec.title} on {title}{before})"
