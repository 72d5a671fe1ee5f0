"""Backbones from timm, built for any input size and one or three channels."""

from collections.abc import Mapping
from typing import Any

import timm
from torch import Tensor, nn

from fmnist_core.models.registry import patch_size


def build(
    *,
    input_size: int,
    channels: int,
    dropout: float,
    name: str,
    pretrained: bool = False,
    pretrained_file: str | None = None,
    pretrained_tensors: Mapping[str, Tensor] | None = None,
    **options: Any,
) -> nn.Module:
    """Build a backbone: features [N, F] from inputs [N, C, S, S].

    `name` is timm's, including the tag of its weights. With `pretrained`, its ImageNet weights
    are loaded by timm (the first layer is adapted to one channel), from `pretrained_file`, from
    `pretrained_tensors` by timm's names, or else by timm's own download.
    """
    del dropout  # the head applies it
    if name.startswith("vit"):
        options |= {"img_size": input_size, "patch_size": patch_size(input_size)}
    if overlay := pretrained_overlay(pretrained_file, pretrained_tensors):
        options["pretrained_cfg_overlay"] = overlay
    backbone = timm.create_model(
        name, pretrained=pretrained, num_classes=0, in_chans=channels, **options
    )
    # Some models widen their features once more after pooling.
    backbone.num_features = getattr(backbone, "head_hidden_size", None) or backbone.num_features
    return backbone


def pretrained_overlay(
    pretrained_file: str | None = None, pretrained_tensors: Mapping[str, Tensor] | None = None
) -> dict[str, Any]:
    """What replaces the place of the weights in timm's configuration of a model."""
    if pretrained_file:
        return {"file": pretrained_file, "custom_load": False}
    return {"state_dict": dict(pretrained_tensors)} if pretrained_tensors else {}
