"""Labels of points overlap neither each other nor other points."""

from itertools import combinations

import pytest

from fmnist_core.comparison_report import cost_labels


def row(cost, height, label="Name", *, compared=False):
    return {"cost": cost, "height": height, "label": label, "compared": compared}


def boxes(rows, labels):
    keys = [(point["cost"], point["height"]) for point in rows]
    points = dict(zip(keys, cost_labels._points(rows), strict=True))
    return [
        cost_labels._label(label["label"], points[label["cost"], label["height"]], label["place"])
        for label in labels
    ]


@pytest.fixture
def crowd():
    """Six points close together, of which two are compared and all are on the front."""
    return [
        row(1000 * 1.05**index, 0.9 + index / 1000, f"A longer name {index}", compared=index < 2)
        for index in range(6)
    ] + [row(10_000_000, 0.95)]


def test_labels_do_not_overlap(crowd):
    labels = cost_labels.place_labels(crowd, range(len(crowd)))
    assert not any(
        first.overlaps(second) for first, second in combinations(boxes(crowd, labels), 2)
    )


def test_compared_runs_are_always_labeled(crowd):
    labels = {label["label"] for label in cost_labels.place_labels(crowd, range(len(crowd)))}
    assert {"A longer name 0", "A longer name 1"} <= labels


def test_other_runs_have_no_label():
    rows = [row(1, 0.9, "compared", compared=True), row(10, 0.8, "other"), row(5, 0.95, "front")]
    labels = cost_labels.place_labels(rows, [2])
    assert [label["label"] for label in labels] == ["compared", "front"]


def test_label_is_not_crossed_out_by_the_front():
    rows = [row(1, 0.8, "A rather long name", compared=True), row(1000, 0.95, "front")]
    labels = cost_labels.place_labels(rows, [0, 1])
    assert labels[0]["place"] == "above right"


def test_single_point_has_a_label():
    (label,) = cost_labels.place_labels([row(5, 0.9, compared=True)], [0])
    assert label["place"] == "above"
