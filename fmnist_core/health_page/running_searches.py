"""The searches that run: whose they are, how far they have come, and their best trial."""

from contextlib import suppress

import streamlit as st

from fmnist_core.errors import RunError
from fmnist_core.formatting import escape_markdown, format_duration, format_percent, pluralize
from fmnist_core.search import searches
from fmnist_core.search.searches import SearchProgress, SearchSpec


def draw_searches() -> None:
    """Draw a line for each search that starts or runs; nothing without any."""
    active = [search for search in searches.list_searches() if search.state().is_active]
    if not active:
        return
    st.header("Searches", anchor=False)
    with st.container(key="health-searches", gap="xsmall"):
        for search in active:
            with suppress(RunError):  # damaged meanwhile
                _draw_search(search.id, search.spec(), search.progress())


def _draw_search(search_id: str, spec: SearchSpec, progress: SearchProgress) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            "pages/search.py",
            label=escape_markdown(f"{spec.by} · {spec.name}" if spec.by else spec.name),
            query_params={"search": search_id},
            width="content",
        )
        st.caption(search_text(spec, progress), width="content")


def search_text(spec: SearchSpec, progress: SearchProgress) -> str:
    """`12 trials, best 87.2%, 3 min of 5 min`."""
    best = progress.best
    parts = (
        pluralize(len(progress.trials), "trial"),
        f"best {format_percent(best.accuracy)}" if best and best.accuracy is not None else "",
        f"{format_duration(progress.seconds)} of {format_duration(60 * spec.minutes)}",
    )
    return ", ".join(filter(None, parts))
