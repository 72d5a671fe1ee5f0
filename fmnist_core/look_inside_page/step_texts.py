"""What the steps of a network are called, and what each does, in a sentence."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from fmnist_core.inspection.layouts import Layout, LayoutKind

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "Conv2d": "Convolution",
        "MaxPool2d": "Max pooling",
        "AvgPool2d": "Average pooling",
        "AdaptiveAvgPool2d": "Average pooling",
        "SelectAdaptivePool2d": "Average pooling",
        "BatchNorm2d": "Batch norm",
        "BatchNormAct2d": "Batch norm + activation",
        "LayerNorm": "Layer norm",
        "LayerNorm2d": "Layer norm",
        "Flatten": "Flatten",
        "Linear": "Linear",
        "PatchEmbed": "Patches",
        "Block": "Transformer block",
        "Mlp": "MLP",
        "Bottleneck": "Residual block",
        "BasicBlock": "Residual block",
        "PreActBottleneck": "Residual block",
        "InvertedResidual": "Inverted residual",
        "DepthwiseSeparableConv": "Depthwise block",
        "ConvNormAct": "Convolution block",
        "ConvBnAct": "Convolution block",
        "MobileVitBlock": "MobileViT block",
        "ConvNeXtBlock": "ConvNeXt block",
        "SqueezeExcite": "Squeeze & excite",
        "ResNetStage": "Stage",
        "ConvNeXtStage": "Stage",
        "ClassifierHead": "Pooling",
        "NormMlpClassifierHead": "Pooling and norm",
    }
)
"""Titles of steps by their class; others are called after it."""
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "Convolution": "Slides small filters over its input. Each filter makes one feature map, "
        "bright where the input looks like the filter.",
        "Max pooling": "Keeps only the largest number of each window, so the maps get smaller.",
        "Average pooling": "Replaces each window by its mean, so the maps get smaller.",
        "Batch norm": "Shifts and scales each map by its mean and spread from training, then by "
        "two numbers that were learned.",
        "Batch norm + activation": "Shifts and scales each map, then applies an activation.",
        "Layer norm": "Shifts and scales the values at each place by their own mean and spread.",
        "ReLU": "Replaces negative numbers by 0. Without such a step, all layers together could "
        "do no more than a single one.",
        "SiLU": "Pulls negative numbers towards 0 and keeps large ones.",
        "GELU": "Pulls negative numbers towards 0 and keeps large ones.",
        "Hardswish": "Pulls negative numbers towards 0 and keeps large ones.",
        "Flatten": "Puts all numbers into one row; nothing is computed.",
        "Linear": "Each output is a weighted sum of all its inputs.",
        "Patches": "Cuts the picture into patches, and turns each into a list of numbers.",
        "Transformer block": "Every patch looks at every other one, and adds what it finds to what "
        "it already knows.",
        "Attention": "Each patch decides how much of every other patch to take in.",
        "MLP": "Two linear layers with an activation, applied to each patch on its own.",
        "Residual block": "Computes a change, and adds it to its own input through a shortcut.",
        "Inverted residual": "Widens, looks at each map on its own, narrows again, and adds its "
        "own input where the sizes agree.",
        "Squeeze & excite": "Weighs each map by what all of them show on average.",
        "MobileViT block": "Convolutions for what is near, attention for what is far away.",
    }
)
"""What a step does, by its title."""


def title(kind: str) -> str:
    """What a step of this class is called."""
    known = TITLES.get(kind)
    if known is None and kind.startswith("Conv2d"):  # variants that pad as TensorFlow does
        known = TITLES["Conv2d"]
    if known is None and kind.isupper():
        known = kind
    return known or re.sub(r"(?<=[a-z\d])(?=[A-Z][a-z])", " ", kind)


def sentence(kind: str, *, is_block: bool) -> str:
    """What a step of this class does."""
    fallback = "A block of several steps, which the row below shows." if is_block else ""
    return SENTENCES.get(title(kind), fallback)


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape without its batch dimension: 32 × 14 × 14."""
    sizes = shape[1:] if shape[0] == 1 and len(shape) > 1 else shape
    return " × ".join(map(str, sizes))


def layout_text(layout: Layout) -> str:
    """What the output of a step is: 32 feature maps of 14 × 14 numbers."""
    size = f"{layout.height} × {layout.width}"
    match layout.kind:
        case LayoutKind.MAPS:
            return f"{layout.num_maps} feature maps of {size} numbers"
        case LayoutKind.TOKENS:
            rest = f", and {layout.num_prefix} class token" if layout.num_prefix else ""
            return f"{layout.num_maps} numbers for each of {size} patches{rest}"
        case LayoutKind.VALUES:
            return f"{layout.shape[1]} numbers"
        case LayoutKind.MATRICES:
            return f"numbers of shape {shape_text(layout.shape)}"


def noun(layout: Layout) -> str:
    """What one tile of a layout is called, before its number."""
    return {
        LayoutKind.MAPS: "Map",
        LayoutKind.TOKENS: "Feature",
        LayoutKind.VALUES: "Values",
        LayoutKind.MATRICES: "Matrix",
    }[layout.kind]
