"""Averages of heatmaps: correct, resumable, shared by several viewers."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fmnist_core.attribution import average, explainer
from fmnist_core.attribution.average import Average, AverageJob, AverageKey
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.runs import zoo
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.synthetic.garments import generate_garments


@pytest.fixture(scope="module")
def images():
    return generate_garments(24, seed=5)[0]


@pytest.fixture
def key(images):
    run = zoo.get_checkpoint("cnn-lite")
    return AverageKey(
        run=run, weights_version=run.weights_version(), method=METHODS["gradcam"],
        target=Target(label=6), data="drawn", indices=tuple(range(len(images))),
    )  # fmt: skip


def test_average_is_the_mean_of_the_maps(images, key):
    job = AverageJob(key)
    while not job.is_finished:
        job.advance(images)
    predictor = MODEL_CACHE.get(key.run)
    heatmaps = [
        explainer.explain(predictor, image, method=key.method, target=key.target)
        for image in images
    ]
    values = [heatmap.values for heatmap in heatmaps if not heatmap.problem]
    assert job.average.num_maps == len(values)
    assert job.average.num_empty == len(heatmaps) - len(values)
    np.testing.assert_allclose(job.average.values, np.mean(values, axis=0), atol=1e-5)


def test_two_viewers_never_count_an_image_twice(images, key):
    job = AverageJob(key)

    def view(_):
        while not job.is_finished:
            job.advance(images)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(view, range(2)))
    assert job.num_done == len(images)
    assert job.average.num_maps + job.average.num_empty == len(images)


def test_started_job_is_resumed(images, key):
    average.get_average_job.cache_clear()
    average.get_average_job(key).advance(images)
    assert average.get_average_job(key).num_done == average.MAPS_PER_STEP


def test_empty_average_is_black():
    average = Average(size=7)
    average.add(np.full((28, 28), 200, np.uint8), None)
    assert not average.values.any()
    assert not average.mean_image.any()
    assert average.num_empty == 1
