"""Features are what the model's backbone computes, from the cache or anew."""

import numpy as np
import pytest
import torch

from fmnist_core.data.transforms import to_inputs
from fmnist_core.embedding import features, space
from fmnist_core.embedding.space import Space
from fmnist_core.errors import RunError
from fmnist_core.runs import weights, zoo
from tests.hostile_runs import make_hostile_run


def test_features_are_those_of_the_backbone(cnn_lite):
    images, _ = space.load_images("drawn")
    fractions = []
    computed = features.compute_features(cnn_lite, images, progress=fractions.append)
    model, input_spec = weights.load_model(cnn_lite.run)
    with torch.inference_mode():
        expected = model.backbone(to_inputs(torch.from_numpy(images.copy()), input_spec))
    assert np.allclose(computed.vectors, expected.numpy(), atol=1e-5)
    assert np.allclose(computed.probabilities.sum(axis=1), 1, atol=1e-5)
    assert fractions[-1] == 1


def test_cached_features_are_nearly_the_same(cnn_lite):
    images, _ = space.load_images("drawn")
    computed = features.compute_features(cnn_lite, images)
    assert features.load_features(cnn_lite) is None
    features.save_features(cnn_lite, computed)
    loaded = features.load_features(cnn_lite)
    assert np.allclose(loaded.vectors, computed.vectors, rtol=2e-3, atol=1e-4)


def test_one_image_has_the_same_features_as_among_others(cnn_lite):
    images, _ = space.load_images("drawn")
    together = features.compute_features(cnn_lite, images).vectors[5]
    alone = features.query_features(cnn_lite, images[5]).vectors[0]
    assert np.allclose(together, alone, atol=1e-4)


def test_in_pixel_space_an_image_is_its_pixels():
    images, _ = space.load_images("drawn")
    query = features.query_features(Space(data="drawn"), images[0])
    assert np.array_equal(query.vectors, space.to_vectors(images[:1]))


def test_epochs_have_features_of_their_own():
    run = zoo.get_checkpoint(zoo.EPOCHS_RUN)
    images, _ = space.load_images("drawn")
    first, last = (
        features.query_features(Space(data="drawn", run=run, epoch=epoch), images[0]).vectors
        for epoch in (1, run.saved_epochs()[-1])
    )
    assert not np.allclose(first, last)


def test_damaged_weights_are_said(make_run):
    run = make_run(finished=True)
    run.weights_file.write_bytes(b"damaged")
    images, _ = space.load_images("drawn")
    with pytest.raises(RunError, match="cannot be read"):
        features.compute_features(Space(data="drawn", run=run), images)


@pytest.mark.parametrize("run_id", ["weights-nan", "epoch-nan"])
def test_a_model_that_computes_no_numbers_is_said(run_id, tmp_path):
    run = make_hostile_run(tmp_path, run_id)
    where = Space(data="drawn", run=run, epoch=1 if run_id == "epoch-nan" else None)
    images, _ = space.load_images("drawn")
    with pytest.raises(RunError):
        features.compute_features(where, images)
    with pytest.raises(RunError):
        features.query_features(where, images[0])
