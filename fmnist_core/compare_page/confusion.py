"""Confusion matrices side by side, their difference, and the images behind a cell."""

from functools import partial
from typing import Literal

import numpy as np
import streamlit as st

from fmnist_core.charts.confusion_matrix import confusion_chart
from fmnist_core.compare_page import charts, confusion_cell, pair_picker, render
from fmnist_core.compare_page.blocks import Block, Chart, Columns, Format, Paragraph, Rows, Table
from fmnist_core.compare_page.pair_picker import Pair
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison
from fmnist_core.ui.live_chart import spec

Show = Literal["counts", "shares"]
MOST_MISTAKES = 10
WIDTH = 420


def show(contest: Comparison) -> None:
    """Ask what the cells say, draw the matrices, then the images of a cell."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        what: Show = st.segmented_control(
            "Cells show", ["counts", "shares"], default="counts", required=True,
            key="cells show", persist_state="session",
            help="Numbers of images, or percent of the images of the true class.",
        )  # fmt: skip
        hidden = st.toggle(
            "Hide the diagonal", key="hide diagonal", persist_state="session",
            help="Without what is right, the mistakes fill the scale.",
        )  # fmt: skip
    st.caption(":material/touch_app: Click a cell to see the images behind it.")
    several = len(contest.runs) > 1
    charts_above, images, below = (st.container() for _ in range(3))
    # What a click asks for comes first: the charts around it are there already.
    with images:
        confusion_cell.show(contest, pair_picker.chosen(contest) if several else None)
    with charts_above:
        render.show(matrices(contest, what=what, diagonal=not hidden), key="matrices")
    with below:
        confused = mistakes(contest)
        if several:
            st.markdown("#### Difference")
            minus = difference(contest, pair_picker.choose(contest), what=what)
            render.show([Columns(blocks=(minus, confused))], key="difference")
        else:
            render.show([confused], key="mistakes")


def report(contest: Comparison) -> list[Block]:
    """Counts with the diagonal, the first pair's difference, the commonest mistakes."""
    blocks = matrices(contest)
    if len(contest.runs) > 1:
        blocks.append(difference(contest, (0, 1)))
    return [*blocks, mistakes(contest)]


def matrices(contest: Comparison, *, what: Show = "counts", diagonal: bool = True) -> list[Block]:
    """One for each run, on one scale."""
    values = [_values(confusion, what) for confusion in contest.confusions]
    if not diagonal:
        for each in values:
            np.fill_diagonal(each, 0)
    most = max(float(each.max()) for each in values) or 1.0
    drawn = [
        Chart(
            title=name,
            spec=spec(confusion_chart, clickable=True),
            rows={
                "cells": cells(
                    contest.confusions[place],
                    values[place],
                    most=most,
                    what=what,
                    diagonal=diagonal,
                )
            },
            says=f"Confusion matrix of {name} on the test images",
            hint=f"{contest.accuracies[place]:.2%} right.",
            width=WIDTH,
            on_click=partial(confusion_cell.choose, str(place)),
        )
        for place, name in enumerate(contest.names)
    ]
    scale = f"All are on one scale: the darkest cell is {_words(most, what)}."
    return [Paragraph(text=scale, kind="hint"), Columns(blocks=drawn)]


def difference(contest: Comparison, pair: Pair, *, what: Show = "counts") -> Chart:
    """The first's matrix minus the second's, each cell in the colour of whose it is more."""
    first, second = pair
    names = contest.names[first], contest.names[second]
    values = _values(contest.confusions[first], what) - _values(contest.confusions[second], what)
    most = float(np.abs(values).max()) or 1.0
    return Chart(
        title=f"{names[0]} minus {names[1]}",
        spec=spec(confusion_chart, colours=charts.colours_of(pair), clickable=True),
        rows={
            "cells": cells(
                contest.confusions[first] - contest.confusions[second], values, most=most,
                what=what, signed=True,
            )
        },
        says=f"Confusion matrix of {names[0]} minus that of {names[1]}",
        hint=f"+: more often with {escape_markdown(names[0])}; −: more often with {escape_markdown(names[1])}; "
        "each in its run's colour. On the diagonal more is better, elsewhere worse. The strongest "
        f"cell is {_words(most, what)}.",
        width=WIDTH,
        on_click=partial(confusion_cell.choose, confusion_cell.EITHER),
    )  # fmt: skip


def _values(confusion: np.ndarray, what: Show) -> np.ndarray:
    values: np.ndarray = metrics.row_shares(confusion) if what == "shares" else confusion
    return values.astype(float)


def cells(
    counts: np.ndarray,
    values: np.ndarray,
    *,
    most: float,
    what: Show,
    diagonal: bool = True,
    signed: bool = False,
) -> Rows:
    """A matrix's rows for the chart: counts and what is shown of them, each [10, 10]."""
    return [
        {
            "true": CLASSES[true],
            "answer": CLASSES[answer],
            "words": _cell_words(values[true, answer], what, signed=signed),
            "strength": abs(values[true, answer]) / most,
            "sign": -1 if values[true, answer] < 0 else 1,
            "detail": _detail(counts, true, answer, signed=signed),
            "says": f"{CLASSES[true]} taken for {CLASSES[answer]}: {counts[true, answer]}",
        }
        for true in range(len(CLASSES))
        for answer in range(len(CLASSES))
        if diagonal or true != answer
    ]


def _detail(counts: np.ndarray, true: int, answer: int, *, signed: bool) -> str:
    count = int(counts[true, answer])
    if signed:
        return f"{count:+,}"
    return f"{count:,}, {count / max(int(counts[true].sum()), 1):.1%} of the class"


def _cell_words(number: float, what: Show, *, signed: bool) -> str:
    """Nothing for nothing; shares in percent, without their sign."""
    rounded = round(100 * number if what == "shares" else number)
    if not rounded:
        return ""
    return f"{rounded:+d}".replace("-", "−") if signed else str(rounded)


def _words(number: float, what: Show) -> str:
    return f"{number:.0%} of a class" if what == "shares" else pluralize(round(number), "image")


def mistakes(contest: Comparison) -> Table:
    """The commonest mistakes of all runs together, with how often each run makes them."""
    together = contest.confusions.sum(axis=0)
    found = metrics.mistakes(together, at_most=MOST_MISTAKES)
    rows = [
        {"Mistake": f"{CLASSES[each.true]} taken for {CLASSES[each.answer]}"}
        | {
            name: int(contest.confusions[place, each.true, each.answer])
            for place, name in enumerate(contest.names)
        }
        for each in found
    ]
    columns: dict[str, Format] = {"Mistake": "text"}
    columns |= dict.fromkeys(contest.names, "count")
    return Table(
        title="Most confused",
        columns=columns,
        rows=rows,
        hint=worst_words(contest),
    )


def worst_words(contest: Comparison) -> str:
    """Each run's commonest mistake in a sentence."""
    said = []
    for name, confusion in zip(contest.names, contest.confusions, strict=True):
        worst = metrics.mistakes(confusion, at_most=1)
        words = worst[0].words if worst else "not one mistake"
        said.append(f"{escape_markdown(name)}: {words}.")
    return " ".join(said)
