"""Where in a model there are feature maps to look at, from shallow to deep."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import ModelError
from fmnist_core.models.classifier import Classifier

MIN_EDGE = 2
"""A map of one pixel shows nothing."""
MIN_DEFAULT_EDGE = 7
"""Of the map that is looked at where nobody chooses: the deepest layer with one as fine as this."""
FIRST_NORM = "norm1"
"""timm's name of it in a transformer's block."""
TOKEN_DIMENSIONS = 3
"""Dimensions of a transformer's tokens [N, T, C]; feature maps [N, C, H, W] have four."""
NO_FEATURE_MAPS = (
    "This model has no feature maps: its layers do not keep the picture's rows and columns, so "
    "there is nothing to lay over it. Ask for the input gradient or for occlusion."
)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A place in a model whose output is laid out like the picture."""

    name: str
    """Dotted, as the module finds it."""
    channels: int
    height: int
    width: int
    num_prefix: int | None = None
    """Of tokens: how many come before those of the patches; `None` for feature maps."""

    def reshape(self) -> Callable[[Tensor], Tensor] | None:
        """What turns tokens into maps [N, C, H, W]; `None` where there is nothing to turn."""
        if self.num_prefix is None:
            return None

        def maps(tokens: Tensor) -> Tensor:
            patches = tokens[:, self.num_prefix :, :]
            laid_out = patches.reshape(len(tokens), self.height, self.width, self.channels)
            return laid_out.permute(0, 3, 1, 2)

        return maps


def find_layers(model: Classifier, input_spec: InputSpec) -> list[Layer]:
    """All usable ones, in the order in which a picture goes through them."""
    inputs = torch.zeros(
        1,
        input_spec.channels,
        input_spec.size,
        input_spec.size,
        device=next(model.parameters()).device,
    )
    shapes: dict[str, tuple[int, ...]] = {}
    modules = dict(_candidates(model.backbone, "backbone"))
    with torch.inference_mode(), _watched(modules, shapes):
        model.eval()(inputs)
    found = [_layer(name, shape, model.backbone) for name, shape in shapes.items()]
    return [layer for layer in found if layer and min(layer.height, layer.width) >= MIN_EDGE]


def default_layer(found: Sequence[Layer]) -> Layer:
    """The one to begin with; raises `ModelError` for a model without feature maps."""
    fine = [layer for layer in found if min(layer.height, layer.width) >= MIN_DEFAULT_EDGE]
    if not found:
        raise ModelError(NO_FEATURE_MAPS)
    return (fine or found)[-1]


def find_layer(found: Sequence[Layer], name: str) -> Layer:
    """The layer of that name; raises `ModelError` naming the usable ones."""
    if not found:
        raise ModelError(NO_FEATURE_MAPS)
    for layer in found:
        if layer.name == name:
            return layer
    raise ModelError(
        f"No layer '{name}' with a map to look at. Usable: "
        f"{', '.join(layer.name for layer in found)}."
    )


def _candidates(module: nn.Module, prefix: str) -> Iterator[tuple[str, nn.Module]]:
    """Its parts; of a sequence of blocks each block, of a transformer's block its first norm."""
    for name, child in module.named_children():
        whole = f"{prefix}.{name}"
        if isinstance(child, nn.Sequential | nn.ModuleList):
            for number, block in child.named_children():
                if hasattr(block, "attn"):
                    # The last block itself has no gradient on its patches, its first norm has.
                    yield f"{whole}.{number}.{FIRST_NORM}", getattr(block, FIRST_NORM)
                else:
                    yield f"{whole}.{number}", block
        else:
            yield whole, child


@contextmanager
def _watched(modules: dict[str, nn.Module], shapes: dict[str, tuple[int, ...]]) -> Iterator[None]:
    """Note the shape of what each gives."""

    def noting(name: str) -> Callable[..., None]:
        def note(_module: nn.Module, _inputs: object, output: object) -> None:
            if isinstance(output, Tensor):
                shapes[name] = tuple(output.shape)

        return note

    handles = [module.register_forward_hook(noting(name)) for name, module in modules.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _layer(name: str, shape: tuple[int, ...], backbone: nn.Module) -> Layer | None:
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
