"""Trials of searches in the leaderboard: of each search its best one, or all of some searches."""

from collections.abc import Collection, Sequence

from fmnist_core.errors import RunError
from fmnist_core.runs.summary import RunSummary
from fmnist_core.search import searches


def select_trials(
    runs: Sequence[RunSummary], *, of_searches: Collection[str] = (), all_trials: bool = False
) -> list[RunSummary]:
    """Leave out trials: all but the best of each search, or all runs outside `of_searches`.

    The best one is that on the validation images, as for the search itself: the test images must
    not choose.
    """
    if of_searches:
        return [run for run in runs if run.search in of_searches]
    if all_trials:
        return list(runs)
    best: dict[str, RunSummary] = {}
    for run in runs:
        if run.search and _accuracy(run) > _accuracy(best.get(run.search)):
            best[run.search] = run
    return [run for run in runs if not run.search or best[run.search] is run]


def _accuracy(run: RunSummary | None) -> float:
    return run.report.validation_accuracy if run and run.report else -1.0


def search_names(runs: Sequence[RunSummary]) -> dict[str, str]:
    """Name and number of trials by search, for the searches of these runs."""
    ids = [run.search for run in runs if run.search]
    return {
        search_id: f"{_search_name(search_id)} ({ids.count(search_id)})"
        for search_id in dict.fromkeys(ids)
    }


def _search_name(search_id: str) -> str:
    """Its name; of a search that is gone or damaged, its id."""
    try:
        spec = searches.get_search(search_id).spec()
    except RunError:
        return search_id
    return f"{spec.by} · {spec.name}" if spec.by else spec.name
