"""Attention maps and rollout."""

import torch

from fmnist_core.inspection import attention, steps
from fmnist_core.models.registry import MODELS


def test_rollout_of_uniform_attention_mixes_half_of_each_token():
    uniform = torch.full((1, 2, 4, 4), 0.25)
    expected = 0.5 * torch.eye(4) + 0.125
    torch.testing.assert_close(attention.rollout([uniform]), expected)
    torch.testing.assert_close(attention.rollout([uniform, uniform]), expected @ expected)


def test_rows_of_rollout_sum_to_one():
    blocks = [torch.rand(1, 3, 5, 5).softmax(dim=-1) for _ in range(6)]
    torch.testing.assert_close(attention.rollout(blocks).sum(dim=1), torch.ones(5))


def test_class_token_attends_to_patches_where_they_lie():
    trace = steps.trace(MODELS["vit-tiny"].build(), torch.randn(1, 1, 28, 28), selected="head.1")
    name = attention.find_attention(trace.attention, "backbone.blocks.3")
    assert name == "backbone.blocks.3.attn"
    maps = attention.map_attention(trace.attention, name, num_prefix=1)
    assert maps.heads.shape == (3, 7, 7)
    assert maps.rollout is not None
    assert maps.has_class_token
    assert maps.heads[1, 2, 4] == trace.attention[name][0, 1, 0, 1 + 2 * 7 + 4]


def test_without_a_class_token_the_mean_of_all_patches_is_shown():
    trace = steps.trace(
        MODELS["mobilevit-xxs"].build(), torch.randn(1, 1, 32, 32), selected="head.1"
    )
    name = attention.find_attention(trace.attention, "backbone.stages.2.1")
    maps = attention.map_attention(trace.attention, name, num_prefix=0)
    assert maps.rollout is None
    assert maps.heads.shape[1:] == (2, 2)
    torch.testing.assert_close(maps.heads.sum(dim=(1, 2)), torch.ones(len(maps.heads)))


def test_steps_without_attention_have_none():
    assert attention.find_attention({"backbone.blocks.10.attn": torch.empty(0)}, "head.1") is None
    assert (
        attention.find_attention({"backbone.blocks.10.attn": torch.empty(0)}, "backbone.blocks.1")
        is None
    )
