"""Rows become CSV that a spreadsheet does not execute."""

import pytest

from fmnist_core.csv_export import rows_to_csv


def test_rows_have_a_header_and_full_precision():
    assert rows_to_csv([{"a": 1, "b": 0.1234567890123}]) == "a,b\n1,0.1234567890123\n"


def test_columns_select_and_order():
    assert rows_to_csv([{"a": 1, "b": 2, "c": 3}], ["c", "a"]) == "c,a\n3,1\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a"])
def test_formulas_become_text(text):
    assert rows_to_csv([{"name": text}]) == f"name\n'{text}\n"
    assert rows_to_csv([{"number": -1}]) == "number\n-1\n"


def test_no_rows_are_an_empty_table():
    assert rows_to_csv([], ["a"]) == "a\n"
