"""Every view of one, two and six runs, and their pictures."""

import csv
import io
import re

import pytest
from PIL import Image

from fmnist_core import csv_export
from fmnist_core.compare_page import chart_export, html_report
from fmnist_core.compare_page.blocks import Chart, Gallery, Table, flat
from fmnist_core.compare_page.views import VIEWS
from tests import factories

CASES = [(view, count) for view in VIEWS.values() for count in (1, 2, 6) if count >= view.at_least]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0].key}-{case[1]}")
def blocks(request, six_runs, make_comparison):
    view, count = request.param
    contest = make_comparison(list(six_runs.labels), *six_runs.probabilities[:count])
    for entrant in contest.runs:
        entrant.summary.run.path.mkdir()
        for line in factories.training_events(epochs=2):
            entrant.summary.run.record(line)
    return flat(view.load().report(contest))


def test_there_is_something_to_see(blocks):
    assert any(isinstance(block, Chart | Table | Gallery) for block in blocks)


def test_charts_become_pictures(blocks):
    for chart in (block for block in blocks if isinstance(block, Chart)):
        drawn = chart_export.svg(chart)
        assert drawn.startswith("<svg")
        assert chart.title in re.sub(r"&\w+;", "", drawn)
        assert chart.says


def test_tables_become_csv(blocks):
    for table in (block for block in blocks if isinstance(block, Table)):
        text = csv_export.rows_to_csv(table.rows, list(table.columns))
        read = list(csv.DictReader(io.StringIO(text)))
        assert len(read) == len(table.rows)
        assert list(read[0]) == list(table.columns)


def test_all_of_it_becomes_html(blocks):
    for block in blocks:
        assert html_report.block_html(block).startswith("<")
        assert "None" not in html_report.block_html(block)


def test_png_has_twice_the_size(six_runs):
    chart = next(block for block in flat(VIEWS["classes"].load().report(six_runs))
                 if isinstance(block, Chart))  # fmt: skip
    picture = Image.open(io.BytesIO(chart_export.png(chart)))
    assert picture.width >= 2 * chart.width


def test_keys_fit_into_an_address():
    assert all(re.fullmatch("[a-z]+", key) for key in VIEWS)
