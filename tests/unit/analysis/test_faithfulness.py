"""Faithfulness: known maps get the verdict they deserve, and every model can be measured."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from fmnist_core.analysis import faithfulness, heatmap
from fmnist_core.analysis.explanations import METHODS
from fmnist_core.analysis.faithfulness import Confidence, Faithfulness
from fmnist_core.analysis.heatmap import Heatmap, Target
from fmnist_core.data.form import InputForm
from fmnist_core.data.garments import draw_garment
from fmnist_core.data.transforms import prepare
from fmnist_core.errors import ModelError
from fmnist_core.models.registry import MODELS

IMAGE = draw_garment(0, 3)
BRIGHT = np.full((28, 28), 200, dtype=np.uint8)
BRIGHT[12:16, 12:16] = 0
FORM = InputForm()
TARGET = Target(label=0)
SUITED = {key: "gradcam" if spec.feature_maps else "input-gradient" for key, spec in MODELS.items()}


class Corner(torch.nn.Module):
    """Answers by the brightness of a corner that its weights choose: at first the upper left."""

    def __init__(self):
        super().__init__()
        self.places = torch.nn.Parameter(torch.zeros(1, 28, 28))
        self.places.data[:, 2:8, 2:8] = 1 / 36

    def forward(self, inputs):
        bright = (inputs * self.places).sum(dim=(1, 2, 3))
        return 4 * bright[:, None] * torch.eye(10)[0]


class Unlearned(torch.nn.Module):
    """Layers that draw their weights, those that do not, and a parameter of none."""

    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4))
        self.scale = torch.nn.Parameter(torch.zeros(1000))

    def forward(self, inputs):
        return self.layers(inputs.flatten(1)[:, :4])


@pytest.fixture(scope="module")
def models():
    """Each built once, with random weights: (model, form)."""
    torch.manual_seed(0)
    built = {}

    def of(key):
        if key not in built:
            spec = MODELS[key]
            built[key] = (spec.build().eval(), InputForm(size=spec.input_size))
        return built[key]

    return of


def a_map(rows, columns) -> Heatmap:
    """One that marks a square, softly: no two pixels alike."""
    rng = np.random.default_rng(3)
    values = rng.uniform(0, 0.1, (28, 28)).astype(np.float32)
    values[rows, columns] += 0.9
    return Heatmap(grid=values, values=values, layer=None)


def measured(found, *, model=None, image=BRIGHT, method="occlusion", target=TARGET):
    return faithfulness.measure(
        model or Corner(), FORM, image, found, method=METHODS[method], target=target
    )


LEFT, RIGHT = slice(2, 8), slice(20, 26)


@pytest.fixture(scope="module")
def good():
    """Of the right corner's map."""
    return measured(a_map(LEFT, LEFT))


def test_map_of_what_the_model_looks_at_is_faithful(good):
    said = faithfulness.verdict(good)
    assert said.level == "faithful", said.sentence
    assert good.deletion_area < good.random_deletion_area
    assert good.insertion_area > good.random_insertion_area
    assert good.road_most < good.road_least + 1e-6
    assert f"rank correlation {good.similarity:.2f}" in said.sentence


def test_map_of_the_opposite_corner_is_not():
    bad = measured(a_map(RIGHT, RIGHT))
    said = faithfulness.verdict(bad)
    assert said.level == "not faithful", said.sentence
    assert "no sooner than a random order" in said.sentence


def test_map_that_any_weights_would_give_is_not(monkeypatch):
    found = a_map(LEFT, LEFT)
    monkeypatch.setattr(heatmap, "explain", lambda *_args, **_options: found)
    same = measured(found)
    assert same.similarity == pytest.approx(1)
    said = faithfulness.verdict(same)
    assert said.level == "not faithful"
    assert "hardly changes" in said.sentence


@pytest.mark.parametrize("key", MODELS)
def test_every_model_is_measured(models, monkeypatch, key):
    monkeypatch.setattr(faithfulness, "NUM_RANDOM", 2)  # a tenth of the pictures, for the time
    monkeypatch.setattr(faithfulness, "STEP", 112)
    model, form = models(key)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    options = {"method": METHODS[SUITED[key]], "target": Target(label=4)}
    found = heatmap.explain(model, form, IMAGE, **options)
    found = replace(found, problem=None)  # random weights may leave a map empty
    got = faithfulness.measure(model, form, IMAGE, found, **options)
    curves = (got.deletion, got.insertion, got.random_deletion, got.random_insertion)
    for curve in (*curves, got.shares):
        assert curve.dtype == np.float32
        assert curve.shape == got.shares.shape
        assert np.isfinite(curve).all()
    assert np.isfinite([got.road_most, got.road_least]).all()
    assert got.similarity is None or -1 <= got.similarity <= 1
    assert got.randomised.values.shape == found.values.shape
    assert faithfulness.verdict(got).sentence.endswith(".")
    # The model is what it was.
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
    assert all(weight.grad is None and weight.requires_grad for weight in model.parameters())
    assert not any(each._forward_hooks or each._backward_hooks for each in model.modules())
    assert not model.training


