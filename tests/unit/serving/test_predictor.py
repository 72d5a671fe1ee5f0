"""Loaded models: once for everybody, few at a time, right from several threads, maps too."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from fmnist_core.attribution import explainer
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.errors import ModelError, RunError
from fmnist_core.models.inference import predict
from fmnist_core.runs import ood_detector, weights, zoo
from fmnist_core.serving import model_cache
from fmnist_core.serving.model_cache import ModelCache
from fmnist_core.synthetic.garments import synthetic_garments
from fmnist_core.training.state import build_model


@pytest.fixture
def make_answering(make_run):
    """Finished runs with random weights, each seed its own."""

    def make(seed=0):
        run = make_run(name=f"seed {seed}", finished=True)
        recipe = run.recipe().changed(seed=seed)
        model = build_model(recipe, torch.device("cpu"))
        weights.write_tensors(run.weights_file, model.state_dict())
        return run

    return make


@pytest.fixture
def images():
    return synthetic_garments(12, seed=4)[0]


@pytest.fixture
def loads(monkeypatch):
    """Which runs are loaded, one by one."""
    loaded, load = [], model_cache._load
    monkeypatch.setattr(model_cache, "_load", lambda run: (loaded.append(run.id), load(run))[1])
    return loaded


def test_answers_are_the_models_own(make_answering, images):
    run = make_answering()
    answers = ModelCache().get(run).predict(images)
    model, input_spec = weights.load_model(run)
    expected = predict(model, torch.from_numpy(images), input_spec=input_spec).numpy()
    np.testing.assert_allclose(answers.probabilities, expected, atol=1e-6)
    assert answers.seconds > 0
    assert (answers.ood_scores, answers.ood_threshold) == (None, None)
    assert not answers.is_ood.any()


def test_loaded_once_for_all_who_ask_at_the_same_time(make_answering, images, loads):
    run, shelf = make_answering(), ModelCache()
    together = threading.Barrier(8)

    def ask(_):
        together.wait()
        return shelf.get(run).predict(images).probabilities

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert loads == [run.id]
    assert all(np.allclose(answers[0], each, atol=1e-6) for each in answers)


def test_longest_unused_is_let_go(make_answering, loads):
    first, second, third = (make_answering(seed) for seed in range(3))
    shelf = ModelCache(most=2)
    for run in (first, second, first, third, first, second):
        shelf.get(run)
    assert loads == [first.id, second.id, third.id, second.id]
    assert len(shelf) == 2


def test_changed_weights_are_loaded_anew(make_answering, images):
    run, other, shelf = make_answering(1), make_answering(2), ModelCache()
    before = shelf.get(run).predict(images).probabilities
    tensors, _ = weights.read_tensors(other.weights_file)
    weights.write_tensors(run.weights_file, tensors)
    after = shelf.get(run).predict(images).probabilities
    assert not np.allclose(before, after)


def test_missing_and_damaged_weights_are_said(make_answering):
    run, shelf = make_answering(), ModelCache()
    run.weights_file.write_bytes(b"nothing")
    with pytest.raises(RunError, match="cannot be read"):
        shelf.get(run)
    run.weights_file.unlink()
    with pytest.raises(RunError, match="has no weights"):
        shelf.get(run)


def test_what_is_unlike_training_is_measured_and_kept(make_answering, images, few_garments):
    run = make_answering()
    ood_detector.fit_and_save(run, few_garments)
    answers = ModelCache().get(run).predict(np.concatenate([images, 255 - images]))
    assert (answers.ood_scores[:12] < answers.ood_scores[12:]).mean() > 0.9
    assert answers.is_ood[12:].mean() > answers.is_ood[:12].mean()


def test_damaged_measure_is_said(make_answering, few_garments):
    run = make_answering()
    ood_detector.fit_and_save(run, few_garments)
    tensors, _ = weights.read_tensors(run.ood_detector_file)
    for damage in ({"means": tensors["means"][:5]}, {"threshold": torch.ones(3)}):
        weights.write_tensors(run.ood_detector_file, tensors | damage)
        with pytest.raises(RunError, match="not what this lab writes"):
            ood_detector.load(run)
    run.ood_detector_file.write_bytes(b"nothing")
    with pytest.raises(RunError, match="cannot be read"):
        ModelCache().get(run)


@pytest.fixture
def few_garments():
    from fmnist_core.data.datasets import Dataset

    images, labels = synthetic_garments(400, seed=1)
    return Dataset(
        key="drawn", train_images=images[:300], train_labels=labels[:300],
        validation_images=images[300:], validation_labels=labels[300:],
        test_images=images[:1], test_labels=labels[:1],
    )  # fmt: skip


def test_two_threads_explain_with_one_model_at_once(images):
    """Right, although the library keeps activations on the instance and exchanges layers."""
    loaded = ModelCache().get(zoo.get_checkpoint("cnn-lite"))
    questions = [
        (image, METHODS[key], Target(label=label))
        for image, label in zip(images[:4], (2, 4, 6, 8), strict=True)
        for key in ("gradcam", "eigencam", "ablationcam", "guided")
    ]

    def ask(question):
        image, method, target = question
        try:
            return explainer.explain(loaded, image, method=method, target=target).values
        except ModelError as error:
            return str(error)

    alone = [ask(question) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(ask, questions * 3))
    for place, found in enumerate(together):
        np.testing.assert_array_equal(found, alone[place % len(questions)])
    assert not any(each._forward_hooks for each in loaded.model.modules())


def test_layers_are_looked_for_once(monkeypatch):
    from fmnist_core.attribution import layers

    loaded, looked, find = ModelCache().get(zoo.get_checkpoint("cnn-lite")), [], layers.find_layers
    monkeypatch.setattr(layers, "find_layers", lambda *asked: looked.append(1) or find(*asked))
    assert explainer.get_layer(loaded, None) is explainer.get_layer(loaded, "backbone.features.2")
    assert len(looked) == 1
