"""Test the stored weights of a finished run again."""

from dataclasses import dataclass

from fmnist_core.data import datasets
from fmnist_core.models.inference import loss_and_accuracy, predict_probabilities
from fmnist_core.runs import weights
from fmnist_core.runs.run import Run
from fmnist_core.training.batches import DeviceData


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Test metrics of a finished run's stored weights."""

    test_accuracy: float
    test_loss: float
    reported_accuracy: float


def evaluate_run(run: Run) -> Evaluation:
    """Test the stored weights on the whole test set; raises `RunError` or `DataError`."""
    report = run.report()
    model, input_spec = weights.load_model(run)
    data = DeviceData(datasets.load(report.data), next(model.parameters()).device)
    probabilities = predict_probabilities(model, data.test_images, input_spec=input_spec)
    loss, accuracy = loss_and_accuracy(probabilities, data.test_labels)
    return Evaluation(
        test_accuracy=accuracy, test_loss=loss, reported_accuracy=report.test_accuracy
    )
