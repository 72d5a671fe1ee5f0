"""The model cache: each model is loaded once for all threads, and only a few are kept."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fmnist_core.errors import RunError
from fmnist_core.models.classifier import Classifier
from fmnist_core.runs import weights
from fmnist_core.serving.model_cache import ModelCache, load_predictor


@pytest.fixture
def loaded_ids():
    """Ids of the runs that the cache has loaded, in order."""
    return []


@pytest.fixture
def make_cache(loaded_ids):
    def make(**options):
        def load(run):
            loaded_ids.append(run.id)
            return load_predictor(run)

        return ModelCache(load=load, **options)

    return make


def test_threads_that_request_one_model_load_it_once(
    make_run_with_weights, images, make_cache, loaded_ids
):
    run, cache = make_run_with_weights(), make_cache()
    barrier = threading.Barrier(8)

    def predict(_):
        barrier.wait()
        return cache.get(run).predict(images).probabilities

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(predict, range(8)))
    assert loaded_ids == [run.id]
    assert all(np.allclose(results[0], probabilities, atol=1e-6) for probabilities in results)


def test_least_recently_used_model_is_dropped(make_run_with_weights, make_cache, loaded_ids):
    first, second, third = (make_run_with_weights(seed) for seed in range(3))
    cache = make_cache(max_models=2)
    for run in (first, second, first, third, first, second):
        cache.get(run)
    assert loaded_ids == [first.id, second.id, third.id, second.id]
    assert len(cache) == 2


def test_changed_weights_are_loaded_again(make_run_with_weights, images):
    run, other, cache = make_run_with_weights(1), make_run_with_weights(2), ModelCache()
    before = cache.get(run).predict(images).probabilities
    tensors, _ = weights.read_tensors(other.weights_file)
    weights.write_tensors(run.weights_file, tensors)
    after = cache.get(run).predict(images).probabilities
    assert not np.allclose(before, after)


def test_missing_and_damaged_weights_are_errors(make_run_with_weights):
    run, cache = make_run_with_weights(), ModelCache()
    run.weights_file.write_bytes(b"nothing")
    with pytest.raises(RunError, match="cannot be read"):
        cache.get(run)
    run.weights_file.unlink()
    with pytest.raises(RunError, match="has no weights"):
        cache.get(run)


def test_damaged_ood_detector_is_an_error(make_run_with_weights):
    run = make_run_with_weights()
    run.ood_detector_file.write_bytes(b"nothing")
    with pytest.raises(RunError, match="cannot be read"):
        ModelCache().get(run)


def test_model_that_cannot_process_its_input_size_is_an_error(make_run_with_weights, monkeypatch):
    def fail(*_):
        raise RuntimeError("Kernel size can't be greater than actual input size")

    run = make_run_with_weights()
    monkeypatch.setattr(Classifier, "forward", fail)
    with pytest.raises(RunError, match=f"^Run {run.id} cannot be used: MLP cannot process images"):
        ModelCache().get(run)
