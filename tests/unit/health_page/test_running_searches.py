"""What a line of a running search says."""

import pytest

from fmnist_core.health_page.running_searches import search_text
from fmnist_core.search.searches import SearchProgress, SearchSpec, TrialResult, TrialState
from fmnist_core.training.presets import get_preset


def make_trial(number: int, accuracy: float | None) -> TrialResult:
    return TrialResult(
        number=number, run="", state=TrialState.RUNNING, values={}, accuracy=accuracy
    )


@pytest.mark.parametrize(
    ("accuracies", "text"),
    [
        ([], "0 trials, 2 min of 5 min"),
        ([None], "1 trial, 2 min of 5 min"),
        ([0.5, 0.8725, None], "3 trials, best 87.2%, 2 min of 5 min"),
    ],
)
def test_a_line_says_how_far_it_has_come(accuracies: list[float | None], text: str) -> None:
    spec = SearchSpec(
        name="Mine",
        preset="mlp-quick",
        recipe=get_preset("mlp-quick").recipe,
        dimensions=(),
        minutes=5,
    )
    trials = tuple(make_trial(number, accuracy) for number, accuracy in enumerate(accuracies))
    assert search_text(spec, SearchProgress(trials=trials, seconds=120)) == text
