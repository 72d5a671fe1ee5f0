"""What can be trained: one frozen spec a model. Listing it loads nothing heavy."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.head import Head

if TYPE_CHECKING:
    from fmnist_core.models.classifier import Classifier

LINEAR_HEAD = Head()


@dataclass(frozen=True, kw_only=True)
class Pretrained:
    """ImageNet weights of a model."""

    name: str
    """timm's name of them; a local file is called the same, with `.safetensors` behind it."""
    mean: float
    std: float
    """Of the pixels they were trained with, 0 to 1, averaged over the three channels."""


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model: what it is called, what it teaches, and how to build it."""

    key: str
    title: str
    family: str
    teaches: str
    """One sentence for the class."""
    builder: str
    """`module:callable`, resolved when built; its module gives features [N, F] for inputs
    [N, C, S, S] and has F as `num_features`.
    """
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Fixed arguments of the builder."""
    dropout: float = 0.0
    """The dropout it is built with where a recipe does not say."""
    input_size: int = IMAGE_SIZE
    """Height and width of its inputs in pixels where a recipe does not say."""
    least_size: int = IMAGE_SIZE
    patches: bool = False
    """Whether it cuts its inputs into patches, which must divide them."""
    feature_maps: bool = True
    """Whether its layers keep the picture's rows and columns, so that heatmaps can look at them."""
    pretrained: Pretrained | None = None
    reference: str
    """The paper or project it comes from."""

    def build(
        self,
        *,
        input_size: int | None = None,
        channels: int = 1,
        dropout: float | None = None,
        head: Head = LINEAR_HEAD,
        **weights: Any,
    ) -> "Classifier":
        """A freshly initialised module, in training mode, on the CPU.

        `weights` are further arguments of timm's builder, which loads ImageNet weights.
        """
        from fmnist_core.models.classifier import Classifier, build_head

        rate = self.dropout if dropout is None else dropout
        backbone = pkgutil.resolve_name(self.builder)(
            input_size=input_size or self.input_size,
            channels=channels,
            dropout=rate,
            **self.options,
            **weights,
        )
        top = build_head(backbone.num_features, head=head, dropout=rate)
        return Classifier(backbone, top)

    def size_problem(self, input_size: int) -> str | None:
        """Why inputs cannot have this many pixels across, in a sentence, or `None`."""
        if input_size < self.least_size:
            return f"input_size is {input_size}; {self.key} needs at least {self.least_size}."
        if self.patches and patch_size(input_size) is None:
            return (
                f"input_size is {input_size}; {self.key} cuts pictures into patches and needs "
                "a size that they divide, such as 28, 32, 56, 64, 112 or 224."
            )
        return None


def timm_spec(
    *,
    name: str,
    mean: float = 0.449,
    std: float = 0.226,
    more: Mapping[str, Any] = MappingProxyType({}),
    **facts: Any,
) -> ModelSpec:
    """A backbone of timm's under its name there; `more` are further options of its builder.

    `mean` and `std` are those of its ImageNet weights: of most, torchvision's.
    """
    options: dict[str, Any] = {"name": name, **more}
    return ModelSpec(
        builder="fmnist_core.models.timm_backbone:build",
        options=MappingProxyType(options),
        pretrained=Pretrained(name=name, mean=mean, std=std),
        **facts,
    )


