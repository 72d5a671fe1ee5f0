"""HTML snippets escape names and show the values they were given."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from fmnist_core import html_snippets


def test_names_are_escaped():
    assert html_snippets.name_with_dot("#123456", "<b>").endswith("</span> &lt;b&gt;")


@pytest.mark.parametrize(
    ("predicted", "accepted", "mark"),
    [
        (3, (3,), " ✓"),
        (3, (2, 3), " ✓"),
        (3, (4,), " ✗"),
        (3, (), " ✗"),
        (None, (4,), " ✗"),
        (3, None, ""),
    ],
)
def test_mark_says_whether_a_prediction_is_correct(predicted, accepted, mark):
    assert html_snippets.correctness_mark(predicted, accepted) == mark


def test_true_class_is_marked_in_its_row():
    row = html_snippets.probability_row(6, 0.25, "red", text="25%", is_label=True)
    assert 'Shirt <span title="True class">' in row
    assert 'data-probability="0.2500"' in row
    assert "red 25.0%" in row


@pytest.mark.parametrize("shape", [(28, 28), (5, 7, 3)])
def test_data_url_contains_the_image(shape):
    image = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    header, content = html_snippets.data_url(image).split(",")
    assert header == "data:image/png;base64"
    decoded = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))
    np.testing.assert_array_equal(decoded, image)
