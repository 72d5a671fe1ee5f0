"""Every benchmark in the list can be run."""

import argparse

import pytest

from fmnist_core.cli import bench


@pytest.mark.parametrize("name", bench.BENCHMARKS)
def test_bench_has_arguments_and_a_run(name):
    module = bench.load_module(name)
    module.add_arguments(argparse.ArgumentParser())
    assert callable(module.run)


@pytest.mark.parametrize("name", bench.BENCHMARKS)
def test_help_says_what_a_benchmark_measures(run_command, name):
    assert run_command("bench", name, "--help").status == 0
    assert bench.BENCHMARKS[name] in " ".join(run_command("bench", "--help").out.split())


def test_nested_results_are_formatted():
    facts = {
        "device": "CPU",
        "ratio": 5.12345,
        "ours": {"rate": 12345.6},
        "rows": [{"s": 1, "a": None}],
    }
    assert list(bench.format_facts(facts)) == [
        "device: CPU",
        "ratio: 5.123",
        "ours",
        "  rate: 12,346",
        "rows",
        "  s  a",
        "  1  -",
    ]
