"""Which trained weights a recipe requests, and whether they are available; free of torch.

A recipe may start from weights of another run or of ImageNet, and learn from a teacher.
"""

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
    run = _finished_run(recipe.weights, runs_folder, purpose="provide initial weights")
    source = run.recipe()
    if source.model != recipe.model:
        raise RunError(
            f"Run {run.id} is {source.spec.title}; {recipe.spec.title} can only start from a run "
            "of the same model."
        )
    return run


def teacher_run(recipe: Recipe, runs_folder: Path) -> Run | None:
    """The finished run that `recipe` learns from, if any; raises `RunError`."""
    teacher = recipe.distillation.teacher
    return _finished_run(teacher, runs_folder, purpose="be a teacher") if teacher else None


def _finished_run(text: str, runs_folder: Path, *, purpose: str) -> Run:
    run = store.get_run(text.removeprefix(RUN_PREFIX), runs_folder, paths.checkpoints_folder())
    if not run.report_file.exists():
        raise RunError(f"Run {run.id} is {run.state()}: only a finished run can {purpose}.")
    return run


def availability_problem(recipe: Recipe, runs_folder: Path) -> str | None:
    """Why the initial weights are not available and what to do about it, or `None`."""
    if recipe.weights == "imagenet":
        return pretrained_files.availability_problem(recipe.spec)
    if recipe.weights.startswith(RUN_PREFIX):
        try:
            source_run(recipe, runs_folder)
        except LabError as error:
            return f"{error} Start from scratch, or from another run."
    return None


def teacher_problem(recipe: Recipe, runs_folder: Path) -> str | None:
    """Why the teacher is not available and what to do about it, or `None`."""
    try:
        teacher_run(recipe, runs_folder)
    except LabError as error:
        return f"{error} Choose another teacher, or none."
    return None


def require_available(recipe: Recipe, runs_folder: Path) -> None:
    """Raise `RunError` or `ModelError` if initial weights or teacher are not available."""
    if recipe.weights == "imagenet":
        pretrained_files.require_available(recipe.spec)
    elif recipe.weights.startswith(RUN_PREFIX):
        source_run(recipe, runs_folder)
    teacher_run(recipe, runs_folder)


def describe_source(run: Run) -> str:
    """The text of `started_from` in the report of a run that starts from `run`."""
    report = run.report()
    earlier = "" if report.started_from == "scratch" else f", itself from {report.started_from}"
    title = DATASET_TITLES[report.data]
    return f"run {run.id} ({run.recipe().spec.title} on {title}{earlier})"
