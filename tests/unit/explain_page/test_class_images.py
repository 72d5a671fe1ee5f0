"""Images of a class, grouped by what a run predicted for them."""

import numpy as np
import pytest

from fmnist_core.attribution.target import Target
from fmnist_core.explain_page import class_images
from fmnist_core.explain_page.class_images import EvaluatedRun
from tests import factories

LABELS = np.array([6, 6, 6, 6, 6, 0, 0, 2])
PREDICTED = [6, 0, 0, 2, 6, 6, 0, 2]


@pytest.fixture
def evaluated(run):
    return EvaluatedRun(
        run=run, data="drawn", images=np.zeros((len(LABELS), 28, 28), np.uint8), labels=LABELS,
        probabilities=factories.probabilities_for(PREDICTED),
    )  # fmt: skip


def test_groups_are_the_correct_images_then_the_most_frequent_confusions(evaluated):
    groups = class_images.group_by_prediction(evaluated, 6)
    assert [group.indices.tolist() for group in groups] == [[0, 4], [1, 2], [3]]
    assert [group.target.label for group in groups] == [6, 0, 2]
    assert groups[1].title == "Predicted as T-shirt/top: 2 images"


def test_class_without_mistakes_has_one_group(evaluated):
    (group,) = class_images.group_by_prediction(evaluated, 2)
    assert group.title == "Correct: 1 image"


def test_contrast_explains_the_predicted_class_against_the_other(evaluated):
    groups = class_images.group_for_contrast(evaluated, 6, 0)
    assert [group.indices.tolist() for group in groups] == [[0, 4], [1, 2], [6], [5]]
    assert [group.target for group in groups] == [
        Target(label=6, against=0),
        Target(label=0, against=6),
        Target(label=0, against=6),
        Target(label=6, against=0),
    ]
    assert groups[1].title == "Why T-shirt/top and not Shirt (2 misclassified Shirt images)"


def test_most_confused_class_is_never_the_class_itself(evaluated):
    assert class_images.most_confused_class(evaluated, 6) == 0
    assert class_images.most_confused_class(evaluated, 2) != 2


def test_worst_mistakes_are_wrong_and_few(evaluated):
    worst = class_images.find_worst_mistakes(evaluated, 6, limit=2)
    assert len(worst) == 2
    assert set(worst) <= {1, 2, 3}
