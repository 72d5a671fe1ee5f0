"""One search as it goes on: its best trial, charts, and all trials."""

import streamlit as st

from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.errors import RunError
from fmnist_core.formatting import escape_markdown, format_duration, format_percent, pluralize
from fmnist_core.search import searches
from fmnist_core.search.searches import (
    Search,
    SearchProgress,
    SearchSpec,
    SearchState,
    TrialResult,
    TrialState,
)
from fmnist_core.search_page import (
    dimension_inputs,
    search_charts,
    search_picker,
    trial_table,
)
from fmnist_core.training.setting_texts import format_value
from fmnist_core.ui import action_errors, identity, live_chart, polling, run_actions

POLL_SECONDS = 1.5
ACTION = "control search"
MAX_COMPARED = 6
EMPTY_TEXT = (
    "No search yet. Choose a recipe and a few settings above and press **Start**: the computer "
    "then trains with one combination after the other, learns from the results which ones to try "
    "next, and stops early what looks bad."
)


def draw_live_view() -> None:
    """Draw the picked search; it refreshes while it runs."""
    search = search_picker.pick_search()
    if search is None:
        st.info(EMPTY_TEXT, icon=":material/travel_explore:")
        return

    def watch() -> SearchState:
        return search.state()

    every = POLL_SECONDS if search.state().is_active else None
    polling.poll(_draw, every=every, watch=watch)(search)


def _draw(search: Search) -> None:
    try:
        spec, progress, state = search.spec(), search.progress(), search.state()
    except RunError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    with st.container(key="search-live", gap="small"):
        header, messages, charts, table = (st.container() for _ in range(4))
    with header:
        _draw_header(search, spec, progress, state)
    with messages:
        _draw_messages(progress, state)
    if progress.trials:
        with charts:
            _draw_charts(spec, progress)
        with table:
            st.header("Trials", anchor=False)
            trial_table.draw_trials(spec, progress)


def _draw_header(
    search: Search, spec: SearchSpec, progress: SearchProgress, state: SearchState
) -> None:
    best = progress.best
    with st.container(horizontal=True, vertical_alignment="bottom", key="search-header"):
        st.metric(
            "Best validation accuracy",
            format_percent(best.accuracy) if best and best.accuracy is not None else "…",
            width="content",
            help="Of all trials so far. The search does not look at the test images, so that they "
            "still tell how good the chosen model is.",
        )
        first = next((trial.accuracy for trial in progress.trials if trial.number == 0), None)
        st.metric(
            "The preset itself",
            format_percent(first) if first is not None else "…",
            width="content",
            help="The first trial: the recipe as it was, where its values are within the ranges.",
        )
        st.metric("Trials", len(progress.trials), width="content")
        st.metric(
            "Training time",
            f"{format_duration(progress.seconds)} of {format_duration(60 * spec.minutes)}",
            width="content",
        )
        _draw_controls(search, spec, state)
    if state.is_active:
        st.progress(min(1.0, progress.seconds / (60 * spec.minutes)))
    if best:
        _draw_best(spec, best, progress, state)
    action_errors.show_error(ACTION)


def _draw_controls(search: Search, spec: SearchSpec, state: SearchState) -> None:
    if not may_control(spec):
        return
    if state.is_active:
        st.button(
            "Stop",
            icon=":material/stop:",
            on_click=action_errors.run_action,
            args=(ACTION, stop, search),
        )
    elif state.is_resumable:
        st.button(
            "Resume",
            icon=":material/resume:",
            on_click=action_errors.run_action,
            args=(ACTION, resume, search),
        )


def may_control(spec: SearchSpec) -> bool:
    """Whether the user may stop the search: it is theirs, or they teach."""
    is_own = identity.is_admitted() and spec.owner != "" and spec.owner == identity.person_id()
    return identity.is_teacher() or is_own


def stop(search: Search) -> None:
    """Stop a search; raises `RunError`."""
    _require_control(search)
    searches.stop_search(search)


def resume(search: Search) -> None:
    """Go on with a search; raises `RunError`, also at a limit of the user."""
    _require_control(search)
    run_actions.check_may_start()
    searches.resume_search(search)


