import pytest

from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.search.dimensions import Options, Range
from fmnist_core.search.searches import SearchProgress, SearchSpec, TrialResult, TrialState
from fmnist_core.search_page import search_charts

TITLES = {"learning_rate": "Learning rate", "optimiser": "Optimizer"}
OPTIMIZERS = Options(field="optimiser", values=("adamw", "adam", "sgd"))
LEARNING_RATES = Range(field="learning_rate", low=1e-3, high=0.1, log=True)


@pytest.fixture
def spec(recipe):
    return SearchSpec(
        name="Mine", preset="mlp-quick", recipe=recipe, minutes=1,
        dimensions=(LEARNING_RATES, OPTIMIZERS),
    )  # fmt: skip


@pytest.fixture
def progress():
    accuracies = (0.8, None, 0.7, 0.9)
    return SearchProgress(
        trials=tuple(
            TrialResult(
                number=number, run="", state=TrialState.COMPLETE, accuracy=accuracy,
                values={"learning_rate": 0.01, "optimiser": "sgd"},
            )
            for number, accuracy in enumerate(accuracies)
        ),
        importances={"optimiser": 0.75},
    )  # fmt: skip


def test_the_line_follows_the_best_so_far(spec, progress):
    rows = search_charts.progress_rows(spec, progress, TITLES)
    assert [row["trial"] for row in rows] == [1, 3, 4]
    assert [row["best"] for row in rows] == [0.8, 0.8, 0.9]
    assert rows[0]["text"] == "Learning rate 0.01, Optimizer SGD"


def test_importances_have_titles(progress):
    rows = search_charts.importance_rows(progress, TITLES)
    assert rows == [{"setting": "Optimizer", "importance": 0.75}]


def test_the_best_trial_is_drawn_last(spec, progress):
    rows = search_charts.parallel_rows(spec, progress, TITLES)
    assert len(rows) == 6
    assert rows[-1]["accuracy"] == 0.9
    assert rows[0]["position"] == pytest.approx(0.5)  # 0.01 between 0.001 and 0.1


@pytest.mark.parametrize(
    ("dimension", "value", "position"),
    [
        (LEARNING_RATES, 1e-3, 0),
        (LEARNING_RATES, 0.1, 1),
        (OPTIMIZERS, "adam", 0.5),
        (Range(field="dropout", low=0.2, high=0.6), 0.3, 0.25),
    ],
)
def test_positions_on_an_axis(dimension, value, position):
    assert search_charts.position_on_axis(dimension, value) == pytest.approx(position)


def test_both_ends_of_each_axis_are_labeled(spec):
    rows = search_charts.end_rows(spec, TITLES)
    assert [row["text"] for row in rows] == ["0.001", "0.1", "AdamW", "SGD"]


def test_charts_name_their_data():
    assert "trials" in str(chart_spec(search_charts.progress_chart))
    assert "importances" in str(chart_spec(search_charts.importance_chart))
    assert "ends" in str(chart_spec(search_charts.parallel_chart, axes=tuple(TITLES.values())))
