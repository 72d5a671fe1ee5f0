"""The frame that all pages share: navigation, style, title and first sentence."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit import net_util

from fmnist_core import open_files, paths
from fmnist_core.garbage_collection import FREEZER
from fmnist_core.jobs import watchdog
from fmnist_core.search import restarts
from fmnist_core.ui import (
    access_gate,
    app_log,
    browser_state,
    class_panel,
    identity,
    link_problems,
    mark,
    navigation,
    own_runs,
    polling,
    sticky_widgets,
    visits,
)
from fmnist_core.ui.navigation import APP_TITLE, HOME

STYLES = Path(__file__).with_name("styles")
ROUTED = "routed"
"""Session-state key: whether the router has run in this session."""

# Streamlit 1.67 asks a server of Amazon's for this machine's address on the internet whenever a
# request comes from an origin that it does not know, and all sessions wait for the answer.
net_util.get_external_ip = lambda: None


def route() -> None:
    """Show the page in the URL; the only call in `streamlit_app.py`."""
    open_files.raise_limit()
    app_log.start()
    watchdog.start(paths.runs_folder(), restarts.resume_interrupted)
    st.session_state[ROUTED] = True
    current = navigation.current_page()
    st.html(f"<style>{_style()}</style>")
    access_gate.require_access()
    identity.keep()
    navigation.draw_bar(current.title)
    class_panel.draw()
    current.run()
    FREEZER.freeze_imports()  # the libraries that the page has loaded stay


def frame(title: str, lead: str = "") -> None:
    """Draw the title and the first sentence of a page; each page calls it first."""
    if ROUTED not in st.session_state:
        # A fresh server answers a deep link by running the page's file alone (Streamlit 1.67);
        # listing the pages and rerunning brings the router in.
        navigation.current_page()
        st.rerun()
    access_gate.require_access()  # also where a page's file would run without the router
    if visits.enter("page", title):
        link_problems.clear()
        polling.leave_page()
        if visits.current_visit() > 1:
            browser_state.note_running()
    is_home = title == HOME.title
    tab_title = APP_TITLE if is_home else f"{title} · {APP_TITLE}"
    st.set_page_config(page_title=tab_title, page_icon=mark.mark_icon(), layout="wide")
    st.title(APP_TITLE if is_home else title, anchor=False)
    if lead:
        with st.container(key="lead"):
            st.markdown(lead)
    browser_state.keep_focus(asks=not is_home or access_gate.has_code_in_link())
    access_gate.drop_code_from_link()
    own_runs.keep()
    sticky_widgets.keep_student()


@cache
def _style() -> str:
    """The style sheets of all pages, the shared one first."""
    base = STYLES / "base.css"
    others = sorted(file for file in STYLES.glob("*.css") if file != base)
    return "\n".join(file.read_text() for file in (base, *others))
