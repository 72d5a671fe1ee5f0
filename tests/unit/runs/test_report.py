"""The format of report.json."""

import json

import pytest

from fmnist_core import paths
from fmnist_core.models.registry import MODELS
from fmnist_core.runs.report import Report

KEYS = (
    "model data num_train num_validation num_test started_from test_accuracy test_loss macro_f1 "
    "confusion classes validation_accuracy best_epoch epochs_done parameters flops_per_image "
    "cached_features train_seconds finished_at environment"
)


@pytest.mark.parametrize("model", MODELS)
def test_report_of_a_shipped_model_round_trips_with_the_same_keys(model):
    values = json.loads((paths.checkpoints_folder() / model / "report.json").read_text())
    report = Report.model_validate(values)
    assert list(report.model_dump().items()) == list(values.items())
    assert " ".join(values) == KEYS
    assert list(values["classes"][0]) == ["name", "precision", "recall", "f1", "support"]
    assert list(values["environment"]) == [
        "device", "precision", "threads", "python", "torch", "system",
    ]  # fmt: skip
