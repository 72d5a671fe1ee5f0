"""Test a finished run on the real photographs: `python -m … RUN_FOLDER`, for a background job."""

import sys
from pathlib import Path

import numpy as np
import torch

from fmnist_core.errors import LabError, RunError
from fmnist_core.models.inference import predict_probabilities
from fmnist_core.runs import weights
from fmnist_core.runs.photograph_comparison import photograph_accuracy
from fmnist_core.runs.run import Run
from fmnist_core.serving import photograph_predictions
from fmnist_core.training import devices


def evaluate_run(run: Run) -> np.ndarray:
    """Compute and keep probabilities float32 [300, 10]; raises `LabError` or `OSError`."""
    torch.set_num_threads(devices.usable_threads())
    model, input_spec = weights.load_model(run)
    device = next(model.parameters()).device

    def predict(images: np.ndarray) -> np.ndarray:
        pixels = torch.from_numpy(images).to(device)
        return predict_probabilities(model, pixels, input_spec=input_spec).cpu().numpy()

    probabilities = photograph_predictions.evaluate(run, predict)
    if not np.isfinite(probabilities).all():
        raise RunError(f"Run {run.id} is damaged: it predicts no numbers.")
    return probabilities


def main() -> None:
    """Test the run whose folder is the first argument."""
    try:
        run = Run(Path(sys.argv[1]))
        accuracy = photograph_accuracy(evaluate_run(run))
    except (LabError, OSError) as error:
        sys.exit(str(error))
    print(f"{run.id}: {accuracy:.1%} of the real photographs")


if __name__ == "__main__":
    main()
