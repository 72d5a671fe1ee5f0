"""What is ready: the data, the machine, the models and their runs."""

from collections.abc import Mapping, Sequence

import streamlit as st

from fmnist_core.data import sources
from fmnist_core.formatting import format_percent, pluralize
from fmnist_core.models.registry import MODELS, ModelSpec
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import dataset_status, run_list, sidebar_status


def show() -> None:
    """Data, device and runs in a row, then a card for each model."""
    rows = run_list.runs()
    columns = st.columns(3)
    with columns[0]:
        _data()
    with columns[1]:
        _fact(
            "Device", sidebar_status.device_text(), "Where runs train, in the order of the queue."
        )
    with columns[2]:
        finished = sum(row.state is RunState.FINISHED for row in rows)
        _fact(
            "Runs",
            pluralize(finished, "finished run"),
            sidebar_status.queue_text().capitalize() + ".",
        )
    dataset_status.offer_download("fashion-mnist")
    st.subheader("Models", anchor=False)
    families = by_family()
    for column, half in zip(st.columns(2), halves(families), strict=True):
        with column:
            for family in half:
                _family(family, families[family], rows)


def _data() -> None:
    source = sources.available_source()
    if source:
        _fact("Data", "Fashion-MNIST is ready", f"From {source.title}.")
    else:
        _fact("Data", "Drawn garments only", "Fashion-MNIST is not on this machine.")


def _fact(label: str, words: str, detail: str) -> None:
    with st.container(border=True, height="stretch"):
        st.caption(label)
        st.markdown(f"**{words}**")
        st.caption(detail)


def by_family() -> dict[str, list[ModelSpec]]:
    """The models of each family, in the order of the registry."""
    families: dict[str, list[ModelSpec]] = {}
    for spec in MODELS.values():
        families.setdefault(spec.family, []).append(spec)
    return families


def halves(families: Mapping[str, Sequence[ModelSpec]]) -> tuple[list[str], list[str]]:
    """The families on the left and on the right, about as many models here as there.

    The order stays: a telephone shows the right ones below the left ones.
    """
    left: list[str] = []
    for family in families:
        before = sum(len(families[each]) for each in left)
        if before * 2 >= sum(map(len, families.values())):
            break
        left.append(family)
    return left, [family for family in families if family not in left]


def _family(family: str, specs: Sequence[ModelSpec], rows: list[RunSummary]) -> None:
    with st.container(border=True):
        st.caption(family)
        for spec in specs:
            best = best_words(spec.key, rows)
            st.markdown(f"**{spec.title}** · {best}  \n:small[{spec.teaches}]")


def best_words(model: str, rows: list[RunSummary]) -> str:
    """The best test accuracy of a model, with the data that it is for."""
    figures = [row for row in rows if row.model == model and row.test_accuracy is not None]
    best = {row.data: row for row in sorted(figures, key=lambda row: row.test_accuracy or 0)}
    if not best:
        return ":gray[not trained yet]"
    shown = best.get("fashion-mnist") or best["drawn"]
    mark = " on drawn garments" if shown.data == "drawn" else ""
    return f"{format_percent(shown.test_accuracy or 0)}{mark}, {shown.initial_weights_text}"
