"""Put a finished run into the zoo, and test what is there against its report."""

import shutil
from pathlib import Path

from fmnist_core import atomic, paths
from fmnist_core.errors import RunError
from fmnist_core.runs import weights, zoo
from fmnist_core.runs.run import Run
from fmnist_core.runs.weights import Evaluation


def verify_checkpoint(model: str) -> Evaluation:
    """Test a checkpoint on all test images; raises `RunError` where it is not what its report says.

    The report is of the weights before they were rounded to 16 bits.
    """
    run = zoo.get_checkpoint(model)
    found = weights.evaluate(run)
    difference = 100 * abs(found.test_accuracy - found.reported_accuracy)
    if difference > zoo.MAX_ACCURACY_DIFFERENCE + 1e-9:
        raise RunError(
            f"Checkpoint {model} has {found.test_accuracy:.2%}, and its report says "
            f"{found.reported_accuracy:.2%}. Get it anew, or build it: {zoo.build_command(model)}."
        )
    return found


def build_checkpoint(run: Run, model: str) -> Run:
    """Copy a finished run into `checkpoints/` with its matrices in 16 bits, and verify it there.

    What was there before is replaced. Raises `RunError` where the run is not of this model on real
    data, or is too large.
    """
    report, recipe = run.report(), run.recipe()
    if (recipe.model, recipe.data) != (model, "fashion-mnist"):
        raise RunError(f"Run {run.id} is {recipe.model} on {recipe.data}; the zoo wants {model}.")
    packed = Run(paths.checkpoints_folder() / f".new-{model}")
    shutil.rmtree(packed.path, ignore_errors=True)
    packed.path.mkdir(parents=True)
    tensors, _ = weights.read_tensors(run.weights_file)
    weights.write_tensors(packed.weights_file, weights.to_float16(tensors))
    _refuse_large(packed, model)
    kept = (run.recipe_file, run.events_file, run.predictions_file, run.ood_detector_file)
    for file in filter(Path.exists, kept):
        shutil.copyfile(file, packed.path / file.name)
    atomic.write_json(packed.report_file, report.model_dump())
    about = run.metadata().model_copy(update={"name": recipe.spec.title, "by": ""})
    packed.write_metadata(about)
    final = zoo.get_checkpoint(model)
    shutil.rmtree(final.path, ignore_errors=True)
    packed.path.rename(final.path)
    verify_checkpoint(model)
    return final


def _refuse_large(packed: Run, model: str) -> None:
    size = packed.weights_file.stat().st_size
    others = sum(
        zoo.get_checkpoint(other).weights_file.stat().st_size
        for other in zoo.ZOO
        if other != model and zoo.get_checkpoint(other).weights_file.exists()
    )
    if size > zoo.MAX_BYTES or size + others > zoo.MAX_TOTAL_BYTES:
        shutil.rmtree(packed.path)
        raise RunError(
            f"{model} takes {size / 1e6:.0f} MB, beside {others / 1e6:.0f} MB of the others; "
            f"{zoo.MAX_BYTES / 1e6:.0f} and {zoo.MAX_TOTAL_BYTES / 1e6:.0f} are allowed."
        )
