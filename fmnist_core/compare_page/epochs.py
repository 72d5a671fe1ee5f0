"""Over time: a slider over epochs moves the matrices and the curves' cursor together."""

import numpy as np
import streamlit as st

from fmnist_core.charts.confusion_matrix import confusion_chart
from fmnist_core.compare_page import confusion, curves, render
from fmnist_core.compare_page.blocks import Block, Chart, Columns, Paragraph
from fmnist_core.evaluation import metrics
from fmnist_core.runs.comparison import Comparison
from fmnist_core.training.history import History
from fmnist_core.ui.live_chart import spec


def show(contest: Comparison) -> None:
    """The slider, and that epoch."""
    last = last_epoch(contest)
    if last == 0:
        st.info("None of these runs has kept its epochs.", icon=":material/timeline:")
        return
    epoch = last
    if last > 1:
        epoch = st.slider("Epoch", 1, last, last, key=f"epoch of {contest.names}")
    render.show(blocks(contest, epoch), key="over time")


def report(contest: Comparison) -> list[Block]:
    """The first epoch: the last stands in other views."""
    return blocks(contest, 1) if last_epoch(contest) else []


def last_epoch(contest: Comparison) -> int:
    """Of the run that has most; 0 where none has any."""
    return max(len(past.epochs) for past in curves.pasts_of(contest))


def blocks(contest: Comparison, epoch: int) -> list[Block]:
    """Accuracy with a cursor at `epoch`, and each run's validation matrix after it."""
    pasts = curves.pasts_of(contest)
    cursor = {"x": epoch, "label": f"epoch {epoch}", "kind": "phase", "low": True, "run": "all"}
    shown = [
        _matrix(name, past, epoch)
        for name, past in zip(contest.names, pasts, strict=True)
        if past.epochs
    ]
    return [
        curves.learning_chart(contest, pasts, "accuracy", axis="epochs", marks=(cursor,)),
        Paragraph(
            text=f"Validation images after epoch {epoch}; a run that had fewer epochs stays at its "
            "last. Cells show percent of the true class.",
            kind="hint",
        ),
        Columns(blocks=shown),
    ]


def _matrix(name: str, past: History, epoch: int) -> Chart:
    after = past.epochs[min(epoch, len(past.epochs)) - 1]
    counts = np.array(after.confusion)
    shares = metrics.row_shares(counts)
    return Chart(
        title=name,
        spec=spec(confusion_chart),
        rows={"cells": confusion.cells(counts, shares, most=1.0, what="shares")},
        says=f"Validation confusion matrix of {name} after epoch {after.epoch}",
        hint=f"After epoch {after.epoch}: {after.validation_accuracy:.1%} right.",
        width=confusion.WIDTH,
    )