_SPECS = (
    ModelSpec(
        key="mlp",
        title="MLP",
        family="Fully connected",
        teaches="Every pixel is a number of its own: the model knows nothing of neighbours, "
        "and still gets nine in ten right.",
        builder="fmnist_core.models.mlp:MLP",
        feature_maps=False,
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
        reference="Going deeper, as VGG did (Simonyan and Zisserman 2014, arXiv:1409.1556)",
    ),
    ModelSpec(
        key="cnn-lite",
        title="CNN-lite",
        family="Convolutional",
        teaches="The same network with narrow layers: under 100,000 parameters go a long way.",
        builder="fmnist_core.models.cnn:CNN",
        options=MappingProxyType({"widths": (24, 48, 64, 80)}),
        reference="A network for small devices, in the spirit of SqueezeNet (arXiv:1602.07360)",
    ),
    timm_spec(
        key="mobilenetv3-small",
        title="MobileNetV3-Small",
        family="Mobile convolutional",
        teaches="Made for telephones: each filter looks at one channel only, and thin layers "
        "mix the channels afterwards.",
        name="mobilenetv3_small_100.lamb_in1k",
        dropout=0.2,
        reference="Howard et al. 2019, arXiv:1905.02244",
    ),
    timm_spec(
        key="efficientnet-b0",
        title="EfficientNet-B0",
        family="Mobile convolutional",
        teaches="Depth, width and picture size grow together, found by a search over thousands "
        "of networks.",
        name="efficientnet_b0.ra_in1k",
        dropout=0.2,
        reference="Tan and Le 2019, arXiv:1905.11946",
    ),
    timm_spec(
        key="resnet50",
        title="ResNet50",
        family="Residual",
        teaches="Every block adds to what came before instead of replacing it, so that fifty "
        "layers still learn.",
        name="resnet50.a1_in1k",
        reference="He et al. 2015, arXiv:1512.03385",
    ),
    timm_spec(
        key="resnet50v2",
        title="ResNet50V2",
        family="Residual",
        teaches="Normalisation and activation come before each convolution, which leaves the "
        "residual path clean.",
        name="resnetv2_50.a1h_in1k",
        mean=0.5,
        std=0.5,
        reference="He et al. 2016, arXiv:1603.05027",
    ),
    timm_spec(
        key="convnext-tiny",
        title="ConvNeXt-Tiny",
        family="Modern convolutional",
        teaches="A convolutional network rebuilt with what made transformers good: large "
        "filters, few activations, layer normalisation.",
        name="convnext_tiny.fb_in1k",
        input_size=32,
        least_size=32,
        reference="Liu et al. 2022, arXiv:2201.03545",
    ),
    timm_spec(
        key="vit-tiny",
        title="ViT-Tiny",
        family="Transformer",
        teaches="The picture becomes a row of patches, and every patch asks every other what it "
        "knows: attention instead of filters.",
        name="vit_tiny_patch16_224.augreg_in21k_ft_in1k",
        mean=0.5,
        std=0.5,
        patches=True,
        more={"patch_drop_rate": 0.5},  # in training; twice as quick, and against learning by heart
        reference="Dosovitskiy et al. 2020, arXiv:2010.11929",
    ),
    timm_spec(
        key="mobilevit-xxs",
        title="MobileViT-XXS",
        family="Convolution and attention",
        teaches="Convolutions see what is near, attention what is far: a hybrid small enough "
        "for a telephone.",
        name="mobilevit_xxs.cvnets_in1k",
        mean=0.0,
        std=1.0,
        input_size=32,
        least_size=32,
        reference="Mehta and Rastegari 2021, arXiv:2110.02178",
    ),
)
MODELS: Mapping[str, ModelSpec] = MappingProxyType({spec.key: spec for spec in _SPECS})


def get_model_spec(key: str) -> ModelSpec:
    """The spec of `key`; raises `ModelError` naming the known ones."""
    try:
        return MODELS[key]
    except KeyError:
        raise ModelError(f"No model '{key}'. Known: {', '.join(MODELS)}.") from None


PATCH_SIZES = (16, 8, 4, 2)


MIN_PATCHES_ACROSS = 7


def patch_size(input_size: int) -> int | None:
    """The largest usual patch that leaves at least 7 across, or `None` where none divides it.

    28 pixels: 7 patches of 4; 224: 14 of 16, as in the paper (arXiv:2010.11929).
    """
    fitting = (
        patch
        for patch in PATCH_SIZES
        if input_size % patch == 0 and input_size // patch >= MIN_PATCHES_ACROSS
    )
    return next(fitting, None)
