"""Build the zoo's checkpoints from finished runs, and verify them against their reports."""

import shutil
from pathlib import Path

from fmnist_core import atomic, paths
from fmnist_core.errors import RunError
from fmnist_core.runs import weights, zoo
from fmnist_core.runs.evaluate import Evaluation, evaluate_run
from fmnist_core.runs.run import Run


def verify_checkpoint(model: str) -> Evaluation:
    """Test a checkpoint on all test images; raises `RunError` if it contradicts its report.

    The report describes the weights before they were rounded to float16.
    """
    run = zoo.get_checkpoint(model)
    evaluation = evaluate_run(run)
    difference = 100 * abs(evaluation.test_accuracy - evaluation.reported_accuracy)
    if difference > zoo.MAX_ACCURACY_DIFFERENCE + 1e-9:
        raise RunError(
            f"Checkpoint {model} has an accuracy of {evaluation.test_accuracy:.2%}, but its report "
            f"says {evaluation.reported_accuracy:.2%}. Download it again, or rebuild it: "
            f"{zoo.build_command(model)}."
        )
    return evaluation


def build_checkpoint(run: Run, model: str) -> Run:
    """Copy a finished run into `checkpoints/` with float16 matrices, and verify the copy.

    Replaces the model's earlier checkpoint. Raises `RunError` if the run is of another model, was
    not trained on Fashion-MNIST, or is too large.
    """
    report, recipe = run.report(), run.recipe()
    if (recipe.model, recipe.data) != (model, "fashion-mnist"):
        raise RunError(
            f"Run {run.id} is {recipe.model} on {recipe.data}; the zoo needs {model} on "
            "fashion-mnist."
        )
    checkpoint = Run(paths.checkpoints_folder() / f".new-{model}")
    shutil.rmtree(checkpoint.path, ignore_errors=True)
    checkpoint.path.mkdir(parents=True)
    tensors, _ = weights.read_tensors(run.weights_file)
    weights.write_tensors(checkpoint.weights_file, weights.to_float16(tensors))
    _check_size(checkpoint, model)
    copied = (run.recipe_file, run.events_file, run.predictions_file, run.ood_detector_file)
    for file in filter(Path.exists, copied):
        shutil.copyfile(file, checkpoint.path / file.name)
    atomic.write_json(checkpoint.report_file, report.model_dump())
    metadata = run.metadata().model_copy(update={"name": recipe.spec.title, "by": ""})
    checkpoint.write_metadata(metadata)
    final = zoo.get_checkpoint(model)
    shutil.rmtree(final.path, ignore_errors=True)
    checkpoint.path.rename(final.path)
    verify_checkpoint(model)
    return final


def _check_size(checkpoint: Run, model: str) -> None:
    size = checkpoint.weights_file.stat().st_size
    others = sum(
        zoo.get_checkpoint(other).weights_file.stat().st_size
        for other in zoo.ZOO
        if other != model and zoo.get_checkpoint(other).weights_file.exists()
    )
    if size > zoo.MAX_BYTES or size + others > zoo.MAX_TOTAL_BYTES:
        shutil.rmtree(checkpoint.path)
        raise RunError(
            f"{model} takes {size / 1e6:.0f} MB, and the others take {others / 1e6:.0f} MB; "
            f"{zoo.MAX_BYTES / 1e6:.0f} and {zoo.MAX_TOTAL_BYTES / 1e6:.0f} are allowed."
        )
