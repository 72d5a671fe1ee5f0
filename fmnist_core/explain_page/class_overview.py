"""What a model looks at in a whole class, in its worst mistakes, and in a confused pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
import streamlit as st

from fmnist_core.attribution import average, overlay
from fmnist_core.attribution.average import AverageKey
from fmnist_core.attribution.methods import METHODS, Method, supported_methods
from fmnist_core.attribution.overlay import HeatmapStyle
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import DataError, LabError
from fmnist_core.evaluation import metrics
from fmnist_core.evaluation.hard_examples import rank_hardest
from fmnist_core.explain_page import compute, controls, heatmap_cards
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import predictions
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import dataset_status, image_links

SLOW = ("scorecam", "ablationcam", "occlusion")
"""Methods that ask the model dozens of times for each map: not for a hundred of them."""
WORST = 12
OFTEN_MISTAKEN = 6
"""Shirts: the class with most mistakes, to begin with."""
NUMBERS = (20, 50, 100, 200)
SCALE = "One scale for each row of averages: a dark map means that its images do not agree."


CLASS, PAIR = "many class", "many pair"


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A run with the test images that it has answered."""

    name: str
    row: RunSummary
    data: DatasetKey
    images: np.ndarray
    """uint8 [N, 28, 28]."""
    labels: np.ndarray
    probabilities: np.ndarray
    """[N, 10]."""

    @cached_property
    def answers(self) -> np.ndarray:
        found: np.ndarray = self.probabilities.argmax(axis=1)
        return found

    def behind(self, true: int, answer: int | None) -> np.ndarray:
        """Images of a class with that answer, or with any wrong one, in the data's order."""
        taken = self.answers != true if answer is None else self.answers == answer
        return np.nonzero((self.labels == true) & taken)[0]


@dataclass(frozen=True, kw_only=True)
class ClassOverviewRequest:
    """What the controls say."""

    tested: Tested
    method: Method
    most: int
    """Images of each kind."""
    look: HeatmapStyle


def arrive(true: int, answer: int) -> None:
    """Begin with a class, and with the one that it was taken for."""
    st.session_state[CLASS] = CLASSES[true]
    st.session_state[PAIR] = true, answer


def show(models: Mapping[str, RunSummary]) -> None:
    """Averages, the confused pair, the worst mistakes of a class."""
    if not models:
        return
    st.session_state.setdefault(CLASS, CLASSES[OFTEN_MISTAKEN])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox("Model", list(models), key=f"many {list(models)}", width=180)
        name = name or next(iter(models))
        label = CLASSES.index(
            st.selectbox("Class", CLASSES, key=CLASS, width=140, persist_state="session")
        )  # fmt: skip
        method = _method(models[name])
        most = st.selectbox(
            "Images at most", NUMBERS, index=1, key="many images", width=130,
            persist_state="session", help="Of each kind; more take longer.",
        )  # fmt: skip
        with st.popover("Look", icon=":material/palette:"):
            look = controls.look(blocks=False)
    # What stands there of another class goes at once.
    places = [st.empty() for _ in range(4)]
    tested = _tested(name, models[name])
    if tested is None:
        return
    asked = ClassOverviewRequest(tested=tested, method=method, most=most, look=look)
    places[0].html(heatmap_cards.legend(look, words=SCALE))
    for place, draw in zip(places[1:], (_averages, _pair, _worst), strict=True):
        with place.container():
            draw(asked, label)


def _method(row: RunSummary) -> Method:
    allowed = [
        method.key
        for method in supported_methods(MODELS[row.model])
        if method.key not in SLOW and method.kind != "guided"
    ]
    chosen = st.selectbox(
        "Method", allowed, format_func=lambda key: METHODS[key].title,
        key=f"many method {allowed}", width=180,
    )  # fmt: skip
    return METHODS[chosen or allowed[0]]


