"""Heatmaps: the library's own, for every model and method, and nothing left behind."""

import pkgutil
import warnings

import numpy as np
import pytest
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from fmnist_core.attribution import heatmap, layers, methods
from fmnist_core.attribution.heatmap import Target
from fmnist_core.attribution.methods import METHODS, supported_methods
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.errors import ModelError
from fmnist_core.models.registry import MODELS
from fmnist_core.synthetic.garments import draw_garment

IMAGE = draw_garment(0, 3)
FORM = InputSpec()
PAIRS = [(key, method.key) for key, spec in MODELS.items() for method in supported_methods(spec)]
LIGHT = ("gradcam", "gradcam++", "hirescam", "layercam", "eigencam", "scorecam", "ablationcam")


def hooks(model) -> int:
    return sum(len(each._forward_hooks) + len(each._backward_hooks) for each in model.modules())


@pytest.mark.parametrize(("key", "method"), PAIRS)
def test_every_method_on_every_model(models, key, method):
    model, input_spec = models(key)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    kinds = [type(module) for module in model.modules()]
    if method == "guided" and torch.nn.ReLU not in kinds:
        with pytest.raises(ModelError, match="needs rectified linear units"):
            heatmap.compute_heatmap(
                model, input_spec, IMAGE, method=METHODS[method], target=Target(label=4)
            )
        return
    found = heatmap.compute_heatmap(
        model, input_spec, IMAGE, method=METHODS[method], target=Target(label=4)
    )
    assert found.values.shape == (input_spec.size, input_spec.size)
    assert np.isfinite(found.values).all()
    assert 0 <= found.values.min() <= found.values.max() <= 1
    assert (found.problem is None) == bool(found.grid.any())
    if METHODS[method].needs_layer:
        assert found.grid.shape == (found.layer.height, found.layer.width)
        assert min(found.grid.shape) >= 7
    # The model is what it was: weights, gradients, hooks, modules.
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
    assert all(weight.grad is None and weight.requires_grad for weight in model.parameters())
    assert hooks(model) == 0
    assert [type(module) for module in model.modules()] == kinds


@pytest.mark.parametrize("method", LIGHT)
@pytest.mark.parametrize("smooth", [False, True])
def test_map_is_the_librarys_own(models, method, smooth):
    if smooth and method in ("scorecam", "ablationcam"):
        smooth = False  # six times as slow; the others show that it is handed on
    model, input_spec = models("cnn-lite")
    chosen = METHODS[method]
    name = "backbone.features.2"
    layer = layers.find_layer(layers.find_layers(model, input_spec), name)
    found = heatmap.compute_heatmap(
        model, input_spec, IMAGE, method=chosen, target=Target(label=2), layer=layer, smooth=smooth
    )
    builder = pkgutil.resolve_name(chosen.builder)
    inputs = to_inputs(torch.from_numpy(IMAGE.copy())[None], input_spec)
    eigen = smooth and method != "hirescam"
    with builder(model, [model.get_submodule(name)]) as cam:
        (expected,) = cam(
            inputs, [ClassifierOutputTarget(2)], aug_smooth=smooth, eigen_smooth=eigen
        )
    model.zero_grad()
    assert expected.any()
    if smooth:  # an average of maps does not reach from 0 to 1 any more
        expected = (expected - expected.min()) / np.ptp(expected)
    np.testing.assert_allclose(found.values, expected, atol=2e-3)


@pytest.mark.parametrize("key", MODELS)
def test_layers_go_from_shallow_to_deep(models, key):
    found = layers.find_layers(*models(key))
    if not MODELS[key].feature_maps:
        assert found == []
        with pytest.raises(ModelError, match="no feature maps"):
            layers.default_layer(found)
        return
    edges = [layer.height for layer in found]
    assert edges == sorted(edges, reverse=True)
    assert len(found) >= 4
    assert layers.default_layer(found).height >= 7


def test_contrast_is_the_difference_of_two_classes():
    logits = torch.arange(10.0)[None]
    assert Target(label=6)(logits) == 6
    assert Target(label=6, against=2)(logits) == 4


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"label": 10}, "The class is 10; it must be from 0 to 9."),
        ({"label": 0, "against": -1}, "The class is -1"),
        ({"label": 3, "against": 3}, "Dress cannot be set against itself."),
    ],
)
def test_impossible_targets_are_said(values, said):
    with pytest.raises(ModelError, match=said):
        Target(**values)


def test_unknown_layer_and_method_are_said(models):
    model, input_spec = models("cnn-lite")
    with pytest.raises(ModelError, match=r"No layer 'head'.*Usable: backbone.features.0"):
        layers.find_layer(layers.find_layers(model, input_spec), "head")
    with pytest.raises(ModelError, match=r"No method 'cam'\. Known: gradcam"):
        methods.get_method("cam")


def test_mlp_has_no_maps_but_other_ways(models):
    model, input_spec = models("mlp")
    keys = [method.key for method in supported_methods(MODELS["mlp"])]
    assert {"input-gradient", "occlusion"} <= set(keys)
    with pytest.raises(ModelError, match="Ask for the input gradient"):
        heatmap.compute_heatmap(model, input_spec, IMAGE, method=METHODS["gradcam"], target=Target(label=0))


def test_map_of_zeros_or_of_no_numbers_is_told():
    nothing = heatmap._heatmap(np.full((7, 7), -1.0, dtype=np.float32), None, 28)
    assert nothing.problem == heatmap.EMPTY_HEATMAP
    assert not nothing.values.any()
    broken = heatmap._heatmap(np.full((7, 7), np.nan, dtype=np.float32), None, 28)
    assert "not numbers" in broken.problem
    assert not broken.values.any()


def test_occlusion_marks_what_a_model_looks_at():
    class Corner(torch.nn.Module):
        """Answers by the brightness of the upper left corner."""

        def forward(self, inputs):
            bright = inputs[:, 0, 2:8, 2:8].mean(dim=(1, 2))
            return bright[:, None] * torch.eye(10)[0]

    model = Corner()
    model.weight = torch.nn.Parameter(torch.zeros(1))
    image = np.full((28, 28), 200, dtype=np.uint8)
    found = heatmap.compute_heatmap(model, FORM, image, method=METHODS["occlusion"], target=Target(label=0))
    row, column = np.unravel_index(found.values.argmax(), found.values.shape)
    assert row < 10
    assert column < 10
    assert found.values[15:, 15:].max() == 0


def test_no_progress_bar_is_printed(models, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for method in ("scorecam", "ablationcam"):
            heatmap.compute_heatmap(
                *models("cnn-lite"), IMAGE, method=METHODS[method], target=Target(label=0)
            )
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""