@pytest.mark.parametrize("key", MODELS)
def test_nothing_learned_is_left(models, key):
    model, form = models(key)
    drawn = faithfulness.redrawn(model, form, IMAGE)
    kept = dict(model.named_parameters())
    for name, weight in drawn.named_parameters():
        assert weight.isfinite().all(), name
        even = bool((weight == weight.flatten()[0]).all())  # a layer's own beginning, such as 1
        assert even or not torch.equal(weight, kept[name]), name
    assert not drawn.training
    pictures = torch.from_numpy(np.stack([IMAGE, draw_garment(8, 1)]))
    with torch.inference_mode():
        logits = drawn(prepare(pictures, form))
    assert logits.std(dim=0).mean() > 1e-3  # it still tells pictures apart


def test_all_kinds_of_weights_are_drawn_anew():
    learned = Unlearned()
    for each in (*learned.parameters(), *learned.buffers()):
        each.data.fill_(7)
    drawn = faithfulness.redrawn(learned, FORM, IMAGE)
    assert not any((each == 7).any() for each in (*drawn.parameters(), *drawn.buffers()))
    assert drawn.scale.std().item() == pytest.approx(7, rel=0.1)
    assert all((each == 7).all() for each in learned.parameters())


def test_curves_begin_and_end_with_the_picture_and_black(models):
    model, form = models("cnn-lite")
    whole, black = (
        Confidence(target=TARGET)(model(prepare(torch.from_numpy(each)[None], form))).item()
        for each in (IMAGE.copy(), np.zeros_like(IMAGE))
    )
    assert whole != pytest.approx(black)
    got = measured(a_map(LEFT, LEFT), model=model, image=IMAGE, method="input-gradient")
    assert got.shares[[0, -1]].tolist() == [0, 1]
    for curve in (got.deletion, got.random_deletion):
        assert curve[[0, -1]] == pytest.approx([whole, black], abs=1e-5)
    for curve in (got.insertion, got.random_insertion):
        assert curve[[0, -1]] == pytest.approx([black, whole], abs=1e-5)


def test_measuring_is_repeatable_and_leaves_the_generator_alone(good):
    state = torch.get_rng_state()
    torch.rand(3)
    again = measured(a_map(LEFT, LEFT))
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
    got = measured(Heatmap(grid=values, values=values, layer=None))
    assert np.isfinite([got.road_most, got.road_least]).all()


def test_even_map_has_no_likeness(good):
    values = np.zeros((28, 28), dtype=np.float32)
    nothing = Heatmap(grid=values, values=values, layer=None, problem=heatmap.NOTHING)
    assert faithfulness._similarity(a_map(LEFT, LEFT), nothing) is None
    said = faithfulness.verdict(replace(good, similarity=None, randomised=nothing))
    assert "with random weights there is no map" in said.sentence


def test_map_with_a_problem_is_refused():
    found = replace(a_map(LEFT, LEFT), problem=heatmap.NOTHING)
    with pytest.raises(ModelError, match="no map whose faithfulness"):
        measured(found)


def test_confidence_is_a_probability_less_that_of_the_other():
    logits = torch.tensor([2.0, 1.0] + [0.0] * 8).log_softmax(dim=0)
    first, second = logits.exp()[:2]
    assert Confidence(target=TARGET)(logits) == pytest.approx(first)
    against = Confidence(target=Target(label=0, against=1))(logits[None])
    assert against.item() == pytest.approx((first - second).item())


def curve(height: float) -> np.ndarray:
    return np.array([1, height, 0], dtype=np.float32)


def a_measure(**changes) -> Faithfulness:
    """A good one, but for `changes`."""
    good = {
        "road_most": -0.41,
        "road_least": -0.03,
        "shares": np.array([0, 0.5, 1], dtype=np.float32),
        "deletion": curve(0.1),
        "insertion": curve(0.9)[::-1],
        "random_deletion": curve(0.5),
        "random_insertion": curve(0.5)[::-1],
        "randomised": a_map(RIGHT, RIGHT),
        "similarity": 0.12,
    }
    return Faithfulness(**good | changes)


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({}, "faithful", "most costs 41 points of confidence, what it marks least costs 3"),
        ({"road_least": 0.01}, "faithful", "what it marks least adds 1 point;"),
        ({"road_least": -0.6}, "doubtful", "; but removing what it marks most costs 41"),
        ({"deletion": curve(0.5)}, "doubtful", "takes confidence away no sooner than a random"),
        (
            {"insertion": curve(0.4)[::-1]},
            "doubtful",
            "; but showing its pixels first brings confidence no sooner",
        ),
        ({"similarity": -0.6}, "doubtful", "changes only in part"),
        ({"similarity": -0.9}, "not faithful", "hardly changes"),
        ({"similarity": None}, "faithful", "no map to compare it with"),
        ({"deletion": curve(0.6), "insertion": curve(0.5)[::-1]}, "not faithful", "no sooner"),
    ],
)
def test_verdict_follows_from_the_figures(changes, level, words):
    said = faithfulness.verdict(a_measure(**changes))
    assert said.level == level
    assert words in said.sentence


def test_nothing_can_be_said_where_confidence_never_moves():
    flat = np.full(3, 0.02, dtype=np.float32)
    names = ("deletion", "insertion", "random_deletion", "random_insertion")
    said = faithfulness.verdict(a_measure(**dict.fromkeys(names, flat)))
    assert said.level == "doubtful"
    assert "Ask about the class it answers" in said.sentence
