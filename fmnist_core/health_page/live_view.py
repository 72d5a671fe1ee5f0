"""The part of the page that refreshes itself: problems, the machine, the queue, errors."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core import paths
from fmnist_core.formatting import escape_markdown, format_bytes, format_duration, pluralize
from fmnist_core.health_page import (
    disk_measure,
    errors,
    machine,
    recent_events,
    running_searches,
)
from fmnist_core.health_page.figures import Figure, figures_html
from fmnist_core.health_page.gpus import Gpu
from fmnist_core.health_page.machine import Machine
from fmnist_core.health_page.problems import failed_ids, find_problems
from fmnist_core.jobs.executors import registry, status
from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.runs.disk_quota import DiskUse
from fmnist_core.ui import identity, polling, run_list

POLL_SECONDS = 5.0
MAX_WAITING = 5
"""Waiting runs that are listed; the rest are counted."""
ALL_WELL = "Nothing needs your attention."


def draw_live_view() -> None:
    """Draw it, and again every few seconds, while the user teaches."""
    polling.poll(_draw, every=POLL_SECONDS, watch=identity.is_teacher)()


def _draw() -> None:
    measured, disk = machine.measure(), disk_measure.measure()
    entries = run_list.queue_entries()
    num_waiting = sum(entry.position > 0 for entry in entries)
    num_training = sum(entry.has_slot for entry in entries)
    recent = recent_events.recent_events()
    failed = {run.id for run in run_list.runs() if run.state in errors.FAILED_STATES}
    problems = find_problems(
        measured,
        disk.use,
        recent,
        num_waiting=num_waiting,
        num_training=num_training,
        executor_problem=status.read(paths.runs_folder()).problem,
        num_failed=len(failed & failed_ids(recent)),
    )
    with st.container(key="health-live"):
        _draw_problems(list(problems))
        training = training_figure(num_training=num_training, num_waiting=num_waiting)
        st.html(figures_html(_figures(measured, disk.use, training)))
        queue_column, error_column = st.columns(2, gap="medium")
        with queue_column:
            _draw_queue(entries)
            running_searches.draw_searches()
        with error_column:
            errors.draw_errors()


def _draw_problems(problems: Sequence[str]) -> None:
    with st.container(key="health-verdict", gap="small"):
        if not problems:
            st.success(ALL_WELL, icon=":material/check_circle:")
        else:
            st.warning("  \n".join(map(escape_markdown, problems)), icon=":material/warning:")


def training_figure(*, num_training: int, num_waiting: int) -> Figure:
    """How many runs train, of how many at once, and where."""
    capacity, cluster = registry.capacity(paths.runs_folder()), registry.cluster_title()
    here = pluralize(capacity.num_gpus, "GPU") if capacity.num_gpus else "the CPU"
    waiting = f"{num_waiting} waiting" if num_waiting else "none waits"
    return Figure(
        label="Training",
        value=f"{num_training} of {capacity.num_slots}",
        detail=f"{cluster or f'on {here}'}; {waiting}",
    )


def _figures(measured: Machine, disk: DiskUse, training: Figure) -> list[Figure]:
    trained = sum(worker.num_bytes for worker in measured.workers)
    return [
        Figure(
            label="Open pages",
            value=f"{measured.num_sessions:,}",
            detail="browser tabs that are connected",
        ),
        training,
        Figure(
            label="Processor",
            value=f"{measured.cpu_fraction:.0%} busy",
            detail=pluralize(measured.num_cpus, "core"),
            fraction=measured.cpu_fraction,
        ),
        Figure(
            label="Memory",
            value=f"{format_bytes(measured.memory_free)} free",
            detail=f"of {format_bytes(measured.memory_total)}; the app takes "
            f"{format_bytes(measured.server_bytes)}"
            + (f", training {format_bytes(trained)}" if trained else ""),
            fraction=1 - measured.memory_free / measured.memory_total,
        ),
        *map(_gpu_figure, measured.gpus),
        _disk_figure(disk),
    ]


def _gpu_figure(gpu: Gpu) -> Figure:
    return Figure(
        label=f"GPU {gpu.slot}",
        value=f"{gpu.busy_fraction:.0%} busy",
        detail=f"{gpu.name}; {format_bytes(gpu.memory_used)} of {format_bytes(gpu.memory_total)} "
        "of its memory are taken",
        fraction=gpu.busy_fraction,
    )


def _disk_figure(disk: DiskUse) -> Figure:
    limit = f" of {format_bytes(disk.limit)}" if disk.limit else ""
    return Figure(
        label="Runs",
        value=f"{format_bytes(disk.runs)}{limit}",
        detail=f"{format_bytes(disk.free)} of the disk are free",
        fraction=disk.runs / disk.limit if disk.limit else None,
    )


def _draw_queue(entries: Sequence[QueueEntry]) -> None:
    """Draw who trains, who pauses and who is next."""
    st.header("Queue", anchor=False)
    if not entries:
        st.caption("Nothing trains, and nothing waits.")
        return
    shown = [entry for entry in entries if entry.position <= MAX_WAITING]
    with st.container(key="health-queue", gap="xsmall"):
        for entry in shown:
            who = f"{entry.by} · {entry.name}" if entry.by else entry.name
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.page_link(
                    "pages/train.py",
                    label=escape_markdown(who),
                    query_params={"run": entry.run.id},
                    width="content",
                )
                st.caption(queue_text(entry), width="content")
    if len(shown) < len(entries):
        others = pluralize(len(entries) - len(shown), "other")
        st.caption(f"{others} after them.")


def queue_text(entry: QueueEntry) -> str:
    """What a run in the queue does, and when it ends or starts."""
    if entry.is_paused:
        return "pauses" if entry.has_slot else "pauses; others train meanwhile"
    if not entry.position:
        return f"trains, about {format_duration(entry.seconds_left)} left"
    if entry.starts_in < 1:
        return "is next"
    return f"waits, starts in about {format_duration(entry.starts_in)}"