def _tested(name: str, row: RunSummary) -> Tested | None:
    """Its stored answers with the images; says why they cannot be had."""
    data: DatasetKey = row.data or "fashion-mnist"
    try:
        stored = predictions.load(row.run)
        images, labels = dataset_status.test_part(data)
    except DataError:
        st.info(f"{DATASET_TITLES[data]} is not on this machine.", icon=":material/hide_image:")
        dataset_status.offer(data)
        return None
    except LabError as error:
        st.info(escape_markdown(str(error)), icon=":material/broken_image:")
        return None
    if not np.array_equal(labels, stored.labels):
        st.info(
            "The test images on this machine are not those that this run was tested on.",
            icon=":material/hide_image:",
        )
        return None
    return Tested(
        name=name, row=row, data=data, images=images, labels=labels,
        probabilities=stored.probabilities,
    )  # fmt: skip


def _averages(asked: ClassOverviewRequest, label: int) -> None:
    tested = asked.tested
    st.markdown(f"#### {escape_markdown(CLASSES[label])} on average")
    st.caption(
        "The mean of the maps over the mean of the pictures: where it was right, and where it said "
        "something else, why it said that."
    )
    right, wrong = tested.behind(label, label), tested.behind(label, None)
    by_answer = [(int(answer), wrong[tested.answers[wrong] == answer]) for answer in range(10)]
    commonest = sorted((each for each in by_answer if len(each[1])), key=lambda each: -len(each[1]))
    parts: list[Part] = [(f"Right: {pluralize(len(right), 'image')}", right, label, None)]
    parts += [
        (f"Taken for {CLASSES[answer]}: {pluralize(len(found), 'image')}", found, answer, None)
        for answer, found in commonest[:3]
    ]
    _row(asked, parts)
    if not len(wrong):
        st.caption("Not one mistake in this class.")


def _pair(asked: ClassOverviewRequest, label: int) -> None:
    """One class against another: what of the picture decides between the two."""
    tested = asked.tested
    others = [each for each in CLASSES if each != CLASSES[label]]
    here, first = CLASSES[label], CLASSES[_taken_for(tested, label)]
    st.markdown(f"#### {escape_markdown(here)} against another class")
    other = st.selectbox(
        f"{here} is confused with", others, index=others.index(first),
        key=f"pair {tested.row.id} {label}", width=250,
    )  # fmt: skip
    against = CLASSES.index(other or others[0])
    there = CLASSES[against]
    parts = [
        _contrast(tested, true, answer, other)
        for true, answer, other in (
            (label, label, against),
            (label, against, label),
            (against, against, label),
            (against, label, against),
        )
    ]
    st.caption(
        f"What speaks for {here} and not for {there}, or the other way round, by what the model "
        "answered."
    )
    _row(asked, parts)


def _taken_for(tested: Tested, label: int) -> int:
    """What a link asks for, else what the class is taken for most often."""
    true, answer = st.session_state.get(PAIR, (label, label))
    if true == label != answer:
        return int(answer)
    taken = np.bincount(tested.answers[tested.labels == label], minlength=10)
    taken[label] = -1
    return int(taken.argmax())


Part = tuple[str, np.ndarray, int, int | None]
"""A title, test images, the class that is explained, and against which."""


def _contrast(tested: Tested, true: int, answer: int, other: int) -> Part:
    """Images of a class with that answer, and why it is that one and not the other."""
    found = tested.behind(true, answer)
    number = f"{len(found)} {'recognised' if true == answer else f'mistaken {CLASSES[true]}'}"
    return f"Why {CLASSES[answer]} and not {CLASSES[other]} ({number})", found, answer, other


