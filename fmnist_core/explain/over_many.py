"""What a model looks at in a whole class, in its worst mistakes, and in a confused pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from fmnist_core.analysis import confusions
from fmnist_core.analysis.explanations import METHODS, Method, methods_of
from fmnist_core.analysis.hardest import hardest
from fmnist_core.data.classes import CLASSES
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import DataError, LabError
from fmnist_core.explain import asking, averaging, colours, panels
from fmnist_core.explain.averaging import Wanted
from fmnist_core.explain.colours import Look
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import predictions
from fmnist_core.ui import data_state, image_links
from fmnist_core.ui.catalogue import Row
from fmnist_core.ui.pixels import data_url
from fmnist_core.ui.wording import escaped, plural

SLOW = ("scorecam", "ablationcam", "occlusion")
"""Methods that ask the model dozens of times for each map: not for a hundred of them."""
WORST = 12
NUMBERS = (20, 50, 100, 200)
LOOK = Look(strength=0.65)


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A run with the test images that it has answered."""

    name: str
    row: Row
    data: DatasetKey
    images: np.ndarray
    """uint8 [N, 28, 28]."""
    labels: np.ndarray
    probabilities: np.ndarray
    """[N, 10]."""

    @property
    def answers(self) -> np.ndarray:
        found: np.ndarray = self.probabilities.argmax(axis=1)
        return found

    def behind(self, true: int, answer: int | None) -> np.ndarray:
        """Images of a class with that answer, or with any wrong one, in the data's order."""
        taken = self.answers != true if answer is None else self.answers == answer
        return np.nonzero((self.labels == true) & taken)[0]


def show(models: Mapping[str, Row]) -> None:
    """Averages, the confused pair, the worst mistakes of a class."""
    if not models:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox("Model", list(models), key=f"many {list(models)}", width=200)
        row = models[name or next(iter(models))]
        label = CLASSES.index(
            st.selectbox("Class", CLASSES, key="many class", index=6, width=160,
                         persist_state="session")
        )  # fmt: skip
        method = _method(row)
        most = st.selectbox(
            "Images at most", NUMBERS, index=1, key="many images", width=140,
            persist_state="session", help="Of each kind; more take longer.",
        )  # fmt: skip
    tested = _tested(name or "", row)
    if tested is None:
        return
    st.html(panels.legend(LOOK))
    _averages(tested, label, method, most)
    _pair(tested, label, method, most)
    _worst(tested, label, method)


def _method(row: Row) -> Method:
    allowed = [
        method.key
        for method in methods_of(MODELS[row.model])
        if method.key not in SLOW and method.kind != "guided"
    ]
    chosen = st.selectbox(
        "Method", allowed, format_func=lambda key: METHODS[key].title,
        key=f"many method {allowed}", width=180,
    )  # fmt: skip
    return METHODS[chosen or allowed[0]]


def _tested(name: str, row: Row) -> Tested | None:
    """Its stored answers with the images; says why they cannot be had."""
    data: DatasetKey = row.data or "fashion-mnist"
    try:
        stored = predictions.load(row.run)
        images, labels = data_state.test_part(data)
    except DataError:
        st.info(f"{DATASET_TITLES[data]} is not on this machine.", icon=":material/hide_image:")
        data_state.offer(data)
        return None
    except LabError as error:
        st.info(escaped(str(error)), icon=":material/broken_image:")
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


def _averages(tested: Tested, label: int, method: Method, most: int) -> None:
    st.markdown(f"#### {escaped(CLASSES[label])} on average")
    st.caption(
        "The mean of the maps over the mean of the pictures. Right: why it said the class. Wrong: "
        "why it said what it said instead. A low highest weight: the maps do not agree on a place."
    )
    right, wrong = tested.behind(label, label), tested.behind(label, None)
    by_answer = [(int(answer), wrong[tested.answers[wrong] == answer]) for answer in range(10)]
    commonest = sorted((each for each in by_answer if len(each[1])), key=lambda each: -len(each[1]))
    parts = [(f"Right: {plural(len(right), 'image')}", right, label)]
    parts += [
        (f"Taken for {CLASSES[answer]}: {plural(len(found), 'image')}", found, answer)
        for answer, found in commonest[:3]
    ]
    _row([(title, found, answer, None) for title, found, answer in parts], tested, method, most)
    if not len(wrong):
        st.caption("Not one mistake in this class.")