def _require_control(search: Search) -> None:
    if not may_control(search.spec()):
        raise RunError("Only its owner or a teacher can do that.")


def _draw_best(
    spec: SearchSpec, best: TrialResult, progress: SearchProgress, state: SearchState
) -> None:
    texts = [
        f"{dimension_inputs.field_title(field)} **{format_value(field, value, spec.recipe)}**"
        for field, value in best.values.items()
    ]
    with st.container(horizontal=True, vertical_alignment="center", key="search-best"):
        label = "Best so far" if state.is_active else "Best"
        text = f"{label}: trial {best.number + 1} with " + " · ".join(texts)
        st.markdown(text, width="stretch")
        if best.run:
            st.page_link(
                "pages/train.py",
                label="Its run",
                icon=":material/show_chart:",
                query_params={"run": best.run},
                width="content",
            )
        leaders = leading_runs(progress)
        if len(leaders) > 1:
            st.page_link(
                "pages/compare.py",
                label=f"Compare the best {len(leaders)}",
                icon=":material/compare_arrows:",
                query_params={"runs": ",".join(leaders)},
                width="content",
            )


def leading_runs(progress: SearchProgress) -> list[str]:
    """Ids of the runs of the best completed trials, the best first."""
    complete = [trial for trial in progress.ranked if trial.state is TrialState.COMPLETE]
    return [trial.run for trial in complete[:MAX_COMPARED] if trial.run]


def _draw_messages(progress: SearchProgress, state: SearchState) -> None:
    num_trials = pluralize(len(progress.trials), "trial")
    match state:
        case SearchState.STARTING if progress.trials:
            st.caption(f"Going on after {num_trials}: the next one comes in a few seconds.")
        case SearchState.STARTING:
            st.caption("Starting: the first trial comes in a few seconds.")
        case SearchState.RUNNING if not progress.trials or not progress.best:
            st.caption("The first trial waits or starts; its first epoch comes soon.")
        case SearchState.FINISHED:
            st.success(
                f"Done: {num_trials}. Train the best settings with other seeds before you trust "
                "a small difference: the best of many trials is partly luck.",
                icon=":material/check_circle:",
            )
        case SearchState.STOPPED:
            st.info(f"Stopped after {num_trials}.", icon=":material/stop:")
        case SearchState.INTERRUPTED:
            st.warning(
                f"Interrupted after {num_trials}: its process ended, perhaps with the machine. "
                "Resume goes on with what it knows.",
                icon=":material/power_off:",
            )
        case SearchState.FAILED:
            st.error(escape_markdown(f"Ended early: {progress.reason}"), icon=":material/error:")


def _draw_charts(spec: SearchSpec, progress: SearchProgress) -> None:
    titles = {one.field: dimension_inputs.field_title(one.field) for one in spec.dimensions}
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Trials one after the other", anchor=False)
        live_chart.draw_chart(
            chart_spec(search_charts.progress_chart),
            {"trials": search_charts.progress_rows(spec, progress, titles)},
            key="search-progress",
            description="Validation accuracy of each trial, and the best so far.",
        )
    with right:
        st.header("Which setting matters", anchor=False)
        if progress.importances:
            live_chart.draw_chart(
                chart_spec(search_charts.importance_chart),
                {"importances": search_charts.importance_rows(progress, titles)},
                key="search-importances",
                description="How much of the accuracy's variation each setting explains.",
            )
        else:
            st.caption("Known after six trials that were not stopped early, and two settings.")
    if len(titles) > 1:
        st.header("All combinations", anchor=False)
        live_chart.draw_chart(
            chart_spec(search_charts.parallel_chart, axes=tuple(titles.values())),
            {
                "lines": search_charts.parallel_rows(spec, progress, titles),
                "ends": search_charts.end_rows(spec, titles),
            },
            key="search-parallel",
            description="Each line is a trial: it crosses each axis at the value that it tried.",
        )
        st.caption(
            "Each line is a trial, from setting to setting: the stronger, the more accurate; the "
            "best one is orange."
        )
