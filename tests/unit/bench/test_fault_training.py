"""What differs from an undisturbed training is named."""

import numpy as np
import pytest
from safetensors.numpy import save_file

from fmnist_core.bench import fault_training
from fmnist_core.bench.fault_training import Reference
from tests import factories


@pytest.fixture
def finished(make_run):
    run = make_run(*factories.training_events(), finished=True)
    for file in (run.weights_file, run.predictions_file, run.ood_detector_file):
        save_file({"values": np.zeros(3, np.float32)}, file)
    run.environment_file.unlink()  # as a worker does at its end
    return run


@pytest.fixture
def reference(finished):
    return Reference(results=fault_training.results_of(finished), seconds=1.0, accuracy=0.9)


def test_equal_runs_do_not_differ(finished, reference):
    assert fault_training.differences(finished, reference) == []


def test_other_weights_and_lost_files_are_named(finished, reference):
    save_file({"values": np.ones(3, np.float32)}, finished.weights_file)
    assert fault_training.differences(finished, reference) == ["model.safetensors differs"]


def test_lost_epoch_is_named(finished, reference):
    lines = finished.events_file.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if b'"epoch":3,' not in line]
    assert len(kept) < len(lines)
    finished.events_file.write_bytes(b"".join(kept))
    assert fault_training.differences(finished, reference) == ["epochs in events.jsonl differs"]


def test_partial_file_that_is_left_behind_is_named(finished, reference):
    finished.path.joinpath(".about.json.0123abcd.part").write_bytes(b"half")
    (problem,) = fault_training.differences(finished, reference)
    assert problem == ".about.json.0123abcd.part is left behind"


def test_starts_are_counted(make_run):
    run = make_run(factories.started(), factories.step(1), factories.started(step=1))
    assert fault_training.num_starts(run) == 2
