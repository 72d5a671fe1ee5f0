"""The test images behind one cell of a confusion matrix, chosen by a click or from lists."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from fmnist_core.compare_page import image_gallery, render
from fmnist_core.compare_page.pair_picker import Pair
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison, class_index
from fmnist_core.ui import image_links

WHO, TRUE, ANSWER = "cell whose", "cell true", "cell answer"
"""What the lists hold; a click on a cell fills them."""
EITHER = "either"
"""In place of a run: one of the pair, and not the other."""


def choose(who: str, fields: Mapping[str, Any]) -> None:
    """A click on a cell fills the lists below."""
    st.session_state[WHO] = who
    st.session_state[TRUE] = fields["true"]
    st.session_state[ANSWER] = fields["answer"]


def show(contest: Comparison, pair: Pair | None) -> None:
    """The images of one cell: the clicked one, or the first run's commonest mistake."""
    st.markdown("#### Images behind a cell")
    _settle(contest, pair)
    whose = {str(place): name for place, name in enumerate(contest.names)}
    if pair:
        whose[EITHER] = "Only one of the two"
    with st.container(horizontal=True):
        who = _list("Whose answer", list(whose), WHO, format_func=whose.__getitem__)
        true = class_index(_list("True class", CLASSES, TRUE))
        answer = class_index(_list("Answer", CLASSES, ANSWER))
    found = behind(contest, who, true, answer, pair)
    words = "right" if true == answer else f"taken for {CLASSES[answer]}"
    title = f"{CLASSES[true]} {words}: {pluralize(len(found), 'image')}"
    hint = (
        f"{whose[who]}{_pair_words(contest, pair) if who == EITHER else ''}, the surest answer "
        "first. Click another cell above, or choose here."
    )
    key = f"cell {who} {true} {answer}"
    places = _places(who, pair)
    image_gallery.show(contest, found, title=title, hint=escape_markdown(hint), places=places, key=key)
    asked = contest.runs[places[0] if who == EITHER else int(who)]
    st.page_link(
        "pages/explain.py",
        label=f"What {escape_markdown(asked.name)} looks at in these, on average",
        icon=":material/blur_on:",
        query_params=image_links.cell_params(asked.summary.id, true=true, answer=answer),
    )


def _list(
    label: str, options: Sequence[str], key: str, *, format_func: Callable[[str], str] = str
) -> str:
    chosen = st.selectbox(
        label, options, format_func=format_func, key=key, on_change=render.forget_click
    )
    return chosen or options[0]


def _places(who: str, pair: Pair | None) -> tuple[int, ...]:
    """Whose answers the cards show: two at most, the one that is asked for among them."""
    if pair is None:
        return (0,)
    if who == EITHER or int(who) in pair:
        return pair
    return int(who), pair[0]


def _settle(contest: Comparison, pair: Pair | None) -> None:
    """Lists that name what is not here begin anew."""
    known = [str(place) for place in range(len(contest.runs))] + ([EITHER] if pair else [])
    state = st.session_state
    if state.get(WHO) in known and TRUE in state:
        state[WHO], state[TRUE], state[ANSWER] = state[WHO], state[TRUE], state[ANSWER]
        return
    worst = metrics.mistakes(contest.confusions[0], at_most=1)
    true, answer = (worst[0].true, worst[0].answer) if worst else (0, 0)
    choose("0", {"true": CLASSES[true], "answer": CLASSES[answer]})


def behind(contest: Comparison, who: str, true: int, answer: int, pair: Pair | None) -> np.ndarray:
    """Test images of a cell, the surest answer first.

    Of a pair, those that one of the two puts there and the other does not.
    """
    labels, probabilities = contest.labels, contest.probabilities
    if who != EITHER:
        return metrics.behind(probabilities[int(who)], labels, true=true, answer=answer)
    assert pair is not None
    there = [contest.predictions[place] == answer for place in pair]
    (found,) = np.nonzero((labels == true) & (there[0] ^ there[1]))
    sureness = probabilities[list(pair)][:, found, answer].max(axis=0)
    return found[np.argsort(-sureness, kind="stable")]


def _pair_words(contest: Comparison, pair: Pair | None) -> str:
    assert pair is not None
    return f" ({contest.names[pair[0]]} or {contest.names[pair[1]]}, not both)"
