"""A file that was cut off counts as detected only if an error names it."""

import pytest

from fmnist_core.bench import fault_files
from fmnist_core.errors import RunError


def read_and_raise(error):
    def read(_):
        raise error

    return read


@pytest.mark.parametrize(
    ("read", "outcome"),
    [
        (read_and_raise(RunError("report.json is damaged.")), fault_files.DETECTED),
        (read_and_raise(RunError("It is damaged.")), "not named"),
        (read_and_raise(KeyError("accuracy")), "KeyError"),
        (lambda _: "half", "served as good"),
        (lambda _: "whole", fault_files.COMPLETE),
    ],
)
def test_what_a_reader_makes_of_it_is_judged(make_run, read, outcome):
    judged = fault_files.judge(make_run(), read, "whole", "report.json")
    assert judged.startswith(outcome)
