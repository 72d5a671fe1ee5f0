"""Attention as maps: what each head attends to, and rollout over all blocks.

Rollout follows Abnar and Zuidema 2020 (arXiv:2005.00928): the heads' weights are averaged, the
shortcut around the attention counts as much as the attention itself, and the blocks are multiplied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt

import torch
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class AttentionMaps:
    """How much attention each patch of the image gets."""

    heads: Tensor
    """Float32 [heads, H, W]: what each head attends to."""
    rollout: Tensor | None
    """Float32 [H, W]: all blocks up to this one together; `None` without a class token."""
    has_class_token: bool
    """Whether `heads` is the attention of the class token; otherwise the mean over all patches."""


def find_attention(attention: Mapping[str, Tensor], name: str) -> str | None:
    """Return the last attention module in a step; `None` if it has none."""
    inside = [module for module in attention if f"{module}.".startswith(f"{name}.")]
    around = [module for module in attention if name.startswith(f"{module}.")]
    found = inside or around
    return found[-1] if found else None


def map_attention(attention: Mapping[str, Tensor], name: str, *, num_prefix: int) -> AttentionMaps:
    """Arrange the weights [B, heads, T, T] of the attention module `name` as maps.

    `num_prefix` is the number of tokens before those of the patches.
    """
    weights = attention[name]
    num_patches = weights.shape[-1] - num_prefix
    if num_prefix and weights.shape[0] == 1 and isqrt(num_patches) ** 2 == num_patches:
        names = list(attention)
        blocks = [attention[before] for before in names[: names.index(name) + 1]]
        return AttentionMaps(
            heads=_to_maps(weights[0, :, 0, num_prefix:]),
            rollout=_to_maps(rollout(blocks)[None, 0, num_prefix:])[0],
            has_class_token=True,
        )
    received = weights.mean(dim=(0, 2))
    return AttentionMaps(heads=_to_maps(received), rollout=None, has_class_token=False)


def rollout(blocks: Sequence[Tensor]) -> Tensor:
    """Return how much of each token is in each token after these blocks, [T, T]; rows sum to 1.

    `blocks` are the weights [1, heads, T, T] of the blocks in their order.
    """
    num_tokens = blocks[0].shape[-1]
    total = torch.eye(num_tokens)
    for weights in blocks:
        mixed = (weights[0].mean(dim=0) + torch.eye(num_tokens)) / 2
        total = mixed @ total
    return total


def _to_maps(weights: Tensor) -> Tensor:
    """Turn weights [M, patches] into maps [M, H, W]; in one row if they are no square."""
    edge = isqrt(weights.shape[-1])
    if edge**2 == weights.shape[-1]:
        return weights.reshape(-1, edge, edge)
    return weights[:, None]
