"""The data, the device, the models and their runs at a glance."""

from collections.abc import Mapping, Sequence

import streamlit as st

from fmnist_core.data import sources
from fmnist_core.formatting import format_percent, pluralize
from fmnist_core.home_page import machine_status
from fmnist_core.jobs import slots
from fmnist_core.models.registry import MODELS, ModelSpec
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import dataset_status, run_list


def draw_overview() -> None:
    """Draw data, device and runs side by side, then a card for each family of models."""
    runs = run_list.runs()
    columns = st.columns(3)
    with columns[0]:
        _draw_data()
    with columns[1]:
        concurrency_text = "one at a time" if len(slots.slot_names()) == 1 else "one on each device"
        _draw_fact(
            "Device", machine_status.device_text(), f"Training runs here, {concurrency_text}."
        )
    with columns[2]:
        num_finished = sum(run.state is RunState.FINISHED for run in runs)
        _draw_fact(
            "Runs",
            pluralize(num_finished, "finished run"),
            f"{machine_status.queue_text().capitalize()}.",
        )
    dataset_status.offer_download("fashion-mnist")
    st.subheader("Models", anchor=False)
    families = group_by_family()
    for column, titles in zip(st.columns(2), split_families(families), strict=True):
        with column:
            for family in titles:
                _draw_family(family, families[family], runs)


def _draw_data() -> None:
    source = sources.available_source()
    if source:
        _draw_fact("Data", "Fashion-MNIST is ready", f"Loaded and checked, from {source.title}.")
    else:
        _draw_fact("Data", "Synthetic garments only", "Fashion-MNIST is not on this machine.")


def _draw_fact(label: str, text: str, detail: str) -> None:
    with st.container(border=True, height="stretch"):
        st.caption(label)
        st.markdown(f"**{text}**")
        st.caption(detail)


def group_by_family() -> dict[str, list[ModelSpec]]:
    """The models of each family, in the order of the registry."""
    families: dict[str, list[ModelSpec]] = {}
    for spec in MODELS.values():
        families.setdefault(spec.family, []).append(spec)
    return families


def split_families(families: Mapping[str, Sequence[ModelSpec]]) -> tuple[list[str], list[str]]:
    """The families of the left and of the right column, with about as many models in each.

    The order stays, because a phone shows the right column below the left one.
    """
    left: list[str] = []
    for family in families:
        num_left = sum(len(families[title]) for title in left)
        if num_left * 2 >= sum(map(len, families.values())):
            break
        left.append(family)
    return left, [family for family in families if family not in left]


def _draw_family(family: str, specs: Sequence[ModelSpec], runs: list[RunSummary]) -> None:
    with st.container(border=True):
        st.caption(family)
        for spec in specs:
            result = best_result_text(spec.key, runs)
            st.markdown(f"**{spec.title}** · {result}  \n:small[{spec.teaches}]")


def best_result_text(model: str, runs: list[RunSummary]) -> str:
    """A model's best test accuracy, on Fashion-MNIST if it has been trained on that."""
    tested = [run for run in runs if run.model == model and run.test_accuracy is not None]
    best_by_data = {run.data: run for run in sorted(tested, key=lambda run: run.test_accuracy or 0)}
    if not best_by_data:
        return ":gray[not trained yet]"
    best = best_by_data.get("fashion-mnist") or best_by_data["drawn"]
    data = " on synthetic garments" if best.data == "drawn" else ""
    return f"{format_percent(best.test_accuracy or 0)}{data}, {best.initial_weights_text}"
