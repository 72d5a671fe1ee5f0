"""The benchmark counts faults, and lists what was lost by them."""

from types import MappingProxyType

import pytest

from fmnist_core.bench import faults
from fmnist_core.bench.fault import Fault, Outcome
from fmnist_core.bench.faults import FAULTS


def lose_a_run(folder, times, rng):
    folder.joinpath("a file").write_text(str(rng.random()))
    return Outcome(times=times, summary="two runs", problems=("a run is lost",) * times)


@pytest.fixture
def fault(monkeypatch):
    made = Fault(title="power failure", times=3, inject=lose_a_run)
    monkeypatch.setattr(faults, "FAULTS", MappingProxyType({**FAULTS, "power": made}))
    return made


def test_losses_are_counted_and_listed(run_benchmark, fault):
    result = run_benchmark(faults, "--only", "power")
    (row,) = result["faults"]
    assert (row["fault"], row["times"], row["num_problems"]) == (fault.title, 3, 3)
    assert result["problems"][0] == {"fault": "power", "problem": "a run is lost"}


def test_number_of_times_can_be_chosen(run_benchmark, fault):
    (row,) = run_benchmark(faults, "--only", "power", "--times", "1")["faults"]
    assert row["times"] == 1 < fault.times


def test_moments_follow_from_the_seed():
    drawn = []
    fault = Fault(
        title="any", times=1,
        inject=lambda _, times, rng: Outcome(times=times, summary=drawn.append(rng.random()) or ""),
    )  # fmt: skip
    for seed in (0, 0, 1):
        faults.inject(fault, seed=seed)
    assert drawn[0] == drawn[1] != drawn[2]
