"""The arithmetic of a number as HTML: what is added up is the result."""

import re

import numpy as np
import pytest

from fmnist_core.inspection.arithmetic import Activated, Normalized, Pooled, Sum
from fmnist_core.look_inside_page import number_html

NUMBERS = re.compile(r"\(?(−?[\d.]+(?:e[+−]?\d+)?)\)?")


def make_sum(*, channels, kernel, bias, corner=(2, 3), seed=0):
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(channels, kernel, kernel))
    weights = generator.normal(size=(channels, kernel, kernel))
    return Sum(
        inputs=inputs, weights=weights, bias=bias, channels=range(channels), corner=corner,
        result=float((inputs * weights).sum()) + (bias or 0),
    )  # fmt: skip


def terms_of(html):
    """The terms of the last sum in the HTML, and its result."""
    paragraph = re.sub("<span.*?</span>", "", re.findall(r"<p>(.*?)</p>", html)[-1])
    left, right = paragraph.split(" = ")
    terms = [float(term.replace("−", "-")) for term in NUMBERS.findall(left)]
    return terms, float(re.sub("<.*?>", "", right).replace("−", "-"))


@pytest.mark.parametrize("bias", [None, -0.25])
@pytest.mark.parametrize(("channels", "kernel"), [(2, 3), (64, 3), (5, 7), (12, 1), (3, 16)])
def test_terms_of_a_convolution_add_up_to_its_result(channels, kernel, bias):
    calculation = make_sum(channels=channels, kernel=kernel, bias=bias)
    terms, result = terms_of(number_html.calculation_html(calculation))
    assert sum(terms) == pytest.approx(result, rel=1e-2, abs=1e-2)
    assert result == pytest.approx(calculation.result, rel=1e-3)


@pytest.mark.parametrize("size", [4, 28])
def test_terms_of_a_linear_layer_add_up_to_its_result(size):
    calculation = make_sum(channels=1, kernel=size, bias=0.5, corner=None)
    html = number_html.calculation_html(calculation)
    terms, result = terms_of(html)
    assert sum(terms) == pytest.approx(result, rel=1e-2, abs=1e-2)
    assert html.count("<tr>") == 1 + number_html.MAX_ROWS


def test_patch_filter_and_products_are_shown_in_full():
    html = number_html.calculation_html(make_sum(channels=1, kernel=3, bias=None))
    assert len(re.findall(r"title=", html)) == 3 * 9


def test_cells_beyond_the_edge_of_a_window_are_empty():
    window = np.array([[1.0, np.nan], [3.0, np.nan]])
    html = number_html.calculation_html(Pooled(window=window, is_maximum=True, result=3.0))
    assert html.count("<span></span>") == 2
    assert "largest of them" in html


def test_normalization_names_where_mean_and_variance_come_from():
    values = {
        "value": 2.0, "mean": 1.0, "variance": 4.0, "epsilon": 1e-5, "weight": 3.0, "bias": -1.0,
        "normalized": 0.5,
    }  # fmt: skip
    of_training = Normalized(**values, num_values=None, activation=None, result=0.5)
    assert "in training" in number_html.calculation_html(of_training)
    of_place = Normalized(**values, num_values=96, activation="SiLU", result=0.31)
    html = number_html.calculation_html(of_place)
    assert "96 values" in html
    assert "SiLU(0.5)" in html


@pytest.mark.parametrize("activation", [*number_html.FORMULAS, "Mish"])
def test_every_activation_is_written_with_its_result(activation):
    html = number_html.calculation_html(Activated(value=-0.5, activation=activation, result=0.1))
    assert f"{activation}(−0.5)" in html
    assert '<b class="result">0.1</b>' in html


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-1.23456, "−1.235"),
        (1e-5, "0.00001"),
        (0.000123456, "0.000123"),
        (1e-9, "1.00e−09"),
        (123456.0, "1.23e+05"),
        (float("nan"), "nan"),
    ],
)
def test_numbers_are_short_and_exact_enough(value, text):
    assert number_html.number(value) == text


def test_colors_go_from_blue_over_pale_to_red():
    blue, pale, red, gap = number_html.colorize(np.array([[-2.0, 0.0, 2.0, np.nan]]))[0]
    assert tuple(blue) == number_html.NEGATIVE
    assert tuple(pale) == number_html.ZERO
    assert tuple(red) == number_html.POSITIVE
    assert set(gap) == {128}