def _pair(tested: Tested, label: int, method: Method, most: int) -> None:
    """One class against another: what of the picture decides between the two."""
    confusion = np.zeros((10, 10), dtype=int)
    np.add.at(confusion, (tested.labels, tested.answers), 1)
    row = confusion[label].copy()
    row[label] = -1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown(f"#### {escaped(CLASSES[label])} or …")
        others = [each for each in CLASSES if each != CLASSES[label]]
        other = st.selectbox(
            "The class that it is confused with", others,
            index=others.index(CLASSES[int(row.argmax())]),
            key=f"pair {tested.row.id} {label}", width=250,
        )  # fmt: skip
    against = CLASSES.index(other or others[0])
    here, there = CLASSES[label], CLASSES[against]
    st.caption("Contrast: what speaks for the one and not for the other.")
    parts = [
        (f"{here}, recognised: why not {there}", tested.behind(label, label), label, against),
        (f"{here}, taken for {there}: why", tested.behind(label, against), against, label),
        (f"{there}, recognised: why not {here}", tested.behind(against, against), against, label),
        (f"{there}, taken for {here}: why", tested.behind(against, label), label, against),
    ]
    _row(parts, tested, method, most)


Part = tuple[str, np.ndarray, int, int | None]
"""A title, test images, the class that is explained, and against which."""


def _row(parts: Sequence[Part], tested: Tested, method: Method, most: int) -> None:
    """An averaged map for each part that has images, with a bar as long as it is worked out."""
    place, bar = st.empty(), st.empty()
    wanted = [
        (title, Wanted(run=tested.row.run, written=asking.written(tested.row.run), method=method,
                       label=label, against=against, data=tested.data,
                       indices=tuple(map(int, found[:most]))))
        for title, found, label, against in parts
    ]  # fmt: skip
    works = [(title, averaging.work(each)) for title, each in wanted if each.indices]
    total = sum(len(work.wanted.indices) for _, work in works)
    try:
        for _, work in works:
            while not work.is_finished:
                work.go_on(tested.images)
                done = sum(each.done for _, each in works)
                bar.progress(done / total, text=f"{done} of {total} maps")
    except LabError as error:
        bar.info(escaped(str(error)), icon=":material/broken_image:")
        return
    bar.empty()
    cards = "".join(_average(title, work) for title, work in works)
    place.html(f'<div style="{panels.grid(190)}" class="averages">{cards}</div>')


def _average(title: str, work: averaging.Work) -> str:
    average = work.average
    assert average is not None
    used = f"mean of {plural(average.num_maps, 'map')}"
    used += f", {average.num_empty} empty" if average.num_empty else ""
    highest = float(average.values.max())
    used += f" · highest {highest:.2f}"
    values = average.values / highest if highest else None
    picture = colours.over_image(average.mean_image, values, LOOK)
    return (
        f'<figure style="{panels.CARD}"><img src="{data_url(picture)}" alt="{escape(title)}" '
        f'style="{panels.PICTURE}"><figcaption style="font-size:.78rem;line-height:1.4;'
        f'margin-top:6px"><b>{escape(title)}</b><br><span style="{panels.GREY}">{used}</span>'
        "</figcaption></figure>"
    )


def _worst(tested: Tested, label: int, method: Method) -> None:
    st.markdown(f"#### Worst mistakes in {escaped(CLASSES[label])}")
    order = hardest(tested.probabilities[None], tested.labels, measure="loss")
    wrong = (tested.labels[order] == label) & (tested.answers[order] != label)
    found = order[wrong][:WORST]
    if not len(found):
        st.caption("Not one mistake in this class.")
        return
    st.caption("The truth was given least probability; each map says why it answered as it did.")
    with st.spinner("Looking at the mistakes …"):
        cards = "".join(_mistake(tested, int(index), method) for index in found)
    st.html(f'<div style="{panels.grid(150)}" class="mistakes">{cards}</div>')


def _mistake(tested: Tested, index: int, method: Method) -> str:
    answer, share = confusions.top(tested.probabilities[index], num=1)[0]
    image = tested.images[index]
    try:
        heatmap, _ = asking.explained(
            asking.Asked(
                run=tested.row.run, written=asking.written(tested.row.run),
                image=image.tobytes(), method=method, label=answer,
            )
        )  # fmt: skip
        values, problem = (None if heatmap.problem else heatmap.values), heatmap.problem or ""
    except LabError as error:
        values, problem = None, str(error)
    picture = colours.over_image(image, values, LOOK)
    opened = image_links.address("explain", [tested.row.id], test=index, data=tested.data)
    return (
        f'<figure style="margin:0" data-index="{index}" title="{escape(problem)}">'
        f'<img src="{data_url(picture)}" alt="no. {index}" style="{panels.PICTURE}">'
        f'<figcaption style="font-size:.78rem;line-height:1.4;margin-top:4px">'
        f"{CLASSES[answer]} <b>{share:.0%}</b><br>"
        f'<a href="{escape(opened)}" target="_blank" style="color:inherit;{panels.GREY}">'
        f"no. {index}</a></figcaption></figure>"
    )
