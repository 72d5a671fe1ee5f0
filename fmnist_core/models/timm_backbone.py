"""Backbones from timm, built for any input size and one or three channels."""

from typing import Any

import timm
from torch import nn

from fmnist_core.models.registry import patch_size


def build(
    *,
    input_size: int,
    channels: int,
    dropout: float,
    name: str,
    pretrained: bool = False,
    pretrained_file: str | None = None,
    **options: Any,
) -> nn.Module:
    """Build a backbone: features [N, F] from inputs [N, C, S, S].

    `name` is timm's, including the tag of its weights. With `pretrained`, its ImageNet weights
    are loaded by timm (the first layer is adapted to one channel), from `pretrained_file` or else
    by timm's own download.
    """
    del dropout  # the head applies it
    if name.startswith("vit"):
        options |= {"img_size": input_size, "patch_size": patch_size(input_size)}
    if pretrained_file:
        options["pretrained_cfg_overlay"] = {"file": pretrained_file, "custom_load": False}
    backbone = timm.create_model(
        name, pretrained=pretrained, num_classes=0, in_chans=channels, **options
    )
    # Some models widen their features once more after pooling.
    backbone.num_features = getattr(backbone, "head_hidden_size", None) or backbone.num_features
    return backbone
