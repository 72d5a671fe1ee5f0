"""Averages of maps: the same as one by one, carried on by whoever looks, whoever else does."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fmnist_core.attribution import average, explainer
from fmnist_core.attribution.average import Average, AverageJob, AverageKey
from fmnist_core.attribution.heatmap import Target
from fmnist_core.attribution.methods import METHODS
from fmnist_core.runs import zoo
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.synthetic.garments import synthetic_garments


@pytest.fixture(scope="module")
def images():
    return synthetic_garments(24, seed=5)[0]


@pytest.fixture
def wanted(images):
    run = zoo.checkpoint("cnn-lite")
    return AverageKey(
        run=run, written=run.weights_version(), method=METHODS["gradcam"], label=6, data="drawn",
        indices=tuple(range(len(images))),
    )  # fmt: skip


def test_average_is_the_mean_of_the_maps(images, wanted):
    work = AverageJob(wanted)
    while not work.is_finished:
        work.go_on(images)
    loaded = MODEL_CACHE.get(wanted.run)
    maps = [
        explainer.explain(loaded, image, method=wanted.method, target=Target(label=6))
        for image in images
    ]
    whole = [each.values for each in maps if not each.problem]
    assert work.average.num_maps == len(whole)
    assert work.average.num_empty == len(maps) - len(whole)
    np.testing.assert_allclose(work.average.values, np.mean(whole, axis=0), atol=1e-5)


def test_two_browsers_do_not_take_an_image_twice(images, wanted):
    work = AverageJob(wanted)

    def look(_):
        while not work.is_finished:
            work.go_on(images)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look, range(2)))
    assert work.done == len(images)
    assert work.average.num_maps + work.average.num_empty == len(images)


def test_what_was_begun_is_carried_on(images, wanted):
    average.get_average_job.cache_clear()
    average.get_average_job(wanted).go_on(images)
    assert average.get_average_job(wanted).done == average.MAPS_PER_STEP


def test_empty_average_is_black():
    average = Average(size=7)
    average.take(np.full((28, 28), 200, np.uint8), None)
    assert not average.values.any()
    assert not average.mean_image.any()
    assert average.num_empty == 1
