"""What runs reserve: cores, or a GPU or a part of it."""

import pytest

from fmnist_core.jobs.executors.ray_cluster.resources import Resources, resources_for
from fmnist_core.models.registry import MODELS
from fmnist_core.training.recipe import Recipe


def request(has_gpus, **values):
    return resources_for(Recipe.parse(values), has_gpus=has_gpus, cpus_per_run=2)


@pytest.mark.parametrize(
    ("values", "has_gpus", "expected"),
    [
        ({"model": "cnn"}, True, Resources(num_gpus=0.25)),
        ({"model": "cnn"}, False, Resources(num_cpus=2)),
        ({"model": "cnn", "device": "cpu"}, True, Resources(num_cpus=2)),
        ({"model": "mlp", "device": "cuda"}, False, Resources(num_gpus=0.25)),
        ({"model": "resnet50", "input_size": 64}, True, Resources(num_gpus=0.5)),
        ({"model": "resnet50", "input_size": 224}, True, Resources(num_gpus=1)),
        ({"model": "cnn", "workers": 2}, True, Resources(num_gpus=1)),
    ],
    ids=str,
)
def test_by_recipe(values, has_gpus, expected):
    assert request(has_gpus, **values) == expected


@pytest.mark.parametrize("model", MODELS)
def test_every_model_fits_on_one_gpu(model):
    assert Resources(num_gpus=1).holds(request(True, model=model))


def test_holds_counts_cores_and_gpus():
    node = Resources(num_cpus=4, num_gpus=1)
    assert node.holds(Resources(num_gpus=0.25), times=4)
    assert not node.holds(Resources(num_gpus=0.25), times=5)
    assert not node.holds(Resources(num_cpus=5))


@pytest.mark.parametrize(
    ("resources", "text"),
    [
        (Resources(num_gpus=0.25), "0.25 GPUs"),
        (Resources(num_gpus=1), "1 GPU"),
        (Resources(num_cpus=8), "8 cores"),
    ],
)
def test_as_text(resources, text):
    assert str(resources) == text


def test_bundle_names_only_what_is_needed():
    assert Resources(num_gpus=0.5).bundle == {"GPU": 0.5}
