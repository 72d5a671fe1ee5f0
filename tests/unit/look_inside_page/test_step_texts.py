"""Every step of every model has a title that a pupil can read."""

import pytest

from fmnist_core.inspection import steps
from fmnist_core.inspection.layouts import choose_layout
from fmnist_core.look_inside_page import step_texts
from fmnist_core.models.registry import MODELS


@pytest.mark.parametrize("key", MODELS)
def test_titles_are_words(key):
    for node in steps.walk(steps.find_steps(MODELS[key].build())):
        title = step_texts.title(type(node.module).__name__)
        assert title
        assert len(title) < 30
        assert "2d" not in title


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("ReLU", "ReLU"),
        ("GroupNorm", "Group Norm"),
        ("Conv2dSame", "Convolution"),
        ("SiLU", "SiLU"),
    ],
)
def test_unknown_classes_are_split_into_words(kind, title):
    assert step_texts.title(kind) == title


def test_every_sentence_belongs_to_a_title():
    titles = set(step_texts.TITLES.values()) | {"ReLU", "SiLU", "GELU", "Hardswish", "Attention"}
    assert set(step_texts.SENTENCES) <= titles


def test_shapes_leave_out_the_batch():
    assert step_texts.shape_text((1, 32, 14, 14)) == "32 × 14 × 14"
    assert step_texts.shape_text((4, 9, 64)) == "4 × 9 × 64"
    assert "7 × 7 patches" in step_texts.layout_text(choose_layout((1, 50, 192), num_prefix=1))
