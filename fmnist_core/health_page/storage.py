"""What takes space on the disk, and the oldest runs, which can be deleted together."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import streamlit as st

from fmnist_core import paths
from fmnist_core.errors import RunError
from fmnist_core.formatting import escape_markdown, format_bytes, pluralize
from fmnist_core.health_page import disk_measure, teachers_only
from fmnist_core.health_page.disk_measure import Disk
from fmnist_core.health_page.problems import NEARLY_FULL
from fmnist_core.runs import deleted_runs, disk_quota, store
from fmnist_core.runs.disk_quota import DiskUse, EndedRun
from fmnist_core.runs.summary import local_time
from fmnist_core.settings import get_settings
from fmnist_core.ui import action_errors

ACTION = "free space"
DONE = "freed space"
"""Session-state key: what the last action has done."""
MAX_LISTED = 20
BOX = "delete run"
"""Prefix of the keys of the boxes."""


def draw_storage() -> None:
    """Draw what takes space, and the ways to free some."""
    st.header("Disk", anchor=False)
    disk = disk_measure.measure()
    st.markdown(storage_text(disk))
    with st.container():
        action_errors.show_error(ACTION)
        if done := st.session_state.pop(DONE, None):
            st.success(done)
    if disk.use.deleted:
        _draw_bin(disk.use)
    if disk.oldest:
        _draw_oldest(disk)


def storage_text(disk: Disk) -> str:
    """What takes how much space, in one paragraph of Markdown."""
    use = disk.use
    limit = f" of at most {format_bytes(use.limit)}" if use.limit else ""
    return (
        f"{pluralize(disk.num_runs, 'run')}: **{format_bytes(use.runs)}**{limit} · "
        f"deleted runs: **{format_bytes(use.deleted)}** · data and caches: "
        f"**{format_bytes(disk.caches)}** · free: **{format_bytes(use.free)}**"
    )


def _draw_bin(use: DiskUse) -> None:
    days = pluralize(get_settings().disk.bin_days, "day")
    with st.popover(
        f"Empty the bin · {format_bytes(use.deleted)}", icon=":material/delete_forever:"
    ):
        st.markdown(
            f"Deleted runs can be restored on Train for {days}. Once the bin is empty, they are "
            "gone for good."
        )
        st.button(
            "Empty the bin",
            type="primary",
            on_click=action_errors.run_action,
            args=(ACTION, _empty_bin),
        )


def _empty_bin() -> None:
    teachers_only.check_teacher()
    num_removed = deleted_runs.empty_bin(paths.runs_folder(), older_than=timedelta())
    _note_done(f"{pluralize(num_removed, 'deleted run')} removed for good.")


def _draw_oldest(disk: Disk) -> None:
    """Draw the oldest runs, with so many chosen as the quota needs."""
    chosen = {entry.run.id for entry in runs_over_quota(disk)}
    with (
        st.expander(
            f"Oldest runs · {len(disk.oldest)} could be deleted",
            icon=":material/auto_delete:",
            expanded=bool(chosen),
        ),
        st.form("oldest runs", border=False),
    ):
        st.caption(
            "Pinned runs, and runs that train, wait or pause, are not listed. To keep a run, open "
            "it and press **Pin**."
        )
        for entry in disk.oldest[:MAX_LISTED]:
            _draw_box(entry, is_chosen=entry.run.id in chosen)
        label = "Delete the chosen runs"
        st.form_submit_button(
            label if get_settings().disk.bin_days else f"{label} permanently",
            icon=":material/delete:",
            on_click=action_errors.run_action,
            args=(ACTION, _delete_chosen, disk.oldest[:MAX_LISTED]),
        )


def runs_over_quota(disk: Disk) -> Sequence[EndedRun]:
    """The oldest runs whose space is needed to be well below the quota again; none if it is."""
    limit = disk.use.limit
    if limit is None or disk.use.runs <= NEARLY_FULL * limit:
        return []
    excess = disk.use.runs - round(NEARLY_FULL * limit)
    return disk_quota.runs_to_delete(disk.oldest[:MAX_LISTED], num_bytes=excess)


def _draw_box(entry: EndedRun, *, is_chosen: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"health-box-{entry.run.id}"
    ):
        st.checkbox(box_label(entry), value=is_chosen, key=f"{BOX} {entry.run.id}", width="content")
        st.page_link(
            "pages/train.py", label="Show", query_params={"run": entry.run.id}, width="content"
        )


def box_label(entry: EndedRun) -> str:
    """Whose run it is, how large, and since when it has been here, in Markdown."""
    name = store.clean_name(entry.metadata.name) or entry.run.id
    who = " · ".join(filter(None, (store.clean_name(entry.metadata.by), name)))
    facts = (size_text(entry.num_bytes), entry.state.value, local_time(entry.since))
    # Plain text as far as possible: screen readers read the label as it is written here.
    return " · ".join(filter(None, (escape_markdown(who), *facts)))


def size_text(num_bytes: int) -> str:
    """`12 MB`, or `under 1 MB`."""
    return format_bytes(num_bytes) if num_bytes >= 10**6 else "under 1 MB"


def _delete_chosen(listed: Collection[EndedRun]) -> None:
    """Delete the runs whose boxes are ticked; raises `RunError`."""
    teachers_only.check_teacher()
    chosen = [entry for entry in listed if st.session_state.get(f"{BOX} {entry.run.id}")]
    if not chosen:
        raise RunError("Choose the runs to delete first.")
    disk_measure.forget()  # also if one of them cannot be deleted
    for entry in chosen:
        deleted_runs.delete_run(entry.run)
    size = format_bytes(sum(entry.num_bytes for entry in chosen))
    days = get_settings().disk.bin_days
    restorable = (
        f" For {pluralize(days, 'day')}, Deleted runs on Train restores them." if days else ""
    )
    _note_done(f"{pluralize(len(chosen), 'run')} deleted, {size}.{restorable}")


def _note_done(sentence: str) -> None:
    st.session_state[DONE] = sentence
    disk_measure.forget()
