"""Write the values of a recipe's fields as people write them: `AdamW`, `default (28)`, `Off`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fmnist_core.data.datasets import DATASET_TITLES, split_sizes
from fmnist_core.errors import LabError
from fmnist_core.formatting import pluralize
from fmnist_core.training.phases import last_layers_text
from fmnist_core.training.recipe import Recipe, field_info, field_names

VALUES: Mapping[str, str] = MappingProxyType(
    {
        "fashion-mnist": DATASET_TITLES["fashion-mnist"],
        "drawn": DATASET_TITLES["drawn"],
        "adam": "Adam",
        "adamw": "AdamW",
        "alternating": "Every other epoch",
        "always": "Always",
        "auto": "Automatic",
        "constant": "Constant",
        "cosine": "Cosine",
        "cpu": "CPU",
        "cuda": "GPU",
        "everything": "All layers",
        "exponential": "Exponential",
        "gelu": "GELU",
        "head": "Output layers only",
        "imagenet": "ImageNet",
        "muon": "Muon",
        "never": "Never",
        "none": "None",
        "one-cycle": "One-cycle",
        "random": "At random",
        "relu": "ReLU",
        "scratch": "Random",
        "sgd": "SGD",
        "silu": "SiLU",
    }
)
"""Texts of values that are words, which mean the same in every field."""
SHORT_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "batch_size": "batch {}",
        "train_images": "{} images",
        "head.widths": "extra layers {}",
        "optimiser": "{}",
        "schedule": "{} schedule",
        "augmentation.flip": "flip {}",
        "trainable": "trains {}",
    }
)
"""How a changed field is written in the name of a run, where it isn't its title and value."""
LOWER_CASE = ("schedule", "augmentation.flip", "trainable")
"""Fields whose values are ordinary words in a name."""
WITHOUT_UNIT = " ("
"""In a title, what follows is a unit."""


def format_value(field: str, value: Any, recipe: Recipe) -> str:
    """The text of a field's value; what an empty value means follows from the recipe's model."""
    if value is None or value == "":
        return _empty_text(field, recipe)
    match value:
        case bool():
            return "On" if value else "Off"
        case float():
            return format_number(value)
        case int():
            return f"{value:,}" if field == "train_images" else str(value)
    if field == "trainable" and value.startswith("last"):
        return last_layers_text(value).capitalize()
    return VALUES.get(str(value), str(value))


def format_number(number: float) -> str:
    """`0.00001` rather than `1e-05`, and `8,192`."""
    if isinstance(number, int):
        return f"{number:,}"
    text = f"{number:g}"
    return f"{number:.10f}".rstrip("0") if "e-" in text else text


def _empty_text(field: str, recipe: Recipe) -> str:
    match field:
        case "train_images":
            return f"all {split_sizes(recipe.data).train:,}"
        case "input_size":
            return f"default ({recipe.spec.input_size})"
        case "dropout":
            return f"default ({recipe.spec.dropout:g})"
        case "fixed_views":
            return "new each epoch"
        case "patience":
            return "never"
    return "none"


def short_change(field: str, value: Any, recipe: Recipe) -> str:
    """Name a changed setting in a few words: `learning rate 0.1`, `batch 64`, `3 epochs`."""
    if field == "epochs":
        return pluralize(value, "epoch")
    if field == "earlier_phases":
        return pluralize(len(recipe.phases), "phase")
    text = format_value(field, value, recipe)
    if field == "head.widths":
        text = text.replace(", ", "-")
    if field in LOWER_CASE:
        text = text[0].lower() + text[1:]
    if field in SHORT_FORMS:
        return SHORT_FORMS[field].format(text)
    return f"{title_in_sentence(field).partition(WITHOUT_UNIT)[0]} {text}"


def page_message(error: LabError) -> str:
    """The message of an invalid setting for a page: it names the field by its title."""
    field = error.field
    if field not in field_names():
        return str(error)
    if str(error).endswith(f"it must be {error.allowed}."):
        return f"{_title(field)} must be {error.allowed}, not {_written(error.value)}."
    reason = str(error).partition("; ")[2] or str(error)
    return f"{_title(field)}: {reason}"


def _title(field: str) -> str:
    return field_info(field).title or field


def title_in_sentence(field: str) -> str:
    """The field's title without its capital, unless it is an abbreviation."""
    title = _title(field)
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _written(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)
