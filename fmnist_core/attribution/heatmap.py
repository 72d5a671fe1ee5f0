"""Compute a heatmap: which pixels of an image made a model predict a class.

Most methods are those of the library grad-cam. It switches the model to evaluation mode and puts
hooks on it, and two of its methods replace layers for a while. The caller therefore needs exclusive
use of the model: hold the predictor's lock, or pass a copy.
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
from fmnist_core.attribution.target import Target
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.classifier import Classifier

PATCH, STRIDE = 6, 2
"""Of occlusion, in pixels of the 28×28 image."""
BATCH_SIZE = 64
"""Masked inputs per forward pass."""
EMPTY_HEATMAP = (
    "The heatmap is empty: this layer holds no evidence for the class. Try another layer, another "
    "class or another method."
)


@dataclass(frozen=True, kw_only=True)
class Heatmap:
    """The weight of each part of an image, from 0 to 1 relative to the heatmap's maximum."""

    grid: np.ndarray
    """Float32 [h, w], at the layer's own resolution."""
    values: np.ndarray
    """The same at the resolution of the model's input, float32 [S, S]."""
    layer: Layer | None
    problem: str | None = None
    """Why the heatmap is empty, in a sentence."""


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
    """Compute the heatmap of an image uint8 [28, 28].

    `layer` is one of the model's own, `None` for the default one. Raises `ModelError` if the model
    has no feature maps or does not support the method.
    """
    device = next(model.parameters()).device
    inputs = to_inputs(torch.from_numpy(np.array(image))[None].to(device), input_spec)
    if not method.needs_layer:
        raw = _compute_pixel_map(model.eval(), inputs, method, target)
        return _to_heatmap(raw, None, input_spec.size)
    layer = layer or layers.default_layer(layers.find_layers(model, input_spec))
    raw = _compute_cam(model, inputs, method=method, target=target, layer=layer, smooth=smooth)
    return _to_heatmap(raw, layer, input_spec.size)


def _to_heatmap(raw: np.ndarray, layer: Layer | None, size: int) -> Heatmap:
    """Scale raw values [h, w] or [S, S]; negative ones, evidence against the class, become 0."""
    from pytorch_grad_cam.utils.image import scale_cam_image

    problem = None
    if not np.isfinite(raw).all():
        raw, problem = np.zeros_like(raw), "The heatmap has values that are not finite numbers."
    elif not (raw > 0).any():
        problem = EMPTY_HEATMAP
    (scaled,) = scale_cam_image(np.maximum(raw, 0)[None])
    (values,) = scale_cam_image(scale_cam_image(scaled[None], (size, size)))
    shape = (layer.height, layer.width) if layer else scaled.shape
    grid = functional.adaptive_avg_pool2d(torch.from_numpy(scaled)[None], shape)[0].numpy()
    return Heatmap(grid=grid, values=values, layer=layer, problem=problem)


def _compute_cam(
    model: Classifier, inputs: Tensor, *, method: Method, target: Target, layer: Layer, smooth: bool
) -> np.ndarray:
    """Compute a class activation map: float32 [h, w], or [S, S] if smoothed.

    Smoothing averages over mirrored and brightened inputs and keeps the first principal component
    (not for HiResCAM, whose guarantee of faithfulness that would break).
    """
    assert method.builder is not None
    module = model.get_submodule(layer.name)
    options: dict[str, Any] = {"reshape_transform": layer.reshape_transform()}
    if method.key == "ablationcam":
        options |= {"ablation_layer": _build_ablation_layer(layer), "batch_size": BATCH_SIZE}
    builder = pkgutil.resolve_name(method.builder)
    _silence_progress_bars()
    with _freeze_weights(model), builder(model, [module], **options) as cam:
        cam.batch_size = BATCH_SIZE
        cam.compute_input_gradient = True  # the weights are frozen; gradients must flow anyway
        if not smooth:
            # The library would enlarge the map to the input's size.
            cam.get_target_width_height = lambda _: (layer.width, layer.height)
        eigen_smooth = smooth and method.key != "hirescam"
        maps = cam(inputs, [target], aug_smooth=smooth, eigen_smooth=eigen_smooth)
    cam_map: np.ndarray = maps[0]
    return cam_map


