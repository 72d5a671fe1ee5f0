"""The format of report.json."""

import json

import pytest

from fmnist_core import paths
from fmnist_core.runs.report import Report
from fmnist_core.runs.zoo import CHECKPOINTS

KEYS = (
    "model data num_train num_validation num_test started_from test_accuracy test_loss macro_f1 "
    "confusion classes validation_accuracy best_epoch epochs_done parameters flops_per_image "
    "cached_features train_seconds finished_at environment"
)


@pytest.mark.parametrize("key", CHECKPOINTS)
def test_report_of_a_shipped_run_round_trips_with_the_same_keys(key):
    values = json.loads((paths.checkpoints_folder() / key / "report.json").read_text())
    report = Report.model_validate(values)
    assert list(report.model_dump().items()) == list(values.items())
    assert " ".join(values) == KEYS
    assert list(values["classes"][0]) == ["name", "precision", "recall", "f1", "support"]
    assert list(values["environment"]) == [
        "device", "precision", "threads", "python", "torch", "system",
    ]  # fmt: skip
