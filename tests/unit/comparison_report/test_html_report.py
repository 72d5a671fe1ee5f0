"""The comparison as one HTML file."""

import re

import pytest

from fmnist_core.comparison_report import html_report
from fmnist_core.comparison_report.sections import SECTIONS


@pytest.fixture
def html(make_comparison, six_runs):
    names = ["<script>alert(1)</script>", "plain", "C", "D", "E", "F"]
    return html_report.html_report(
        make_comparison(list(six_runs.labels), *six_runs.probabilities, names=names)
    )


def test_it_is_self_contained(html):
    assert not re.findall(r'(?:src|href|url\()\s*=?\s*["\']?(?:https?:)?//', html)
    assert html.startswith("<!doctype html>")
    assert html.rstrip().endswith("</html>")


def test_names_are_escaped(html):
    assert "<script" not in html
    assert "&lt;script&gt;alert" in html


def test_every_section_has_its_heading(html):
    for section in SECTIONS.values():
        assert f"<h2>{section.title}</h2>" in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**A** and B", "<b>A</b> and B"),
        (r"\*not bold\* \<b\>", "*not bold* &lt;b&gt;"),
        ("**\\*A\\***", "<b>*A*</b>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_bold_words_and_escapes_are_converted(text, expected):
    assert html_report.markdown_to_html(text) == expected
