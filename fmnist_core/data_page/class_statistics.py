"""View: what the images of each class have in common, and what models get of them."""

import numpy as np
import streamlit as st

from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import charts, images, state
from fmnist_core.data_page.image_tiles import Tile, draw_tiles
from fmnist_core.data_page.images import SPLIT_HINT, SPLIT_TITLES
from fmnist_core.data_page.state import Split
from fmnist_core.evaluation import pixel_statistics
from fmnist_core.evaluation.pixel_statistics import PixelStatistics
from fmnist_core.fashion_mnist import CLASSES, PIXEL_MEAN, PIXEL_STD, PLURALS
from fmnist_core.ui import live_chart, sticky_widgets

MAX_IMAGES: dict[DatasetKey, int] = {"fashion-mnist": 12_000, "drawn": 2_000}
"""Images from which statistics are computed: more change little, and garments must be drawn."""
WHITE = 255


def draw_classes(data: DatasetKey) -> None:
    """Draw mean, spread, balance and histograms of a split; raises `DataError`."""
    split: Split = sticky_widgets.selectbox(
        "Split", list(SPLIT_TITLES), key=state.key("split"), width=130, help=SPLIT_HINT,
        format_func=SPLIT_TITLES.__getitem__,
    )  # fmt: skip
    with st.spinner("Drawing synthetic garments …" if data == "drawn" else "Loading …"):
        statistics, counts = _statistics(data, split)
    with st.container(key="class-means"):
        left, right = st.container(key="class-mean"), st.container(key="class-spread")
    with left:
        st.header("The average image", anchor=False)
        _draw_images(
            statistics.means, "average", f"Average of {SPLIT_TITLES[split].lower()} images"
        )
        st.caption("Where nearly all garments of a class have fabric, the average is bright.")
    with right:
        st.header("How much they differ", anchor=False)
        # The largest spread of all classes is white.
        spread = statistics.deviations / max(float(statistics.deviations.max()), 1e-12)
        _draw_images(spread, "spread", "Standard deviation of each pixel")
        st.caption("The standard deviation of each pixel: bright where the garments differ most.")
    with st.container(key="class-charts"):
        balance, before, after = (st.container(key=f"class-{name}") for name in "123")
    with balance:
        _draw_balance(counts)
    _draw_normalization(statistics, before, after)


@st.cache_resource(max_entries=6, show_spinner=False)
def _statistics(data: DatasetKey, split: Split) -> tuple[PixelStatistics, np.ndarray]:
    """Statistics of a split, and how many of its images each class has, [10]."""
    loaded = images.load_split(data, split)
    labels = loaded.labels[loaded.numbers]
    counts = np.bincount(labels, minlength=len(CLASSES))
    step = -(-len(loaded.numbers) // MAX_IMAGES[data])
    numbers = loaded.numbers[::step]
    return pixel_statistics.compute_statistics(
        loaded.images[numbers], loaded.labels[numbers]
    ), counts


def _draw_images(values: np.ndarray, name: str, label: str) -> None:
    """Draw images from 0 to 1, [10, 28, 28], as tiles that lead to the images of their class."""
    pixels = (values * WHITE).round().astype(np.uint8)
    tiles = [
        Tile(id=index, caption=title, title=f"{title}: browse the {PLURALS[index]}")
        for index, title in enumerate(CLASSES)
    ]
    draw_tiles(pixels, tiles, key=f"class {name}", label=label, on_pick=_browse, edge=96)


def _browse(label: int) -> None:
    state.put(view="browse", label=label, page=1, test=None, train=None)


def _draw_balance(counts: np.ndarray) -> None:
    st.subheader("Class balance", anchor=False)
    rows = [
        {"name": name, "count": int(count)} for name, count in zip(CLASSES, counts, strict=True)
    ]
    live_chart.draw_chart(
        chart_spec(charts.balance_chart), {"classes": rows}, key="class balance",
        description="Number of images of each class",
    )  # fmt: skip
    is_balanced = counts.max() - counts.min() <= max(1, 0.02 * counts.max())
    st.caption(
        "All classes are equally frequent: guessing is right one time in ten."
        if is_balanced
        else "Classes differ in size: a model that always says the most frequent one is right "
        f"{counts.max() / counts.sum():.0%} of the time."
    )


def _draw_normalization(
    statistics: PixelStatistics,
    before: "st.delta_generator.DeltaGenerator",
    after: "st.delta_generator.DeltaGenerator",
) -> None:
    """Draw the histogram of the pixels without the black ones, as stored and as models see it."""
    without_black = statistics.histogram.copy()
    without_black[0] = 0
    bins = pixel_statistics.bin_histogram(without_black)
    half = (bins[1][0] - bins[0][0]) / 2
    for container, normalized in ((before, False), (after, True)):
        mean, std = (PIXEL_MEAN, PIXEL_STD) if normalized else (0.0, 1.0)
        rows = [
            {
                "value": (value - mean) / std, "start": (value - half - mean) / std,
                "end": (value + half - mean) / std, "fraction": fraction,
            }
            for value, fraction in bins
        ]  # fmt: skip
        with container:
            st.subheader("After normalization" if normalized else "Pixels", anchor=False)
            live_chart.draw_chart(
                chart_spec(
                    charts.histogram_chart, normalized=normalized,
                    title="What a model gets" if normalized else "Brightness, 0 to 1",
                ),
                {"bins": rows}, key=f"histogram {normalized}",
                description="Histogram of the pixels",
            )  # fmt: skip
            st.caption(_caption(statistics, normalized=normalized))


def _caption(statistics: PixelStatistics, *, normalized: bool) -> str:
    if not normalized:
        return (
            f"{statistics.black_fraction:.0%} of all pixels are black and left out here. With "
            f"them, the mean is {statistics.mean:.3f} and the standard deviation "
            f"{statistics.std:.3f}."
        )
    mean = (statistics.mean - PIXEL_MEAN) / PIXEL_STD
    return (
        f"Each pixel minus {PIXEL_MEAN}, divided by {PIXEL_STD}: the shape stays, but the mean is "
        f"now {mean:+.2f} and the standard deviation {statistics.std / PIXEL_STD:.2f}. Networks "
        "learn faster from numbers around 0."
    )
