"""Build the zoo's checkpoints from finished runs, and verify them against their reports."""

import shutil
from pathlib import Path

from fmnist_core import atomic, paths
from fmnist_core.errors import RunError
from fmnist_core.runs import weights, zoo
from fmnist_core.runs.evaluate import Evaluation, evaluate_run
from fmnist_core.runs.run import Run


def verify_checkpoint(key: str) -> Evaluation:
    """Test a checkpoint on all test images; raises `RunError` if it contradicts its report.

    The report describes the weights before they were rounded to float16.
    """
    run = zoo.get_checkpoint(key)
    evaluation = evaluate_run(run)
    difference = 100 * abs(evaluation.test_accuracy - evaluation.reported_accuracy)
    if difference > zoo.MAX_ACCURACY_DIFFERENCE + 1e-9:
        raise RunError(
            f"Checkpoint {key} has an accuracy of {evaluation.test_accuracy:.2%}, but its report "
            f"says {evaluation.reported_accuracy:.2%}. Download it again, or rebuild it: "
            f"{zoo.build_command(key)}."
        )
    return evaluation


def build_checkpoint(run: Run, key: str) -> Run:
    """Copy a finished run into `checkpoints/` with float16 matrices, and verify the copy.

    Replaces the earlier checkpoint of this model, or that with its epochs. Raises `RunError` if the
    run is of another model, was not trained on Fashion-MNIST, lacks its epochs, or is too large.
    """
    report, recipe = run.report(), run.recipe()
    model = zoo.get_recipe(key).model
    if (recipe.model, recipe.data) != (model, "fashion-mnist"):
        raise RunError(
            f"Run {run.id} is {recipe.model} on {recipe.data}; the zoo needs {model} on "
            "fashion-mnist."
        )
    if key == zoo.EPOCHS_RUN and run.saved_epochs() != list(range(1, report.epochs_done + 1)):
        raise RunError(f"Run {run.id} did not save the weights of all its epochs.")
    checkpoint = Run(paths.checkpoints_folder() / f".new-{key}")
    shutil.rmtree(checkpoint.path, ignore_errors=True)
    checkpoint.path.mkdir(parents=True)
    tensors, _ = weights.read_tensors(run.weights_file)
    weights.write_tensors(checkpoint.weights_file, weights.to_float16(tensors))
    _check_size(checkpoint, key)
    copied = (run.recipe_file, run.events_file, run.predictions_file, run.ood_detector_file)
    for file in filter(Path.exists, copied):
        shutil.copyfile(file, checkpoint.path / file.name)
    atomic.write_json(checkpoint.report_file, report.model_dump())
    name = zoo.NAMES.get(key, recipe.spec.title)
    if key == zoo.EPOCHS_RUN:
        name = zoo.EPOCHS_NAME
        shutil.copytree(run.epochs_folder, checkpoint.epochs_folder)
    checkpoint.write_metadata(run.metadata().model_copy(update={"name": name, "by": ""}))
    final = zoo.get_checkpoint(key)
    shutil.rmtree(final.path, ignore_errors=True)
    checkpoint.path.rename(final.path)
    verify_checkpoint(key)
    return final


def _check_size(checkpoint: Run, key: str) -> None:
    size = checkpoint.weights_file.stat().st_size
    others = sum(
        zoo.get_checkpoint(other).weights_file.stat().st_size
        for other in zoo.CHECKPOINTS
        if other != key and zoo.get_checkpoint(other).weights_file.exists()
    )
    if size > zoo.MAX_BYTES or size + others > zoo.MAX_TOTAL_BYTES:
        shutil.rmtree(checkpoint.path)
        raise RunError(
            f"{key} takes {size / 1e6:.0f} MB, and the others take {others / 1e6:.0f} MB; "
            f"{zoo.MAX_BYTES / 1e6:.0f} and {zoo.MAX_TOTAL_BYTES / 1e6:.0f} are allowed."
        )
