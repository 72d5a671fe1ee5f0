"""Values of a recipe as people write them, and messages that name a field by its title."""

from typing import Any, get_args, get_origin

import pytest

from fmnist_core.errors import LabError
from fmnist_core.training import setting_texts
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import field_info, field_names

MLP, CNN = PRESETS["mlp-quick"].recipe, PRESETS["cnn-quick"].recipe


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("optimiser", "adamw", "AdamW"),
        ("optimiser", "sgd", "SGD"),
        ("head.activation", "relu", "ReLU"),
        ("schedule", "one-cycle", "One-cycle"),
        ("statistics", "fashion-mnist", "Fashion-MNIST"),
        ("train_images", 5000, "5,000"),
        ("train_images", None, "all 55,000"),
        ("input_size", None, "default (28)"),
        ("dropout", None, "default (0.2)"),
        ("fixed_views", None, "new each epoch"),
        ("patience", None, "never"),
        ("head.widths", "", "none"),
        ("earlier_phases", "", "none"),
        ("learning_rate", 0.004, "0.004"),
        ("keep_head", True, "On"),
        ("trainable", "last 10", "Last 10 layers"),
        ("device", "cuda:1", "cuda:1"),
    ],
)
def test_values_are_written_as_people_write_them(field: str, value: Any, text: str) -> None:
    assert setting_texts.format_value(field, value, MLP) == text


def test_all_images_are_those_of_the_data_set() -> None:
    assert setting_texts.format_value("train_images", None, MLP.changed(data="drawn")) == (
        "all 11,000"
    )


@pytest.mark.parametrize("field", field_names())
def test_every_choice_has_a_text_of_its_own(field: str) -> None:
    annotation = field_info(field).annotation
    if get_origin(annotation) is None or not all(
        isinstance(option, str) for option in get_args(annotation)
    ):
        return
    texts = [setting_texts.format_value(field, option, CNN) for option in get_args(annotation)]
    assert len(set(texts)) == len(texts)
    assert all(text[0].isupper() or "float" in text for text in texts)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": 7}, "Batch size must be a whole number from 8 to 8,192, not 7."),
        ({"epochs": "many"}, "Epochs must be a whole number from 1 to 200, not 'many'."),
        ({"earlier_phases": "a, b"}, "Earlier phases must be up to 5 comma-separated phases"),
        ({"weights": "imagenet"}, "Initial weights: there are no ImageNet weights for mlp."),
    ],
)
def test_message_names_the_field_by_its_title(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(LabError) as raised:
        MLP.changed(**changes)
    assert setting_texts.page_message(raised.value).startswith(message)


def test_other_messages_stay() -> None:
    assert setting_texts.page_message(LabError("The disk is full.")) == "The disk is full."