def _build_ablation_layer(layer: Layer) -> Any:
    """Build a new one: the library's default is a single instance shared by all callers."""
    from pytorch_grad_cam.ablation_layer import AblationLayer, AblationLayerVit

    return AblationLayer() if layer.num_prefix is None else AblationLayerVit()


@contextmanager
def _freeze_weights(model: nn.Module) -> Iterator[None]:
    """Compute no gradients of weights: they take time, and memory that is not released."""
    trainable = [weight for weight in model.parameters() if weight.requires_grad]
    for weight in trainable:
        weight.requires_grad_(False)
    try:
        yield
    finally:
        for weight in trainable:
            weight.requires_grad_(True)


def _silence_progress_bars() -> None:
    """Replace tqdm in two of the library's modules, which print a progress bar for every map."""
    from pytorch_grad_cam import ablation_cam, score_cam

    modules: tuple[ModuleType, ...] = (ablation_cam, score_cam)
    for module in modules:
        vars(module)["tqdm"] = SimpleNamespace(tqdm=lambda iterable: iterable)


def _compute_pixel_map(
    model: Classifier, inputs: Tensor, method: Method, target: Target
) -> np.ndarray:
    """Compute a map without a layer: float32 [S, S], one value per input pixel."""
    match method.kind:
        case "guided":
            return _guided_backpropagation(model, inputs, method, target)
        case "input gradient":
            return _input_gradient(model, inputs, target)
        case _:
            return _occlusion(model, inputs, target)


def _input_gradient(model: Classifier, inputs: Tensor, target: Target) -> np.ndarray:
    with _freeze_weights(model):
        leaf = inputs.detach().clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(target(model(leaf))[0], leaf)
    magnitude: np.ndarray = gradient[0].abs().amax(dim=0).cpu().numpy()
    return magnitude


def _guided_backpropagation(
    model: Classifier, inputs: Tensor, method: Method, target: Target
) -> np.ndarray:
    if not any(type(module) is nn.ReLU for module in model.modules()):
        raise ModelError(
            "Guided backpropagation needs rectified linear units (ReLU), which this model does not "
            "have. Choose another method."
        )
    assert method.builder is not None
    model_copy = copy.deepcopy(model)  # the library replaces its ReLU modules
    guided = pkgutil.resolve_name(method.builder)(_ScoreModel(model_copy, target))
    gradient = guided(inputs.detach().clone(), 0)
    magnitude: np.ndarray = np.abs(gradient).max(axis=-1)
    return magnitude


class _ScoreModel(nn.Module):
    """A model whose only output [N, 1] is the target's score: the library takes a class index,
    not a function of the logits.
    """

    def __init__(self, model: Classifier, target: Target) -> None:
        super().__init__()
        self.model, self.target = model, target

    def forward(self, inputs: Tensor) -> Tensor:
        return self.target(self.model(inputs))[:, None]


@torch.inference_mode()
def _occlusion(model: Classifier, inputs: Tensor, target: Target) -> np.ndarray:
    """Measure how far the score drops as a patch of the background's black slides over it."""
    size = inputs.shape[-1]
    patch, stride = (max(1, round(length * size / IMAGE_SIZE)) for length in (PATCH, STRIDE))
    starts = range(0, size - patch + 1, stride)
    black = inputs.amin()
    covered = []
    for row in starts:
        for column in starts:
            masked = inputs.clone()
            masked[..., row : row + patch, column : column + patch] = black
            covered.append(masked)
    scores = torch.cat([target(model(batch)) for batch in torch.cat(covered).split(BATCH_SIZE)])
    drops = (target(model(inputs)) - scores).view(1, 1, len(starts), len(starts))
    resized = functional.interpolate(drops, size=(size, size), mode="bilinear", align_corners=False)
    drop_map: np.ndarray = resized[0, 0].cpu().numpy()
    return drop_map
