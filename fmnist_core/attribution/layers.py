"""Find the layers of a model whose output is a feature map, from shallow to deep."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import ModelError
from fmnist_core.models.classifier import Classifier

MIN_EDGE = 2
"""A feature map of one pixel cannot locate anything."""
MIN_DEFAULT_EDGE = 7
"""The default layer is the deepest one with a grid of at least 7×7."""
FIRST_NORM = "norm1"
"""timm's name for the first normalization in a transformer block."""
TOKEN_DIMENSIONS = 3
"""Dimensions of a transformer's tokens [N, T, C]; feature maps [N, C, H, W] have four."""
NO_FEATURE_MAPS = (
    "This model has no feature maps: its layers do not preserve the rows and columns of the image. "
    "Use the input gradient or occlusion instead."
)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer whose output has the spatial layout of the image."""

    name: str
    """Dotted module name, as `Module.get_submodule` takes it."""
    channels: int
    height: int
    width: int
    num_prefix: int | None = None
    """Number of tokens before the patch tokens; `None` for feature maps."""

    def reshape_transform(self) -> Callable[[Tensor], Tensor] | None:
        """Return the function that turns tokens into maps [N, C, H, W]; `None` if not needed."""
        if self.num_prefix is None:
            return None

        def to_maps(tokens: Tensor) -> Tensor:
            patches = tokens[:, self.num_prefix :, :]
            maps = patches.reshape(len(tokens), self.height, self.width, self.channels)
            return maps.permute(0, 3, 1, 2)

        return to_maps


def find_layers(model: Classifier, input_spec: InputSpec) -> list[Layer]:
    """Find all usable layers of the backbone, in the order of the forward pass."""
    inputs = torch.zeros(
        1,
        input_spec.channels,
        input_spec.size,
        input_spec.size,
        device=next(model.parameters()).device,
    )
    shapes: dict[str, tuple[int, ...]] = {}
    modules = dict(_candidates(model.backbone, "backbone"))
    with torch.inference_mode(), _record_shapes(modules, shapes):
        model.eval()(inputs)
    layers = [_to_layer(name, shape, model.backbone) for name, shape in shapes.items()]
    return [layer for layer in layers if layer and min(layer.height, layer.width) >= MIN_EDGE]


def default_layer(layers: Sequence[Layer]) -> Layer:
    """Choose the layer to explain by default; raises `ModelError` if there is none."""
    fine = [layer for layer in layers if min(layer.height, layer.width) >= MIN_DEFAULT_EDGE]
    if not layers:
        raise ModelError(NO_FEATURE_MAPS)
    return (fine or layers)[-1]


def find_layer(layers: Sequence[Layer], name: str) -> Layer:
    """Return the layer called `name`; raises `ModelError` naming the usable ones."""
    if not layers:
        raise ModelError(NO_FEATURE_MAPS)
    for layer in layers:
        if layer.name == name:
            return layer
    raise ModelError(
        f"No layer '{name}' with a feature map. Usable: "
        f"{', '.join(layer.name for layer in layers)}."
    )


def _candidates(module: nn.Module, prefix: str) -> Iterator[tuple[str, nn.Module]]:
    """Yield the backbone's parts: blocks of a sequence, the first norm of a transformer block."""
    for name, child in module.named_children():
        path = f"{prefix}.{name}"
        if isinstance(child, nn.Sequential | nn.ModuleList):
            for index, block in child.named_children():
                if hasattr(block, "attn"):
                    # No gradient reaches the patch tokens that the last block puts out, because
                    # the head reads the class token. Its first norm gets gradients.
                    yield f"{path}.{index}.{FIRST_NORM}", getattr(block, FIRST_NORM)
                else:
                    yield f"{path}.{index}", block
        else:
            yield path, child


@contextmanager
def _record_shapes(
    modules: dict[str, nn.Module], shapes: dict[str, tuple[int, ...]]
) -> Iterator[None]:
    """Record the output shape of each module in `shapes`."""

    def make_hook(name: str) -> Callable[..., None]:
        def record(_module: nn.Module, _inputs: object, output: object) -> None:
            if isinstance(output, Tensor):
                shapes[name] = tuple(output.shape)

        return record

    handles = [module.register_forward_hook(make_hook(name)) for name, module in modules.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _to_layer(name: str, shape: tuple[int, ...], backbone: nn.Module) -> Layer | None:
    if len(shape) == 4:
        _, channels, height, width = shape
        return Layer(name=name, channels=channels, height=height, width=width)
    if len(shape) == TOKEN_DIMENSIONS and name.endswith(FIRST_NORM):
        num_prefix = int(getattr(backbone, "num_prefix_tokens", 0))
        edge = round((shape[1] - num_prefix) ** 0.5)
        if edge**2 + num_prefix == shape[1]:
            return Layer(
                name=name, channels=shape[2], height=edge, width=edge, num_prefix=num_prefix
            )
    return None
