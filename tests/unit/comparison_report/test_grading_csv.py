"""The table that a teacher grades from."""

import csv
import io
from dataclasses import replace

import pytest

from fmnist_core.comparison_report.grading_csv import changed_settings, grading_csv, iso_date
from fmnist_core.training.presets import get_preset

RECIPE = get_preset("cnn-quick").recipe


@pytest.fixture
def row(make_comparison):
    recipe = RECIPE.changed(seed=7, learning_rate=0.5)
    run = make_comparison([0] * 10, [0] * 9 + [1], recipes=[recipe]).runs[0].summary
    run = replace(run, by="Mia", created="2026-11-24T10:14:05+00:00")
    (row,) = csv.DictReader(io.StringIO(grading_csv([run, replace(run, report=None)])))
    return row


def test_who_what_and_when(row):
    assert row["Student"] == "Mia"
    assert row["Seed"] == "7"
    assert row["Date (UTC)"] == "2026-11-24T10:14:05Z"
    assert row["Preset"] == get_preset("cnn-quick").title
    assert "learning rate 0.5 (was " in row["Changed settings"]
    assert "seed" not in row["Changed settings"]


def test_numbers_are_numbers(row):
    words = {"Student", "Run", "Run ID", "Model", "Data", "Preset", "Changed settings"}
    words |= {"Date (UTC)", "Worst class", "Device", "Started from"}
    for title in row.keys() - words:
        float(row[title] or 0)
    assert float(row["Test accuracy (%)"]) == 90
    assert float(row["95% interval from (%)"]) < 90 < float(row["95% interval to (%)"])


def test_preset_itself_has_no_changes():
    preset, changes = changed_settings(RECIPE.changed(seed=3))
    assert preset is not None
    assert (preset.key, changes) == ("cnn-quick", "")


@pytest.mark.parametrize("created", ["", "yesterday", "2026-13-01"])
def test_no_date(created):
    assert iso_date(created) == ""
