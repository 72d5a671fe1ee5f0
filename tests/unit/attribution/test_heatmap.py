"""Heatmaps: equal to the library's, for every model and method, leaving the model unchanged."""

import pkgutil
import warnings

import numpy as np
import pytest
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from fmnist_core.attribution import heatmap, layers, methods
from fmnist_core.attribution.methods import METHODS, supported_methods
from fmnist_core.attribution.target import Target
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.errors import ModelError
from fmnist_core.models.registry import MODELS
from fmnist_core.synthetic.garments import draw_garment

IMAGE = draw_garment(0, 3)
INPUT_SPEC = InputSpec()
PAIRS = [(key, method.key) for key, spec in MODELS.items() for method in supported_methods(spec)]
CAM_METHODS = (
    "gradcam",
    "gradcam++",
    "hirescam",
    "layercam",
    "eigencam",
    "scorecam",
    "ablationcam",
)


def count_hooks(model) -> int:
    return sum(
        len(module._forward_hooks) + len(module._backward_hooks) for module in model.modules()
    )


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
    result = heatmap.compute_heatmap(
        model, input_spec, IMAGE, method=METHODS[method], target=Target(label=4)
    )
    assert result.values.shape == (input_spec.size, input_spec.size)
    assert np.isfinite(result.values).all()
    assert 0 <= result.values.min() <= result.values.max() <= 1
    assert (result.problem is None) == bool(result.grid.any())
    if METHODS[method].needs_layer:
        assert result.grid.shape == (result.layer.height, result.layer.width)
        assert min(result.grid.shape) >= 7
    # The model is unchanged: weights, gradients, hooks, modules.
    assert all(torch.equal(before[name], weight) for name, weight in model.state_dict().items())
    assert all(weight.grad is None and weight.requires_grad for weight in model.parameters())
    assert count_hooks(model) == 0
    assert [type(module) for module in model.modules()] == kinds


@pytest.mark.parametrize("method", CAM_METHODS)
@pytest.mark.parametrize("smooth", [False, True])
def test_map_equals_the_librarys(models, method, smooth):
    if smooth and method in ("scorecam", "ablationcam"):
        smooth = False  # six times as slow; the others show that the option is passed on
    model, input_spec = models("cnn-lite")
    name = "backbone.features.2"
    layer = layers.find_layer(layers.find_layers(model, input_spec), name)
    result = heatmap.compute_heatmap(
        model,
        input_spec,
        IMAGE,
        method=METHODS[method],
        target=Target(label=2),
        layer=layer,
        smooth=smooth,
    )
    builder = pkgutil.resolve_name(METHODS[method].builder)
    inputs = to_inputs(torch.from_numpy(IMAGE.copy())[None], input_spec)
    eigen = smooth and method != "hirescam"
    with builder(model, [model.get_submodule(name)]) as cam:
        (expected,) = cam(
            inputs, [ClassifierOutputTarget(2)], aug_smooth=smooth, eigen_smooth=eigen
        )
    model.zero_grad()
    assert expected.any()
    if smooth:  # an average of maps no longer spans 0 to 1
        expected = (expected - expected.min()) / np.ptp(expected)
    np.testing.assert_allclose(result.values, expected, atol=2e-3)


def test_unknown_method_names_the_known_ones():
    with pytest.raises(ModelError, match=r"No method 'cam'\. Known: gradcam"):
        methods.get_method("cam")


def test_mlp_has_no_feature_maps_but_other_methods(models):
    model, input_spec = models("mlp")
    keys = [method.key for method in supported_methods(MODELS["mlp"])]
    assert {"input-gradient", "occlusion"} <= set(keys)
    with pytest.raises(ModelError, match="Use the input gradient"):
        heatmap.compute_heatmap(
            model, input_spec, IMAGE, method=METHODS["gradcam"], target=Target(label=0)
        )


def test_empty_or_non_finite_map_has_a_problem():
    empty = heatmap._to_heatmap(np.full((7, 7), -1.0, dtype=np.float32), None, 28)
    assert empty.problem == heatmap.EMPTY_HEATMAP
    assert not empty.values.any()
    broken = heatmap._to_heatmap(np.full((7, 7), np.nan, dtype=np.float32), None, 28)
    assert "not finite numbers" in broken.problem
    assert not broken.values.any()


def test_occlusion_highlights_what_a_model_uses():
    class Corner(torch.nn.Module):
        """Predicts from the brightness of the upper left corner."""

        def forward(self, inputs):
            brightness = inputs[:, 0, 2:8, 2:8].mean(dim=(1, 2))
            return brightness[:, None] * torch.eye(10)[0]

    model = Corner()
    model.weight = torch.nn.Parameter(torch.zeros(1))
    image = np.full((28, 28), 200, dtype=np.uint8)
    result = heatmap.compute_heatmap(
        model, INPUT_SPEC, image, method=METHODS["occlusion"], target=Target(label=0)
    )
    row, column = np.unravel_index(result.values.argmax(), result.values.shape)
    assert row < 10
    assert column < 10
    assert result.values[15:, 15:].max() == 0


def test_no_progress_bar_is_printed(models, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for method in ("scorecam", "ablationcam"):
            heatmap.compute_heatmap(
                *models("cnn-lite"), IMAGE, method=METHODS[method], target=Target(label=0)
            )
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""
