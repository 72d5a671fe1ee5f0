"""Faithfulness: known heatmaps get the right verdict, and every model can be measured."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from fmnist_core.attribution import faithfulness, heatmap
from fmnist_core.attribution.faithfulness import Confidence
from fmnist_core.attribution.heatmap import Heatmap
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.attribution.verdict import judge
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.errors import ModelError
from fmnist_core.models.registry import MODELS
from fmnist_core.synthetic.garments import draw_garment

IMAGE = draw_garment(0, 3)
LEFT, RIGHT = slice(2, 8), slice(20, 26)
SPOTS = np.zeros((28, 28), dtype=np.uint8)
SPOTS[LEFT, LEFT] = SPOTS[RIGHT, RIGHT] = 200
"""Two bright corners on black."""
INPUT_SPEC = InputSpec()
TARGET = Target(label=0)
METHOD_OF = {
    key: "gradcam" if spec.has_feature_maps else "input-gradient" for key, spec in MODELS.items()
}


class Corner(torch.nn.Module):
    """Predicts from the brightness of the corner that its weights select: the upper left."""

    def __init__(self):
        super().__init__()
        self.mask = torch.nn.Parameter(torch.zeros(1, 28, 28))
        self.mask.data[:, 2:8, 2:8] = 1 / 36

    def forward(self, inputs):
        brightness = (inputs * self.mask).sum(dim=(1, 2, 3))
        return 4 * brightness[:, None] * torch.eye(10)[0]


class Mixed(torch.nn.Module):
    """Layers with and without random weights, and a parameter outside a layer."""

    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4))
        self.scale = torch.nn.Parameter(torch.zeros(1000))

    def forward(self, inputs):
        return self.layers(inputs.flatten(1)[:, :4])


def square_heatmap(rows, columns) -> Heatmap:
    """Highlight a square, with noise: no two pixels are equal."""
    rng = np.random.default_rng(3)
    values = rng.uniform(0, 0.1, (28, 28)).astype(np.float32)
    values[rows, columns] += 0.9
    return Heatmap(grid=values, values=values, layer=None)


def measure(heatmap, *, model=None, image=SPOTS, method="occlusion", target=TARGET):
    return faithfulness.measure_faithfulness(
        model or Corner(), INPUT_SPEC, image, heatmap, method=METHODS[method], target=target
    )


@pytest.fixture(scope="module")
def good():
    """Measurements of a heatmap of the right corner."""
    return measure(square_heatmap(LEFT, LEFT))


def test_map_of_what_the_model_uses_is_faithful(good):
    verdict = judge(good)
    assert verdict.level == "faithful", verdict.sentence
    assert good.deletion_area < good.random_deletion_area
    assert good.insertion_area > good.random_insertion_area
    assert good.road_most < good.road_least - 0.1
    assert f"rank correlation {good.similarity:.2f}" in verdict.checks[-1].text


def test_map_of_the_opposite_corner_is_not_faithful():
    bad = measure(square_heatmap(RIGHT, RIGHT))
    verdict = judge(bad)
    assert verdict.level == "not faithful", verdict.sentence
    assert not any(check.passed for check in verdict.checks[:-1])


def test_map_that_random_weights_reproduce_is_not_faithful(monkeypatch):
    same = square_heatmap(LEFT, LEFT)
    monkeypatch.setattr(faithfulness, "compute_heatmap", lambda *_args, **_options: same)
    measured = measure(same)
    assert measured.similarity == pytest.approx(1)
    verdict = judge(measured)
    assert verdict.level == "not faithful"
    assert "nearly the same heatmap" in verdict.sentence


@pytest.mark.parametrize("key", MODELS)
def test_every_model_is_measured(models, monkeypatch, key):
    monkeypatch.setattr(
        faithfulness, "NUM_RANDOM", 2
    )  # a tenth of the forward passes, to save time
    monkeypatch.setattr(faithfulness, "STEP", 112)
    model, input_spec = models(key)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    options = {"method": METHODS[METHOD_OF[key]], "target": Target(label=4)}
    explained = heatmap.compute_heatmap(model, input_spec, IMAGE, **options)
    explained = replace(explained, problem=None)  # random weights may give an empty heatmap
    measured = faithfulness.measure_faithfulness(model, input_spec, IMAGE, explained, **options)
    curves = (
        measured.deletion,
        measured.insertion,
        measured.random_deletion,
        measured.random_insertion,
    )
    for curve in (*curves, measured.fractions):
        assert curve.dtype == np.float32
        assert curve.shape == measured.fractions.shape
        assert np.isfinite(curve).all()
    assert np.isfinite([measured.road_most, measured.road_least]).all()
    assert measured.similarity is None or -1 <= measured.similarity <= 1
    assert measured.randomized.values.shape == explained.values.shape
    assert judge(measured).sentence.endswith(".")
    # The model is unchanged.
    assert all(torch.equal(before[name], weight) for name, weight in model.state_dict().items())
    assert all(weight.grad is None and weight.requires_grad for weight in model.parameters())
    assert not any(module._forward_hooks or module._backward_hooks for module in model.modules())
    assert not model.training


@pytest.mark.parametrize("key", MODELS)
def test_reinitialized_model_keeps_nothing_learned(models, key):
    model, input_spec = models(key)
    new_model = faithfulness.reinitialize(model, input_spec, IMAGE)
    learned = dict(model.named_parameters())
    for name, weight in new_model.named_parameters():
        assert weight.isfinite().all(), name
        constant = bool((weight == weight.flatten()[0]).all())  # as a new layer has it, such as 1
        assert constant or not torch.equal(weight, learned[name]), name
    assert not new_model.training
    images = torch.from_numpy(np.stack([IMAGE, draw_garment(8, 1)]))
    with torch.inference_mode():
        logits = new_model(to_inputs(images, input_spec))
    assert logits.std(dim=0).mean() > 1e-3  # the output still depends on the image


def test_all_kinds_of_weights_are_reinitialized():
    learned = Mixed()
    for tensor in (*learned.parameters(), *learned.buffers()):
        tensor.data.fill_(7)
    new_model = faithfulness.reinitialize(learned, INPUT_SPEC, IMAGE)
    assert not any(
        (tensor == 7).any() for tensor in (*new_model.parameters(), *new_model.buffers())
    )
    assert new_model.scale.std().item() == pytest.approx(7, rel=0.1)
    assert all((tensor == 7).all() for tensor in learned.parameters())


def test_curves_start_and_end_with_the_image_and_black(models):
    model, input_spec = models("cnn-lite")
    whole, black = (
        Confidence(target=TARGET)(
            model(to_inputs(torch.from_numpy(image)[None], input_spec))
        ).item()
        for image in (IMAGE.copy(), np.zeros_like(IMAGE))
    )
    assert whole != pytest.approx(black)
    measured = measure(
        square_heatmap(LEFT, LEFT), model=model, image=IMAGE, method="input-gradient"
    )
    assert measured.fractions[[0, -1]].tolist() == [0, 1]
    for curve in (measured.deletion, measured.random_deletion):
        assert curve[[0, -1]] == pytest.approx([whole, black], abs=1e-5)
    for curve in (measured.insertion, measured.random_insertion):
        assert curve[[0, -1]] == pytest.approx([black, whole], abs=1e-5)


def test_measurements_are_repeatable_and_leave_the_generator_alone(good):
    state = torch.get_rng_state()
    torch.rand(3)
    again = measure(square_heatmap(LEFT, LEFT))
    following = torch.rand(3)
    torch.set_rng_state(state)
    torch.rand(3)
    assert torch.equal(following, torch.rand(3))
    assert (again.road_most, again.road_least) == (good.road_most, good.road_least)
    assert again.similarity == good.similarity
    np.testing.assert_array_equal(again.random_deletion, good.random_deletion)


def test_ties_are_not_broken_row_by_row():
    ranks = faithfulness._rank_pixels(np.array([[0.0] * 50, [1.0] * 50]))
    assert sorted(ranks.ravel()) == list(range(100))
    assert ranks[0].max() < ranks[1].min()
    assert abs(np.corrcoef(ranks[1], np.arange(50))[0, 1]) < 0.5


def test_map_that_is_mostly_zero_is_measured():
    values = np.zeros((28, 28), dtype=np.float32)
    values[4, 4] = 1
    measured = measure(Heatmap(grid=values, values=values, layer=None))
    assert np.isfinite([measured.road_most, measured.road_least]).all()


def test_constant_map_has_no_similarity(good):
    values = np.zeros((28, 28), dtype=np.float32)
    empty = Heatmap(grid=values, values=values, layer=None, problem=heatmap.EMPTY_HEATMAP)
    assert faithfulness._rank_correlation(square_heatmap(LEFT, LEFT), empty) is None
    verdict = judge(replace(good, similarity=None, randomized=empty))
    assert "An untrained network gives no heatmap" in verdict.checks[-1].text


def test_empty_map_is_refused():
    empty = replace(square_heatmap(LEFT, LEFT), problem=heatmap.EMPTY_HEATMAP)
    with pytest.raises(ModelError, match="no heatmap to check"):
        measure(empty)


def test_confidence_is_a_difference_of_probabilities():
    logits = torch.tensor([2.0, 1.0] + [0.0] * 8).log_softmax(dim=0)
    first, second = logits.exp()[:2]
    assert Confidence(target=TARGET)(logits) == pytest.approx(first)
    against = Confidence(target=Target(label=0, against=1))(logits[None])
    assert against.item() == pytest.approx((first - second).item())
