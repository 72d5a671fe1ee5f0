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
METHOD_OF = {key: "gradcam" if spec.has_feature_maps else "input-gradient" for key, spec in MODELS.items()}


class Corner(torch.nn.Module):
    """Predicts from the brightness of the corner that its weights select, at first the upper left."""

    def __init__(self):
        super().__init__()
        self.mask = torch.nn.Parameter(torch.zeros(1, 28, 28))
        self.mask.data[:, 2:8, 2:8] = 1 / 36

    def forward(self, inputs):
        brightness = (inputs * self.mask).sum(dim=(1, 2, 3))
        return 4 * brightness[:, None] * torch.eye(10)[0]


class Unlearned(torch.nn.Module):
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


def test_map_of_what_the_model_looks_at_is_faithful(good):
    verdict = judge(good)
    assert verdict.level == "faithful", verdict.sentence
    assert good.deletion_area < good.random_deletion_area
    assert good.insertion_area > good.random_insertion_area
    assert good.road_most < good.road_least - 0.1
    assert f"rank correlation {good.similarity:.2f}" in verdict.checks[-1].text


def test_map_of_the_opposite_corner_is_not():
    bad = measure(square_heatmap(RIGHT, RIGHT))
    verdict = judge(bad)
    assert verdict.level == "not faithful", verdict.sentence
    assert not any(check.passed for check in verdict.checks[:-1])


def test_map_that_any_weights_would_give_is_not(monkeypatch):
    found = square_heatmap(LEFT, LEFT)
    monkeypatch.setattr(faithfulness, "compute_heatmap", lambda *_args, **_options: same)
    same = measure(found)
    assert same.similarity == pytest.approx(1)
    verdict = judge(same)
    assert verdict.level == "not faithful"
    assert "nearly the same map" in verdict.sentence


@pytest.mark.parametrize("key", MODELS)
def test_every_model_is_measured(models, monkeypatch, key):
    monkeypatch.setattr(faithfulness, "NUM_RANDOM", 2)  # a tenth of the pictures, for the time
    monkeypatch.setattr(faithfulness, "STEP", 112)
    model, input_spec = models(key)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    options = {"method": METHODS[METHOD_OF[key]], "target": Target(label=4)}
    found = heatmap.compute_heatmap(model, input_spec, IMAGE, **options)
    found = replace(found, problem=None)  # random weights may leave a map empty
    got = faithfulness.measure_faithfulness(model, input_spec, IMAGE, found, **options)
    curves = (got.deletion, got.insertion, got.random_deletion, got.random_insertion)
    for curve in (*curves, got.shares):
        assert curve.dtype == np.float32
        assert curve.shape == got.shares.shape
        assert np.isfinite(curve).all()
    assert np.isfinite([got.road_most, got.road_least]).all()
    assert got.similarity is None or -1 <= got.similarity <= 1
    assert got.randomised.values.shape == found.values.shape
    assert judge(got).sentence.endswith(".")
    # The model is what it was.
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
    assert all(weight.grad is None and weight.requires_grad for weight in model.parameters())
    assert not any(each._forward_hooks or each._backward_hooks for each in model.modules())
    assert not model.training


@pytest.mark.parametrize("key", MODELS)
def test_nothing_learned_is_left(models, key):
    model, input_spec = models(key)
    drawn = faithfulness.reinitialize(model, input_spec, IMAGE)
    kept = dict(model.named_parameters())
    for name, weight in drawn.named_parameters():
        assert weight.isfinite().all(), name
        even = bool((weight == weight.flatten()[0]).all())  # a layer's own beginning, such as 1
        assert even or not torch.equal(weight, kept[name]), name
    assert not drawn.training
    pictures = torch.from_numpy(np.stack([IMAGE, draw_garment(8, 1)]))
    with torch.inference_mode():
        logits = drawn(to_inputs(pictures, input_spec))
    assert logits.std(dim=0).mean() > 1e-3  # it still tells pictures apart


def test_all_kinds_of_weights_are_drawn_anew():
    learned = Unlearned()
    for each in (*learned.parameters(), *learned.buffers()):
        each.data.fill_(7)
    drawn = faithfulness.reinitialize(learned, INPUT_SPEC, IMAGE)
    assert not any((each == 7).any() for each in (*drawn.parameters(), *drawn.buffers()))
    assert drawn.scale.std().item() == pytest.approx(7, rel=0.1)
    assert all((each == 7).all() for each in learned.parameters())


def test_curves_begin_and_end_with_the_picture_and_black(models):
    model, input_spec = models("cnn-lite")
    whole, black = (
        Confidence(target=TARGET)(model(to_inputs(torch.from_numpy(each)[None], input_spec))).item()
        for each in (IMAGE.copy(), np.zeros_like(IMAGE))
    )
    assert whole != pytest.approx(black)
    got = measure(square_heatmap(LEFT, LEFT), model=model, image=IMAGE, method="input-gradient")
    assert got.shares[[0, -1]].tolist() == [0, 1]
    for curve in (got.deletion, got.random_deletion):
        assert curve[[0, -1]] == pytest.approx([whole, black], abs=1e-5)
    for curve in (got.insertion, got.random_insertion):
        assert curve[[0, -1]] == pytest.approx([black, whole], abs=1e-5)


def test_measuring_is_repeatable_and_leaves_the_generator_alone(good):
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
    ranks = faithfulness._ranks(np.array([[0.0] * 50, [1.0] * 50]))
    assert sorted(ranks.ravel()) == list(range(100))
    assert ranks[0].max() < ranks[1].min()
    assert abs(np.corrcoef(ranks[1], np.arange(50))[0, 1]) < 0.5


def test_map_that_is_mostly_zero_is_measured():
    values = np.zeros((28, 28), dtype=np.float32)
    values[4, 4] = 1
    got = measure(Heatmap(grid=values, values=values, layer=None))
    assert np.isfinite([got.road_most, got.road_least]).all()


def test_even_map_has_no_likeness(good):
    values = np.zeros((28, 28), dtype=np.float32)
    nothing = Heatmap(grid=values, values=values, layer=None, problem=heatmap.EMPTY_HEATMAP)
    assert faithfulness._similarity(square_heatmap(LEFT, LEFT), nothing) is None
    verdict = judge(replace(good, similarity=None, randomised=nothing))
    assert "Random weights give no map" in verdict.checks[-1].text


def test_map_with_a_problem_is_refused():
    found = replace(square_heatmap(LEFT, LEFT), problem=heatmap.EMPTY_HEATMAP)
    with pytest.raises(ModelError, match="no map whose faithfulness"):
        measure(found)


def test_confidence_is_a_probability_less_that_of_the_other():
    logits = torch.tensor([2.0, 1.0] + [0.0] * 8).log_softmax(dim=0)
    first, second = logits.exp()[:2]
    assert Confidence(target=TARGET)(logits) == pytest.approx(first)
    against = Confidence(target=Target(label=0, against=1))(logits[None])
    assert against.item() == pytest.approx((first - second).item())
