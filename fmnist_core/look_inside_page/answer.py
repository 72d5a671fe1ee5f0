"""The end of the network: ten logits become ten probabilities."""

import numpy as np
import streamlit as st

from fmnist_core import html_snippets
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.look_inside_page.number_html import number


def softmax(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exponentials and probabilities, float64 [10] each, of logits [10].

    As in every implementation, the largest logit is subtracted first: that changes no probability,
    and no exponential can become too large.
    """
    exponentials = np.exp(logits.astype(np.float64) - float(logits.max()))
    probabilities: np.ndarray = exponentials / exponentials.sum()
    return exponentials, probabilities


def draw_answer(logits: np.ndarray, *, label: int | None) -> None:
    """Draw logits [10], their exponentials and the probabilities; `label` is the true class."""
    st.header("Softmax: from logits to probabilities", anchor=False)
    st.caption(
        "The last layer gives each class a number, its logit. Softmax raises e to each of them, "
        "and divides by their sum: ten numbers from 0 to 1 that add up to 1."
    )
    st.html(answer_html(logits, label=label))


def answer_html(logits: np.ndarray, *, label: int | None) -> str:
    """The table of the ten classes."""
    exponentials, probabilities = softmax(logits)
    predicted = int(probabilities.argmax())
    rows = "".join(
        f'<tr data-class="{name}"{" class=predicted" if index == predicted else ""}>'
        f"<th>{name}{_mark(index, label)}</th><td>{number(float(logits[index]))}</td>"
        f"<td>{number(float(exponentials[index]))}</td>"
        f'<td data-probability="{probabilities[index]:.6f}">'
        f"{number(float(probabilities[index]))}</td>"
        f"<td>{html_snippets.probability_bar(float(probabilities[index]), RUN_COLORS[0])}</td></tr>"
        for index, name in enumerate(CLASSES)
    )
    largest = number(float(logits.max()))
    return (
        '<div class="calculation"><table class="softmax"><tr><th>Class</th><th>Logit</th>'
        f"<th>e<sup>logit − {largest}</sup></th><th>Probability</th><td></td></tr>{rows}"
        f"<tr><th>Sum</th><td></td><td>{number(float(exponentials.sum()))}</td>"
        f"<td>{number(float(probabilities.sum()))}</td><td></td></tr></table>"
        f'<p class="note">The largest logit, {largest}, is subtracted from all of them first. That '
        "changes no probability, and keeps the numbers small.</p></div>"
    )


def _mark(index: int, label: int | None) -> str:
    return ' <span title="True class">◂</span>' if index == label else ""
