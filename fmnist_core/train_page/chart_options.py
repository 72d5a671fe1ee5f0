"""What the curves show: other runs beside the shown one, the axes and the smoothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from fmnist_core.training.history import Axis

AXIS_LABELS: Mapping[Axis, str] = MappingProxyType(
    {"epochs": "epochs", "images": "images seen", "seconds": "time"}
)


@dataclass(frozen=True, kw_only=True)
class ChartOptions:
    """How the curves are drawn."""

    axis: Axis = "epochs"
    log: bool = False
    """Whether the loss is on a logarithmic axis."""
    smoothing: float = 0.0
    """Of the training curve, from 0 to 1."""


def draw_options() -> ChartOptions:
    """Draw one small button that opens the options, and return them."""
    with st.popover("Chart options", icon=":material/tune:", key="chart options"):
        axis: Axis = st.segmented_control(
            "X-axis",
            list(AXIS_LABELS),
            default="epochs",
            format_func=lambda axis: AXIS_LABELS[axis],
            key="axis",
            required=True,
            persist_state="session",
        )
        scale = st.segmented_control(
            "Loss axis",
            ["linear", "log"],
            default="linear",
            key="loss scale",
            required=True,
            persist_state="session",
        )
        smoothing = st.slider(
            "Smooth the training curve",
            0.0,
            0.95,
            0.0,
            0.05,
            key="smoothing",
            width=260,
            help="Higher values hide the jitter and show the trend.",
            persist_state="session",
        )
    return ChartOptions(axis=axis, log=scale == "log", smoothing=smoothing)
