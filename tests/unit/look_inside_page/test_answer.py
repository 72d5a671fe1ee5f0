"""Softmax as the page shows it is torch's."""

import numpy as np
import pytest
import torch

from fmnist_core.look_inside_page import answer


@pytest.mark.parametrize("scale", [0.1, 1, 30, 1000])
def test_softmax_agrees_with_torch(scale):
    logits = scale * torch.randn(10, generator=torch.Generator().manual_seed(3))
    exponentials, probabilities = answer.softmax(logits.numpy())
    np.testing.assert_allclose(probabilities, logits.softmax(dim=0), atol=1e-6)
    np.testing.assert_allclose(exponentials / exponentials.sum(), probabilities)


def test_table_marks_prediction_and_label():
    logits = np.zeros(10, dtype=np.float32)
    logits[4] = 3
    html = answer.answer_html(logits, label=2)
    assert html.count("class=predicted") == 1
    assert 'data-class="Coat" class=predicted' in html
    assert html.count("True class") == 1
