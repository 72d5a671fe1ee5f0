"""Per class: the same numbers as scikit-learn's classification report."""

import pytest
from sklearn.metrics import classification_report

from fmnist_core.comparison_report import per_class
from fmnist_core.fashion_mnist import CLASSES
from tests import factories


@pytest.mark.parametrize("index", range(6))
def test_rows_are_scikit_learns(six_runs, index):
    expected = classification_report(
        six_runs.labels, six_runs.predictions[index], labels=range(10), target_names=CLASSES,
        output_dict=True, zero_division=0,
    )  # fmt: skip
    rows = {row["Class"]: row for row in per_class.class_table(six_runs, index).rows}
    names = dict(zip(CLASSES, CLASSES, strict=True))
    names |= {"Macro avg": "macro avg", "Weighted avg": "weighted avg"}
    assert set(rows) == set(names)
    for ours, theirs in names.items():
        for metric in ("Precision", "Recall", "F1", "Support"):
            key = {"F1": "f1-score"}.get(metric, metric.lower())
            assert rows[ours][metric] == pytest.approx(expected[theirs][key])


def test_class_that_is_never_predicted_has_precision_0(make_comparison):
    comparison = make_comparison([0, 1], [0, 0])
    rows = per_class.class_rows(comparison, comparison.predictions[0])
    assert (rows[1]["Precision"], rows[1]["Recall"], rows[1]["Support"]) == (0, 0, 1)
    assert rows[0]["Precision"] == 0.5


def test_chart_has_every_class_of_every_run(six_runs):
    rows = per_class.class_chart(six_runs, "Recall").rows["classes"]
    assert len(rows) == 60
    assert {row["run"] for row in rows} == set(six_runs.names)


def test_classes_without_photographs_are_left_out(make_comparison):
    own = make_comparison([0, 1], [0, 1])
    rows = per_class.class_table(factories.photograph_comparison(own, accuracy=0.5), 0).rows
    assert {row["Class"] for row in rows}.isdisjoint({"Bag", "Sandal", "Ankle boot"})
    assert rows[-1]["Support"] == 276
