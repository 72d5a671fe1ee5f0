"""CSV files that are safe to open in a spreadsheet."""

from fmnist_core import csv_export


def test_a_name_is_not_a_formula():
    text = csv_export.rows_to_csv([{"Run": "=1+1", "Accuracy": -0.5}])
    assert text == "Run,Accuracy\n'=1+1,-0.5\n"
