"""The queue: who trains what, who pauses, who waits, and when it is their turn.

In a class of thirty, everybody sees who trains and where their own runs are; the others who wait
are counted, and listed after a click.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from fmnist_core import paths
from fmnist_core.formatting import escape_markdown, format_duration, pluralize
from fmnist_core.jobs import queue, turns
from fmnist_core.jobs.executors import status
from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import run_picker
from fmnist_core.ui import action_errors, identity, own_runs, run_actions, run_list

ACTION = "queue"
TURNS_HINT = "People take turns: everybody trains one run before anybody trains the next one."
PAUSE_LISTED = timedelta(minutes=10)
"""How long others see that a pause has made room; the user's own paused runs stay in the list."""
MAX_OTHERS = 3
"""How many runs of others that do not train are listed; more of them are counted."""
PROBLEM_FOR_PUPILS = (
    "Nothing can start to train at the moment. Please tell your teacher. The runs that wait are "
    "safe, and start as soon as it works again."
)
"""A teacher reads why."""
SHOWS_ALL = "shows whole queue"
"""Session-state key: whether the user wants to see all of them."""
Row = tuple[QueueEntry, RunSummary | None, bool]
"""An entry, its run unless that is new, and whether it is the user's own."""


def draw_queue(shown: RunSummary | None) -> None:
    """Draw a line for each run that trains, waits or pauses; nothing if only the shown one does."""
    rows = _listed_rows()
    action_errors.show_error(ACTION)
    problem = find_problem(entry for entry, _, _ in rows)
    if problem:
        st.warning(escape_markdown(problem), icon=":material/warning:")
    if all(shown and entry.run.id == shown.id for entry, _, _ in rows):
        return
    others = [row[0] for row in rows if not _is_prominent(row, shown)]
    is_long = len(others) > MAX_OTHERS
    is_folded = is_long and not st.session_state.get(SHOWS_ALL, False)
    with st.container(border=True, key="queue", gap="xsmall"):
        st.header("Queue", anchor=False, help=TURNS_HINT)
        for row in rows:
            if not is_folded or _is_prominent(row, shown):
                _draw_entry(row, is_blocked=bool(problem))
        if is_long:
            _draw_fold(others, is_folded=is_folded)
        if not problem and not any(is_own and not entry.is_paused for entry, _, is_own in rows):
            _draw_next_start()


def find_problem(entries: Iterable[QueueEntry]) -> str:
    """Why runs wait if nothing that trains them answers; empty if they need not wait for that."""
    problem = status.read(paths.runs_folder()).problem
    if not problem or not any(entry.position for entry in entries):
        return ""
    return problem if identity.is_teacher() else PROBLEM_FOR_PUPILS


def is_shown_waiting(shown: RunSummary | None) -> bool:
    """Whether the shown run is not training, so that the queue matters more than its charts."""
    waiting = {entry.run.id for entry in run_list.queue_entries() if not entry.has_slot}
    return shown is None or shown.id in waiting


def _is_prominent(row: Row, shown: RunSummary | None) -> bool:
    """Whether the user needs to see this entry itself."""
    entry, _, is_own = row
    return is_own or entry.has_slot or (shown is not None and entry.run.id == shown.id)


def _listed_rows() -> list[Row]:
    runs = {run.id: run for run in run_list.runs()}
    now = datetime.now(UTC)
    rows = []
    for entry in run_list.queue_entries():
        run = runs.get(entry.run.id)
        is_own = run is not None and own_runs.is_own(run)
        if is_own or not has_paused_for_long(entry, now=now):
            rows.append((entry, run, is_own))
    return rows


def has_paused_for_long(entry: QueueEntry, *, now: datetime) -> bool:
    """Whether the run made room so long ago that others need not see it any more."""
    if not entry.is_paused or entry.has_slot or not entry.paused_at:
        return False
    return now - datetime.fromisoformat(entry.paused_at) > PAUSE_LISTED


def _draw_entry(row: Row, *, is_blocked: bool) -> None:
    entry, run, is_own = row
    who = whose(run.title if run else entry.name, by=entry.by, is_own=is_own)
    state, when = entry_texts(entry)
    if is_blocked and entry.position:
        when = ""  # nobody knows
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container():
            gray = f" :small[:gray[{when}]]" if when else ""
            st.markdown(f"**{escape_markdown(who)}** {state}{gray}")
        _draw_button("Show", run_picker.request_run, entry.run.id, entry)
        if entry.position and run and identity.may_control(run):
            _draw_button("Cancel", run_actions.cancel_run, entry.run, entry)


def _draw_fold(others: Iterable[QueueEntry], *, is_folded: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container():
            if is_folded:
                count, when = others_texts(others)
                st.markdown(f"{count} :small[:gray[{when}]]")
        st.button(
            "Show all" if is_folded else "Show fewer",
            key="fold queue",
            type="tertiary",
            on_click=st.session_state.update,
            args=({SHOWS_ALL: is_folded},),
        )


def _draw_next_start() -> None:
    had_turn = identity.person_id() in turns.read_served(paths.runs_folder())
    seconds = queue.next_start(run_list.queue_entries(), had_turn=had_turn)
    when = "at once" if seconds < 1 else f"in about {format_duration(seconds)}"
    st.caption(f"A run of yours would start {when}.")


def others_texts(others: Iterable[QueueEntry]) -> tuple[str, str]:
    """How many others wait or pause, and when the last of them starts."""
    starts = [entry.starts_in for entry in others if entry.position]
    num_paused = sum(not entry.position for entry in others)
    counts = []
    if starts:
        counts.append(
            f"{pluralize(len(starts), 'other')} {'waits' if len(starts) == 1 else 'wait'}"
        )
    if num_paused:
        noun = "" if starts else " other" if num_paused == 1 else " others"
        counts.append(f"{num_paused}{noun} {'is' if num_paused == 1 else 'are'} paused")
    return ", ".join(counts), f"· the last one {start_text(max(starts))}" if starts else ""


def whose(name: str, *, by: str, is_own: bool) -> str:
    """`Your Quick CNN`, `Ada's Quick CNN`, or the name alone if nobody has signed the run."""
    if is_own:
        return f"Your {name}"
    return f"{by}'s {name}" if by else name


def entry_texts(entry: QueueEntry) -> Sequence[str]:
    """What an entry does, and when it ends, goes on or starts."""
    if entry.is_paused:
        return "is paused", "" if entry.has_slot else "· goes on after Resume"
    if not entry.position:
        return "is training", f"· about {format_duration(entry.seconds_left)} left"
    later = ", or later if others join" if entry.can_be_delayed else ""
    return f"is {position_text(entry.position)}", f"· {start_text(entry.starts_in)}{later}"


def position_text(position: int) -> str:
    """`next in line`, `2nd in line`."""
    return "next in line" if position == 1 else f"{_ordinal(position)} in line"


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 20 else suffix}"


def start_text(seconds: float) -> str:
    """`starting now`, `starts in about 3 min`."""
    return "starting now" if seconds < 1 else f"starts in about {format_duration(seconds)}"


def _draw_button(
    label: str, action: Callable[..., object], argument: object, entry: QueueEntry
) -> None:
    st.button(
        label,
        key=f"{label} {entry.run.id}",
        type="tertiary",
        on_click=action_errors.run_action,
        args=(ACTION, action, argument),
    )
