"""Build the report of a finished run from the result of its training."""

import platform

import numpy as np
import torch

from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.runs.report import ClassMetrics, Environment, Report, utc_now
from fmnist_core.training.events import FitResult, Started
from fmnist_core.training.measure_cost import flops_per_image
from fmnist_core.training.recipe import Recipe


def build_report(
    recipe: Recipe, started: Started, result: FitResult, test_labels: np.ndarray
) -> Report:
    """Everything measured; `test_labels` int64 [N] are those of the images in `result`."""
    predicted = result.probabilities.argmax(dim=1).numpy()
    confusion = metrics.confusion_matrix(test_labels, predicted)
    by_class = metrics.class_metrics(confusion)
    return Report(
        model=recipe.model,
        data=recipe.data,
        num_train=started.num_train,
        num_validation=started.num_validation,
        num_test=len(test_labels),
        started_from=started.started_from,
        test_accuracy=result.finished.test_accuracy,
        test_loss=result.finished.test_loss,
        macro_f1=float(by_class["f1"].mean()),
        confusion=confusion.tolist(),
        classes=[
            ClassMetrics(name=name, **{key: values[label] for key, values in by_class.items()})
            for label, name in enumerate(CLASSES)
        ],
        validation_accuracy=result.validation_accuracy,
        best_epoch=result.best_epoch,
        epochs_done=result.epochs_done,
        parameters=started.parameters,
        flops_per_image=flops_per_image(recipe),
        cached_features=result.cached_features,
        train_seconds=result.finished.seconds,
        finished_at=utc_now(),
        environment=Environment(
            device=started.device,
            precision=started.precision,
            threads=started.threads,
            python=platform.python_version(),
            torch=torch.__version__,
            system=platform.platform(terse=True),
        ),
    )
