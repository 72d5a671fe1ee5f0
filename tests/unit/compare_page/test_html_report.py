"""The comparison as one HTML file."""

import re

import pytest

from fmnist_core import csv_export
from fmnist_core.compare_page import formats, html_report
from fmnist_core.compare_page.views import VIEWS


@pytest.fixture
def html(make_comparison, six_runs):
    names = ["<script>alert(1)</script>", "plain", "C", "D", "E", "F"]
    return html_report.html(
        make_comparison(list(six_runs.labels), *six_runs.probabilities, names=names)
    )


def test_it_needs_nothing_else(html):
    assert not re.findall(r'(?:src|href|url\()\s*=?\s*["\']?(?:https?:)?//', html)
    assert html.startswith("<!doctype html>")
    assert html.rstrip().endswith("</html>")


def test_names_are_text(html):
    assert "<script" not in html
    assert "&lt;script&gt;alert" in html


def test_every_view_has_its_heading(html):
    for view in VIEWS.values():
        assert f"<h2>{view.title}</h2>" in html


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("**A** and B", "<b>A</b> and B"),
        (r"\*not bold\* \<b\>", "*not bold* &lt;b&gt;"),
        ("**\\*A\\***", "<b>*A*</b>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_the_little_markdown_that_words_know(given, expected):
    assert html_report.from_markdown(given) == expected


@pytest.mark.parametrize(
    ("value", "how", "words"),
    [
        (0.93751, "percent", "93.75%"),
        (0.9375, "share", "93.8%"),
        (-0.0123, "points", "-1.23"),
        (1234567, "count", "1,234,567"),
        (1234567, "large", "1.23 M"),
        (0.26034, "figure", "0.260"),
        (125.0, "seconds", "2 min"),
        (0.571, "time", "0.6 ms"),
        (None, "time", ""),
    ],
)
def test_values_as_a_person_reads_them(value, how, words):
    assert formats.said(value, how) == words


def test_a_name_is_no_formula():
    text = csv_export.rows_to_csv([{"Run": "=1+1", "Accuracy": -0.5}])
    assert text == "Run,Accuracy\n'=1+1,-0.5\n"
