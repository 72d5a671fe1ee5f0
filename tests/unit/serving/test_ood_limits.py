"""A prediction is marked by its confidence, at a limit that depends on where the image is from."""

import numpy as np
import pytest

from fmnist_core.serving import ood_limits


@pytest.mark.parametrize("origin", ood_limits.MIN_CONFIDENCE)
def test_prediction_below_the_limit_of_its_origin_is_marked(origin):
    limit = ood_limits.MIN_CONFIDENCE[origin]
    probabilities = np.full((2, 10), 0.01)
    probabilities[:, 3] = limit - 0.01, limit + 0.01
    assert ood_limits.is_unsure(probabilities, origin).tolist() == [True, False]


def test_every_origin_has_a_hint():
    assert set(ood_limits.GENERAL_HINTS) == set(ood_limits.MIN_CONFIDENCE)
