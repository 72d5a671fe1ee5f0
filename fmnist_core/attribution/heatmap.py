"""What in a picture made a model say something, as a map over its pixels.

The library grad-cam does the work where it has the method. It switches the model to evaluation,
puts hooks on it, and two of its methods exchange layers for a while: whoever explains holds the
model alone, and hands over a copy where others may ask it meanwhile.
"""

import copy
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from fmnist_core.attribution import layers
from fmnist_core.attribution.layers import Layer
from fmnist_core.attribution.methods import Method
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE, NUM_CLASSES
from fmnist_core.models.classifier import Classifier

PATCH, STRIDE = 6, 2
"""Of occlusion, in pixels of the image."""
BATCH_SIZE = 64
"""Masked inputs at a time."""
EMPTY_HEATMAP = (
    "The map is zero everywhere: nothing in this layer speaks for the class. Try another layer, "
    "another class or another method."
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is explained: a class, or a class against another one."""

    label: int
    against: int | None = None

    def __post_init__(self) -> None:
        for each in (self.label, self.against):
            if each is not None and not 0 <= each < NUM_CLASSES:
                raise ModelError(f"The class is {each}; it must be from 0 to {NUM_CLASSES - 1}.")
        if self.label == self.against:
            raise ModelError(f"{CLASSES[self.label]} cannot be set against itself.")

    def __call__(self, logits: Tensor) -> Tensor:
        """Its score, from logits [10] or [N, 10]."""
        score = logits[..., self.label]
        return score if self.against is None else score - logits[..., self.against]


@dataclass(frozen=True, kw_only=True)
class Heatmap:
    """Where the evidence lies."""

    grid: np.ndarray
    """Float32 [h, w] from 0 to 1, as coarse as the layer is."""
    values: np.ndarray
    """The same over the model's inputs, float32 [S, S]."""
    layer: Layer | None
    problem: str | None = None
    """Why there is nothing to draw."""


def compute_heatmap(
    model: Classifier,
    input_spec: InputSpec,
    image: np.ndarray,
    *,
    method: Method,
    target: Target,
    layer: Layer | None = None,
    smooth: bool = False,
) -> Heatmap:
    """For an image uint8 [28, 28]; `layer` is one of the model's own, the usual one where none is
    given.

    Raises `ModelError` for a model without feature maps, and for a method that it does not allow.
    """
    device = next(model.parameters()).device
    inputs = to_inputs(torch.from_numpy(np.array(image))[None].to(device), input_spec)
    if not method.needs_layer:
        raw = _of_pixels(model.eval(), inputs, method, target)
        return _heatmap(raw, None, input_spec.size)
    chosen = layer or layers.default_layer(layers.find_layers(model, input_spec))
    raw = _of_layer(model, inputs, method=method, target=target, layer=chosen, smooth=smooth)
    return _heatmap(raw, chosen, input_spec.size)


def _heatmap(raw: np.ndarray, layer: Layer | None, size: int) -> Heatmap:
    """From values [h, w] or [S, S], of which those below zero say nothing for the class."""
    from pytorch_grad_cam.utils.image import scale_cam_image

    problem = None
    if not np.isfinite(raw).all():
        raw, problem = np.zeros_like(raw), "The map has values that are not numbers."
    elif not (raw > 0).any():
        problem = EMPTY_HEATMAP
    (found,) = scale_cam_image(np.maximum(raw, 0)[None])
    (values,) = scale_cam_image(scale_cam_image(found[None], (size, size)))
    shape = (layer.height, layer.width) if layer else found.shape
    grid = functional.adaptive_avg_pool2d(torch.from_numpy(found)[None], shape)[0].numpy()
    return Heatmap(grid=grid, values=values, layer=layer, problem=problem)


def _of_layer(
    model: Classifier, inputs: Tensor, *, method: Method, target: Target, layer: Layer, smooth: bool
) -> np.ndarray:
    """The library's own map: float32 [h, w] before it is enlarged, but [S, S] of a smooth one.

    Smoothing averages over mirrored and brighter inputs (not for HiResCAM also by the strongest
    component, which would undo what it promises).
    """
    assert method.builder is not None
    module = model.get_submodule(layer.name)
    options: dict[str, Any] = {"reshape_transform": layer.reshape()}
    if method.key == "ablationcam":
        options |= {"ablation_layer": _ablation_layer(layer), "batch_size": BATCH_SIZE}
    builder = pkgutil.resolve_name(method.builder)
    _silence()
    with _frozen(model), builder(model, [module], **options) as cam:
        cam.batch_size = BATCH_SIZE
        cam.compute_input_gradient = True  # the weights are frozen, gradients flow all the same
        if not smooth:
            cam.get_target_width_height = lambda _: (layer.width, layer.height)
        by_component = smooth and method.key != "hirescam"
        maps = cam(inputs, [target], aug_smooth=smooth, eigen_smooth=by_component)
    found: np.ndarray = maps[0]
    return found


def _ablation_layer(layer: Layer) -> Any:
    """One of its own: the library's default is one for everybody."""
    from pytorch_grad_cam.ablation_layer import AblationLayer, AblationLayerVit

    return AblationLayer() if layer.num_prefix is None else AblationLayerVit()


@contextmanager
def _frozen(model: nn.Module) -> Iterator[None]:
    """No gradients of weights: they take time, and memory that stays."""
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    for weight in learning:
        weight.requires_grad_(False)
    try:
        yield
    finally:
        for weight in learning:
            weight.requires_grad_(True)


def _silence() -> None:
    """No progress bars: two of the library's modules print one for every map."""
    from pytorch_grad_cam import ablation_cam, score_cam

    modules: tuple[ModuleType, ...] = (ablation_cam, score_cam)
    for module in modules:
        vars(module)["tqdm"] = SimpleNamespace(tqdm=lambda each: each)


def _of_pixels(model: Classifier, inputs: Tensor, method: Method, target: Target) -> np.ndarray:
    """Float32 [h, w], one value a pixel of the inputs or a place of the patch."""
    match method.kind:
        case "guided":
            return _guided(model, inputs, method, target)
        case "input gradient":
            return _input_gradient(model, inputs, target)
        case _:
            return _occlusion(model, inputs, target)


def _input_gradient(model: Classifier, inputs: Tensor, target: Target) -> np.ndarray:
    with _frozen(model):
        watched = inputs.detach().clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(target(model(watched))[0], watched)
    found: np.ndarray = gradient[0].abs().amax(dim=0).cpu().numpy()
    return found


def _guided(model: Classifier, inputs: Tensor, method: Method, target: Target) -> np.ndarray:
    if not any(type(module) is nn.ReLU for module in model.modules()):
        raise ModelError(
            "Guided backpropagation needs rectified linear units (ReLU), which this model has not. "
            "Ask for another method."
        )
    assert method.builder is not None
    own = copy.deepcopy(model)  # the library exchanges its units for others
    guided = pkgutil.resolve_name(method.builder)(_Scored(own, target))
    gradient = guided(inputs.detach().clone(), 0)
    found: np.ndarray = np.abs(gradient).max(axis=-1)
    return found


class _Scored(nn.Module):
    """The target's score as the only output [N, 1]: the library takes a class's number alone."""

    def __init__(self, model: Classifier, target: Target) -> None:
        super().__init__()
        self.model, self.target = model, target

    def forward(self, inputs: Tensor) -> Tensor:
        return self.target(self.model(inputs))[:, None]


@torch.inference_mode()
def _occlusion(model: Classifier, inputs: Tensor, target: Target) -> np.ndarray:
    """How much the score falls where a patch of the background's black covers each place."""
    size = inputs.shape[-1]
    edge, stride = (max(1, round(each * size / IMAGE_SIZE)) for each in (PATCH, STRIDE))
    starts = range(0, size - edge + 1, stride)
    black = inputs.amin()
    covered = []
    for row in starts:
        for column in starts:
            masked = inputs.clone()
            masked[..., row : row + edge, column : column + edge] = black
            covered.append(masked)
    scores = torch.cat([target(model(part)) for part in torch.cat(covered).split(BATCH_SIZE)])
    falls = (target(model(inputs)) - scores).view(1, 1, len(starts), len(starts))
    whole = functional.interpolate(falls, size=(size, size), mode="bilinear", align_corners=False)
    found: np.ndarray = whole[0, 0].cpu().numpy()
    return found