def _row(asked: ClassOverviewRequest, parts: Sequence[Part]) -> None:
    """An averaged map for each part that has images, with a bar as long as it is worked out."""
    tested, place, bar = asked.tested, st.empty(), st.empty()
    try:
        written = tested.row.run.weights_version()
        wanted = [
            (
                title,
                AverageKey(
                    run=tested.row.run,
                    written=written,
                    method=asked.method,
                    label=label,
                    against=against,
                    data=tested.data,
                    indices=tuple(map(int, found[: asked.most])),
                ),
            )
            for title, found, label, against in parts
        ]  # fmt: skip
        works = [(title, average.get_average_job(each)) for title, each in wanted if each.indices]
        total = sum(len(work.wanted.indices) for _, work in works)
        for _, work in works:
            while not work.is_finished:
                work.go_on(tested.images)
                done = sum(each.done for _, each in works)
                bar.progress(done / total, text=f"{done} of {total} maps")
    except LabError as error:
        bar.info(escape_markdown(str(error)), icon=":material/broken_image:")
        return
    bar.empty()
    # One scale for the row, so that a map on whose place all agree is the brighter one.
    highest = max((float(work.mean.values.max()) for _, work in works), default=0)
    cards = "".join(_average(asked.look, title, work, highest) for title, work in works)
    place.html(f'<div style="{heatmap_cards.grid(190)}" class="averages">{cards}</div>')


def _average(look: HeatmapStyle, title: str, work: average.AverageJob, highest: float) -> str:
    mean = work.mean
    used = f"Mean of {pluralize(mean.num_maps, 'map')}"
    used += f", {mean.num_empty} empty" if mean.num_empty else ""
    used += f"; highest weight {mean.values.max():.2f}"
    values = mean.values / highest if highest else None
    picture = heatmap_cards.picture(overlay.overlay_image(mean.mean_image, values, look), title)
    return (
        f'<figure style="{heatmap_cards.CARD}">{picture}'
        f'<figcaption style="{heatmap_cards.SMALL};margin-top:6px">'
        f'<b>{escape(title)}</b><br><span style="{heatmap_cards.GREY}">{used}</span>'
        "</figcaption></figure>"
    )


def _worst(asked: ClassOverviewRequest, label: int) -> None:
    tested = asked.tested
    st.markdown(f"#### Worst mistakes in {escape_markdown(CLASSES[label])}")
    order = rank_hardest(tested.probabilities[None], tested.labels, measure="loss")
    wrong = (tested.labels[order] == label) & (tested.answers[order] != label)
    found = order[wrong][:WORST]
    if not len(found):
        st.caption("Not one mistake in this class.")
        return
    st.caption(
        "The truth was given least probability; each map says why it answered as it did. Click a "
        "number to look closer."
    )
    with st.spinner("Looking at the mistakes …"):
        cards = "".join(_mistake(asked, int(index)) for index in found)
    st.html(f'<div style="{heatmap_cards.grid(150)}" class="mistakes">{cards}</div>')


def _mistake(asked: ClassOverviewRequest, index: int) -> str:
    tested = asked.tested
    answer, share = metrics.top_classes(tested.probabilities[index], num=1)[0]
    image = tested.images[index]
    values, problem = _map_of(asked, image, answer)
    picture = heatmap_cards.picture(overlay.overlay_image(image, values, asked.look), f"no. {index}")
    opened = image_links.address("explain", [tested.row.id], test=index, data=tested.data)
    return (
        f'<figure style="margin:0" data-index="{index}" title="{escape(problem)}">{picture}'
        f'<figcaption style="{heatmap_cards.SMALL};margin-top:4px">{CLASSES[answer]} '
        f"<b>{share:.0%}</b>"
        f'<br><a href="{escape(opened)}" target="_blank" '
        f'style="color:inherit;{heatmap_cards.GREY}">'
        f"no. {index}</a></figcaption></figure>"
    )


def _map_of(
    asked: ClassOverviewRequest, image: np.ndarray, answer: int
) -> tuple[np.ndarray | None, str]:
    """Its weights, or none and why."""
    run = asked.tested.row.run
    try:
        wanted = compute.HeatmapKey(
            run=run, written=run.weights_version(), image=image.tobytes(), method=asked.method,
            label=answer,
        )  # fmt: skip
        heatmap, _ = compute.explained(wanted)
    except LabError as error:
        return None, str(error)
    return overlay.displayed_weights(heatmap, asked.look), heatmap.problem or ""
