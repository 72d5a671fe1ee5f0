"""What has failed: runs, with their reason and a link, and pages."""

import streamlit as st

from fmnist_core import paths, server_log
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.health_page import recent_events
from fmnist_core.health_page.recent_events import PageError
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary, local_time
from fmnist_core.server_log import LogEvent
from fmnist_core.ui import run_list

FAILED_STATES = (RunState.FAILED, RunState.INTERRUPTED, RunState.DAMAGED)
MAX_LISTED = 6


def draw_errors() -> None:
    """Draw the last failed runs, the errors of pages, and where the log is."""
    st.header("Errors", anchor=False)
    failed = [run for run in run_list.runs() if run.state in FAILED_STATES]
    recent = recent_events.recent_events()
    errors = recent_events.page_errors(recent)
    with st.container(key="health-errors", gap="small"):
        for run in failed[:MAX_LISTED]:
            _draw_failed_run(run)
        for error in errors[:MAX_LISTED]:
            with st.container(gap="xxsmall"):
                page = escape_markdown(error.page or "A page")
                st.markdown(f":small[:material/web_asset_off: {page}]")
                st.caption(escape_markdown(page_error_text(error)))
        num_refused = sum(entry.event is LogEvent.IMPORT_REFUSED for entry in recent)
        if num_refused:
            st.caption(f"{pluralize(num_refused, 'import')} refused in the last 24 hours.")
        if not failed and not errors and not num_refused:
            st.caption("No run has failed, and in the last 24 hours no page.")
        elif len(failed) > MAX_LISTED:
            st.caption(f"{pluralize(len(failed) - MAX_LISTED, 'older run')} failed before.")
    st.caption(
        f"Everything that happened, without names: `{server_log.log_file(paths.runs_folder())}`, "
        "or `python -m fmnist_core logs`."
    )


def _draw_failed_run(run: RunSummary) -> None:
    with st.container(gap="xxsmall"):
        st.page_link(
            "pages/train.py",
            label=escape_markdown(run.label),
            icon=":material/error:",
            query_params={"run": run.id},
            width="content",
        )
        reason = run.run.reason() or ""
        when = local_time(run.created)
        st.caption(escape_markdown(" · ".join(filter(None, (run.state.value, when, reason)))))


def page_error_text(error: PageError) -> str:
    """`KeyError in fmnist_core/…:12 · 3 times · last today, 11:14`."""
    where = f"{error.error} in {error.place}" if error.place else error.error
    times = pluralize(error.num_times, "time") if error.num_times > 1 else ""
    return " · ".join(filter(None, (where, times, f"last {local_time(error.last_at)}")))
