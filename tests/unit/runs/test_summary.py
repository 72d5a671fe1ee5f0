"""How lists name a run: initial weights, time, and unique labels."""

import time
from datetime import UTC, datetime

import pytest

from fmnist_core import paths
from fmnist_core.runs import store, summary
from fmnist_core.runs.run import RunMetadata
from fmnist_core.runs.summary import RunSummary
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


def own_runs() -> list[RunSummary]:
    return [summary.summarize(run) for run in store.list_runs(paths.runs_folder())]


def test_label_begins_with_the_student_and_marks_examples(make_run: MakeRun) -> None:
    make_run(run_id="a", name="Quick MLP", by="Ada")
    make_run(run_id="b", name="Quick MLP", by="")
    labels = {run.id: run.label for run in run_list.runs()}
    assert (labels["a"], labels["b"]) == ("Ada · Quick MLP", "Quick MLP")
    assert labels["cnn"] == "CNN · example"


def test_equal_labels_have_the_time_and_others_have_none(make_run: MakeRun) -> None:
    make_run(run_id="run-a", by="Ada", name="MLP")
    make_run(run_id="run-b", by="Bob", name="MLP")
    labels = summary.unique_labels(own_runs())
    assert labels == {"run-a": "Ada · MLP", "run-b": "Bob · MLP"}
    make_run(run_id="run-c", by="Bob", name="MLP").write_metadata(
        RunMetadata(name="MLP", by="Bob", created="2025-03-01T10:00:00+00:00")
    )
    labels = summary.unique_labels(own_runs())
    assert labels["run-a"] == "Ada · MLP"
    assert labels["run-b"].startswith("Bob · MLP · today, ")
    assert labels["run-c"].startswith("Bob · MLP · Mar 1, 2025, ")


def test_runs_of_the_same_minute_have_unique_labels(make_run: MakeRun) -> None:
    make_run(run_id="run-aaaa", finished=True)
    make_run(run_id="run-bbbb", finished=True)
    for run in own_runs():
        metadata = RunMetadata(name="MLP", by="Ada", created="2025-03-01T10:00:00+00:00")
        run.run.write_metadata(metadata)
    labels = summary.unique_labels(run_list.runs())
    assert labels["run-aaaa"].endswith(" · aaaa")
    assert len(set(labels.values())) == len(labels)


def test_names_tell_students_and_examples_apart(make_run: MakeRun) -> None:
    make_run(run_id="a", name="CNN", by="", preset_key="cnn-quick")
    make_run(run_id="b", name="CNN", by="Ada", preset_key="cnn-quick")
    runs = {run.id: run for run in run_list.runs()}
    chosen = [runs["a"], runs["b"], runs["cnn"], runs["mlp"]]
    assert summary.unique_names(chosen) == ["CNN", "Ada · CNN", "CNN · example", "MLP"]


@pytest.mark.parametrize(
    ("created", "text"),
    [
        ("2026-11-24T11:14:00.123+00:00", "Nov 24, 12:14"),
        ("2026-11-24T23:30:00", "Nov 25, 00:30"),
        ("2026-12-01T22:59:00+00:00", "today, 23:59"),
        ("2026-11-30T22:59:00+00:00", "Nov 30, 23:59"),
        ("2025-12-01T12:00:00+00:00", "Dec 1, 2025, 13:00"),
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
        now = datetime(2026, 12, 1, 8, tzinfo=UTC)
        assert summary.local_time(created, now=now) == text
    time.tzset()


def test_imported_run_is_marked_in_lists(make_run):
    run = make_run(finished=True)
    run.write_metadata(run.metadata().model_copy(update={"imported": "2026-01-01T00:00:00+00:00"}))
    assert summary.summarize(run).label.endswith(" · imported")
