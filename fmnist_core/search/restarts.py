"""Searches whose processes have died go on by themselves, as after a power failure."""

from collections import Counter
from contextlib import suppress
from pathlib import Path

from fmnist_core.errors import RunError
from fmnist_core.search.searches import Search, SearchState, list_searches, resume_search

MAX_RESTARTS = 3
"""Of a search while this server runs: one whose process dies each time has a reason to."""

_num_restarts: Counter[Search] = Counter()


def resume_interrupted(folder: Path) -> None:
    """Resume the searches beside these runs that were interrupted.

    One that its owner has stopped, or that has failed with a sentence, waits for its owner.
    """
    for search in list_searches(folder):
        may_restart = _num_restarts[search] < MAX_RESTARTS
        if may_restart and search.state() is SearchState.INTERRUPTED:
            _num_restarts[search] += 1
            with suppress(RunError):  # as at a limit of its owner
                resume_search(search)
