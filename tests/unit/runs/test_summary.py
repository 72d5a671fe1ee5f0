"""What a run started from, in few words, and never more than is true."""

import pytest

from fmnist_core.home_page.overview import best_words
from fmnist_core.runs import summary
from fmnist_core.ui import run_list
from tests import factories
from tests.factories import MakeRun

IMAGENET = "ImageNet (resnet50.a1_in1k)"


@pytest.mark.parametrize(
    ("started_from", "said"),
    [
        ("scratch", "scratch"),
        (IMAGENET, "ImageNet"),
        ("run cnn (CNN on Fashion-MNIST)", "run cnn"),
        ("run 20261120-100000-000001-3f2a (CNN on drawn garments)", "run …3f2a"),
    ],
)
def test_short(started_from: str, said: str) -> None:
    assert summary.shorten_initial_weights(started_from) == said


def titles() -> dict[str, str]:
    return {row.id: row.title for row in run_list.runs() if not row.shipped}


def test_finished_runs_say_what_their_report_says(make_run: MakeRun) -> None:
    imagenet = {"weights": "imagenet", "preset_key": "resnet50", "started_from": IMAGENET}
    make_run(run_id="a", name="Ada's", finished=True, **imagenet)
    make_run(run_id="b", name="Bob's", finished=True)
    assert titles() == {"a": "Ada's · from ImageNet", "b": "Bob's"}


def test_before_it_begins_a_run_only_asks(make_run: MakeRun) -> None:
    asks = {"preset_key": "resnet50", "weights": "imagenet", "name": "R"}
    make_run(run_id="a", **asks)
    make_run(factories.started(), run_id="b", **asks)
    make_run(run_id="c", name="from another", weights="run:cnn")
    assert titles() == {"a": "R · asked: ImageNet", "b": "R", "c": "from another · asked: run cnn"}


def test_training_runs_say_what_they_began_with(make_run: MakeRun) -> None:
    make_run(factories.started().model_copy(update={"started_from": IMAGENET}), run_id="a")
    assert titles()["a"].endswith(" · from ImageNet")


def test_names_that_are_alike_are_told_apart(make_run: MakeRun) -> None:
    make_run(run_id="run-aaaa", finished=True)
    make_run(run_id="run-bbbb", finished=True)
    labels = summary.unique_labels(run_list.runs())
    assert labels["run-aaaa"].endswith(" · aaaa")
    assert len(set(labels.values())) == len(labels)


def test_home_says_where_the_best_came_from(make_run: MakeRun) -> None:
    make_run(run_id="a", finished=True, preset_key="vit-tiny", started_from=IMAGENET)
    make_run(run_id="b", finished=True, preset_key="cnn-deep", data="drawn")
    rows = [row for row in run_list.runs() if not row.shipped]
    assert best_words("vit-tiny", rows) == "88.7%, from ImageNet"
    assert best_words("cnn-deep", rows) == "88.7% on drawn garments, from scratch"
    assert best_words("mlp", rows) == ":gray[not trained yet]"
