"""What is ready: the data, the machine, the models and their runs."""

import streamlit as st

from fmnist_core.data import sources
from fmnist_core.models.registry import MODELS, ModelSpec
from fmnist_core.runs.folder import RunState
from fmnist_core.ui import catalogue, data_state, status
from fmnist_core.ui.catalogue import Row
from fmnist_core.ui.wording import percent, plural


def show() -> None:
    """Data, device and runs in a row, then a card for each model."""
    rows = catalogue.rows()
    columns = st.columns(3)
    with columns[0]:
        _data()
    with columns[1]:
        _fact("Device", status.device_words(), "Where runs train, in the order of the queue.")
    with columns[2]:
        finished = sum(row.state is RunState.FINISHED for row in rows)
        _fact("Runs", plural(finished, "finished run"), status.queue_words().capitalize() + ".")
    data_state.offer("fashion-mnist")
    st.subheader("Models", anchor=False)
    halves = st.columns(2)
    for place, spec in enumerate(MODELS.values()):
        with halves[place % 2]:
            _model(spec, rows)


def _data() -> None:
    source = sources.serving_source()
    if source:
        _fact("Data", "Fashion-MNIST is ready", f"From {source.title}.")
    else:
        _fact("Data", "Drawn garments only", "Fashion-MNIST is not on this machine.")


def _fact(label: str, words: str, detail: str) -> None:
    with st.container(border=True, height="stretch"):
        st.caption(label)
        st.markdown(f"**{words}**")
        st.caption(detail)


def _model(spec: ModelSpec, rows: list[Row]) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{spec.title}** :small[:gray[{spec.family}]]")
        st.markdown(spec.teaches)
        st.caption(best_words(spec.key, rows))


def best_words(model: str, rows: list[Row]) -> str:
    """The best test accuracy of a model, with the data that it is for."""
    figures = [row for row in rows if row.model == model and row.test_accuracy is not None]
    best = {row.data_title: row for row in sorted(figures, key=lambda row: row.test_accuracy or 0)}
    if not best:
        return "Not trained yet."
    said = [f"{percent(row.test_accuracy or 0)} on {data}" for data, row in best.items()]
    return f"Best test accuracy so far: {', '.join(said)}."
