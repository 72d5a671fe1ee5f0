"""Every section of one, two and six runs, and its exports."""

import csv
import inspect
import io
import re

import pytest
from PIL import Image

from fmnist_core import csv_export
from fmnist_core.comparison_report import chart_export, html_report
from fmnist_core.comparison_report.blocks import Chart, Gallery, Table, flatten
from fmnist_core.comparison_report.sections import SECTIONS, ReportSource, sections_of
from tests import factories

CASES = [
    (section, count)
    for section in SECTIONS.values()
    for count in (1, 2, 6)
    if count >= section.min_runs
]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0].key}-{case[1]}")
def blocks(request, six_runs, make_comparison):
    section, count = request.param
    comparison = make_comparison(list(six_runs.labels), *six_runs.probabilities[:count])
    for run in comparison.runs:
        run.summary.run.path.mkdir()
        for event in factories.training_events(epochs=2):
            run.summary.run.append_event(event)
    photographs = factories.photograph_comparison(comparison, accuracy=0.5)
    source = ReportSource(comparison=comparison, photographs=photographs)
    return flatten(section.load_make_blocks()(source))


@pytest.mark.parametrize("count", [1, 2, 6])
def test_sections_of_the_real_photographs(six_runs, make_comparison, count):
    own = make_comparison(list(six_runs.labels), *six_runs.probabilities[:count])
    comparison = factories.photograph_comparison(own, accuracy=0.5)
    source = ReportSource(comparison=comparison, photographs=comparison)
    assert not {"curves", "time", "cost"} & set(sections_of(comparison))
    for section in sections_of(comparison).values():
        if count >= section.min_runs:
            assert all(map(html_report.block_html, section.load_make_blocks()(source)))


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS)
def test_section_names_a_function_of_a_report_source(section):
    assert list(inspect.signature(section.load_make_blocks()).parameters) == ["source"]


def test_there_is_something_to_see(blocks):
    assert any(isinstance(block, Chart | Table | Gallery) for block in blocks)


def test_charts_become_svg(blocks):
    for chart in (block for block in blocks if isinstance(block, Chart)):
        svg = chart_export.export_svg(chart)
        assert svg.startswith("<svg")
        assert chart.title in re.sub(r"&\w+;", "", svg)
        assert chart.description


def test_tables_become_csv(blocks):
    for table in (block for block in blocks if isinstance(block, Table)):
        text = csv_export.rows_to_csv(table.rows, list(table.columns))
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == len(table.rows)
        assert list(rows[0]) == list(table.columns)


def test_all_blocks_become_html(blocks):
    for block in blocks:
        html = html_report.block_html(block)
        assert html.startswith("<")
        assert "None" not in html


def test_png_has_twice_the_size(six_runs):
    source = ReportSource(comparison=six_runs)
    blocks = SECTIONS["classes"].load_make_blocks()(source)
    chart = next(block for block in flatten(blocks) if isinstance(block, Chart))
    image = Image.open(io.BytesIO(chart_export.export_png(chart)))
    assert image.width >= 2 * chart.width


def test_keys_fit_into_an_address():
    assert all(re.fullmatch("[a-z]+", key) for key in SECTIONS)
