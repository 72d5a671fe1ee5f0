"""Draw the views of a comparison: the controls of each, then its blocks."""

import streamlit as st

from fmnist_core.compare_page import (
    epoch_player,
    image_gallery,
    pair_picker,
    photograph_loading,
    render,
)
from fmnist_core.comparison_report.blocks import Columns
from fmnist_core.comparison_report.calibration import calibration_blocks
from fmnist_core.comparison_report.cost import COSTS, cost_blocks
from fmnist_core.comparison_report.curves import curve_blocks
from fmnist_core.comparison_report.distribution_shift import shift_blocks
from fmnist_core.comparison_report.ensemble import (
    ensemble_blocks,
    misclassified,
    misclassified_hint,
    misclassified_title,
)
from fmnist_core.comparison_report.epochs import epoch_blocks, last_epoch
from fmnist_core.comparison_report.hard_examples import MEASURE_HINTS, MEASURE_TITLES, rank_images
from fmnist_core.comparison_report.per_class import (
    CLASS_METRICS,
    METRIC_HINTS,
    ClassMetric,
    class_chart,
    class_table,
)
from fmnist_core.comparison_report.significance import significance_blocks
from fmnist_core.data import real_photographs
from fmnist_core.fashion_mnist import CLASSES, class_index
from fmnist_core.runs.comparison import Comparison
from fmnist_core.training.history import Axis, History
from fmnist_core.ui import run_history, run_list

ALL_CLASSES = "all classes"
AXIS_LABELS: dict[Axis, str] = {"epochs": "epochs", "images": "images seen", "seconds": "time"}


def draw_significance(comparison: Comparison) -> None:
    pair = pair_picker.pick_pair(comparison)
    render.draw_blocks(significance_blocks(comparison, pair), key="significance")


def draw_curves(comparison: Comparison) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis: Axis = st.segmented_control(
            "X-axis", list(AXIS_LABELS), default="epochs", format_func=AXIS_LABELS.__getitem__,
            required=True, key="curves axis", persist_state="session",
        )  # fmt: skip
        scale = st.segmented_control(
            "Loss axis", ["linear", "log"], default="linear", required=True, key="curves scale",
            persist_state="session",
        )  # fmt: skip
    blocks = curve_blocks(
        comparison,
        _histories(comparison),
        axis=axis,
        log=scale == "log",
    )
    render.draw_blocks(blocks, key=f"curves {axis} {scale}")


def draw_epochs(comparison: Comparison) -> None:
    histories = _histories(comparison)
    last = last_epoch(histories)
    if last == 0:
        st.info("None of these runs has recorded its epochs.", icon=":material/timeline:")
        return
    epoch_player.draw_player(
        last,
        lambda epoch: render.draw_blocks(
            epoch_blocks(comparison, histories, epoch=epoch), key="epochs"
        ),
        key=f"epoch of {comparison.names}",
    )


def _histories(comparison: Comparison) -> list[History]:
    return [run_history.read_history(run.summary.run) for run in comparison.runs]


def draw_hard_examples(comparison: Comparison) -> None:
    is_single = len(comparison.runs) == 1
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        measure = st.segmented_control(
            "Sort by",
            [key for key in MEASURE_TITLES if not (is_single and key == "disagreement")],
            default="loss", format_func=MEASURE_TITLES.__getitem__, required=True,
            key=f"hard measure {is_single}", persist_state="session",
        )  # fmt: skip
        name = st.selectbox(
            "True class", [ALL_CLASSES, *CLASSES], key="hard class", width=220,
            persist_state="session",
        )  # fmt: skip
    label = None if name == ALL_CLASSES else class_index(name)
    image_gallery.draw_gallery(
        comparison,
        rank_images(comparison, measure, label=label),
        title=f"Hardest images, {name}",
        hint=MEASURE_HINTS[measure],
        key=f"hard {measure} {name}",
    )


def draw_per_class(comparison: Comparison) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        metric: ClassMetric = st.segmented_control(
            "Metric in the chart", CLASS_METRICS, default=CLASS_METRICS[0], required=True,
            key="class metric", persist_state="session",
            help="  \n".join(f"**{metric}**: {hint}" for metric, hint in METRIC_HINTS.items()),
        )  # fmt: skip
        index = st.selectbox(
            "Run in the table",
            range(len(comparison.names)),
            format_func=comparison.names.__getitem__,
            key=f"class table of {comparison.names}",
        )
    columns = Columns(blocks=(class_chart(comparison, metric), class_table(comparison, index)))
    render.draw_blocks([columns], key=f"classes {metric}")


def draw_calibration(comparison: Comparison) -> None:
    render.draw_blocks(calibration_blocks(comparison), key="calibration")


def draw_cost(comparison: Comparison) -> None:
    cost = st.segmented_control(
        "Cost", list(COSTS), default="parameters", format_func=lambda key: COSTS[key].title,
        required=True, key="cost", persist_state="session",
    )  # fmt: skip
    render.draw_blocks(cost_blocks(comparison, run_list.runs(), cost=cost), key=f"cost {cost}")


def draw_ensemble(comparison: Comparison) -> None:
    render.draw_blocks(ensemble_blocks(comparison), key="ensemble")
    indices = misclassified(comparison)
    image_gallery.draw_gallery(
        comparison, indices, title=misclassified_title(indices),
        hint=misclassified_hint(comparison), key="misclassified by all",
    )  # fmt: skip


def draw_shift(comparison: Comparison) -> None:
    photographs = photograph_loading.as_photograph_comparison(comparison)
    if photographs:
        render.draw_blocks(shift_blocks(photographs), key="shift")
        if photographs is not comparison:
            st.caption(real_photographs.THANKS)
