"""How lists name a run: initial weights, time, and unique labels."""

import time

import pytest

from fmnist_core.runs import summary
from fmnist_core.ui import run_list
from tests import factories
from tests.factories import MakeRun

IMAGENET = "ImageNet (resnet50.a1_in1k)"


@pytest.mark.parametrize(
    ("started_from", "text"),
    [
        ("scratch", "scratch"),
        (IMAGENET, "ImageNet"),
        ("run cnn (CNN on Fashion-MNIST)", "run cnn"),
        ("run 20261120-100000-000001-3f2a (CNN on synthetic garments)", "run …3f2a"),
    ],
)
def test_initial_weights_are_shortened(started_from: str, text: str) -> None:
    assert summary.shorten_initial_weights(started_from) == text


def titles() -> dict[str, str]:
    return {run.id: run.title for run in run_list.runs() if not run.is_example}


def test_title_of_a_finished_run_names_its_initial_weights(make_run: MakeRun) -> None:
    imagenet = {"weights": "imagenet", "preset_key": "resnet50", "started_from": IMAGENET}
    make_run(run_id="a", name="Ada's", finished=True, **imagenet)
    make_run(run_id="b", name="Bob's", finished=True)
    assert titles() == {"a": "Ada's · from ImageNet", "b": "Bob's"}


def test_title_before_the_start_names_the_requested_weights(make_run: MakeRun) -> None:
    fields = {"preset_key": "resnet50", "weights": "imagenet", "name": "R"}
    make_run(run_id="a", **fields)
    make_run(factories.started(), run_id="b", **fields)
    make_run(run_id="c", name="from another", weights="run:cnn")
    assert titles() == {
        "a": "R · will use ImageNet",
        "b": "R",
        "c": "from another · will use run cnn",
    }


def test_title_of_a_training_run_names_its_initial_weights(make_run: MakeRun) -> None:
    make_run(factories.started().model_copy(update={"started_from": IMAGENET}), run_id="a")
    assert titles()["a"].endswith(" · from ImageNet")


def test_runs_of_the_same_name_have_unique_labels(make_run: MakeRun) -> None:
    make_run(run_id="run-aaaa", finished=True)
    make_run(run_id="run-bbbb", finished=True)
    labels = summary.unique_labels(run_list.runs())
    assert labels["run-aaaa"].endswith(" · aaaa")
    assert len(set(labels.values())) == len(labels)


@pytest.mark.parametrize(
    ("created", "text"),
    [
        ("2026-11-24T11:14:00.123+00:00", "24 Nov, 12:14"),
        ("2026-11-24T23:30:00", "25 Nov, 00:30"),
        ("0001-01-01T00:00:00+23:00", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has no tzset")
def test_creation_time_is_shown_in_local_time(created: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1")
        time.tzset()
        assert summary.local_time(created) == text
    time.tzset()
