"""What can be trained: one frozen spec a model. Listing it loads nothing heavy."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fmnist_core.data.classes import IMAGE_SIZE
from fmnist_core.errors import ModelError

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model: what it is called, what it teaches, and how to build it."""

    key: str
    title: str
    family: str
    teaches: str
    """One sentence for the class."""
    builder: str
    """`module:callable`, resolved when built; it returns logits [N, 10] for inputs [N, C, H, W]."""
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Fixed arguments of the builder."""
    dropout: float = 0.0
    """The dropout it is built with where a recipe does not say."""
    input_size: int = IMAGE_SIZE
    """Height and width of its inputs in pixels."""
    channels: int = 1
    cam_layer: str | None = None
    """Dotted name of the layer that Grad-CAM looks at, or `None` without spatial feature maps."""
    reference: str
    """The paper or project it comes from."""

    def build(self, *, dropout: float | None = None) -> "nn.Module":
        """A freshly initialised module, in training mode, on the CPU."""
        rate = self.dropout if dropout is None else dropout
        return pkgutil.resolve_name(self.builder)(dropout=rate, **self.options)


_SPECS = (
    ModelSpec(
        key="mlp",
        title="MLP",
        family="Fully connected",
        teaches="Every pixel is a number of its own: the model knows nothing of neighbours, "
        "and still gets nine in ten right.",
        builder="fmnist_core.models.mlp:MLP",
        dropout=0.2,
        reference="Multilayer perceptron with SiLU (Elfwing et al. 2017, arXiv:1702.03118)",
    ),
    ModelSpec(
        key="cnn",
        title="CNN",
        family="Convolutional",
        teaches="Small filters slide over the picture and find edges, then sleeves, then "
        "garments: what a pixel means depends on its neighbours.",
        builder="fmnist_core.models.cnn:CNN",
        dropout=0.2,
        cam_layer="features",
        reference="Plain convolutional network in the tradition of LeNet (LeCun et al. 1998)",
    ),
    ModelSpec(
        key="cnn-deep",
        title="CNN, deeper",
        family="Convolutional",
        teaches="The same network with one more convolution: depth buys accuracy and costs time.",
        builder="fmnist_core.models.cnn:CNN",
        options=MappingProxyType({"extra": 1}),
        dropout=0.2,
        cam_layer="features",
        reference="Going deeper, as VGG did (Simonyan and Zisserman 2014, arXiv:1409.1556)",
    ),
)
MODELS: Mapping[str, ModelSpec] = MappingProxyType({spec.key: spec for spec in _SPECS})


def model_spec(key: str) -> ModelSpec:
    """The spec of `key`; raises `ModelError` naming the known ones."""
    try:
        return MODELS[key]
    except KeyError:
        raise ModelError(f"No model '{key}'. Known: {', '.join(MODELS)}.") from None
