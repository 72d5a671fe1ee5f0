"""From a recipe's field to the knob that turns it: title, sentence, range and kind."""

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Union, get_args, get_origin

from fmnist_core.jobs import slots
from fmnist_core.training.recipe import Recipe, allowed_values, field_info, field_names

Kind = Literal["choice", "combo", "number", "slider", "steps", "switch", "text"]
"""A combo is a choice into which an expert types what it does not offer."""
SLIDER_STOPS = 60
"""More stops than this and typing a number is easier than sliding to it."""
SEPARATE_FIELDS = ("model", "data")
"""Fields that the page asks for before its knobs."""
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "What it starts from and what it sees": (
            "weights",
            "keep_head",
            "input_size",
            "channels",
            "statistics",
            "train_images",
        ),
        "What learns, in phases": ("earlier_phases", "trainable", "fixed_views"),
        "Training": (
            "epochs",
            "learning_rate",
            "schedule",
            "optimiser",
            "batch_size",
            "weight_decay",
            "label_smoothing",
            "dropout",
            "patience",
        ),
        "Head: the layers on top": ("head.widths", "head.activation"),
        "Augmentation: random changes to the images": (
            "augmentation.flip",
            "augmentation.rotation",
            "augmentation.shift",
            "augmentation.zoom",
            "augmentation.erasing",
            "augmentation.drawings",
        ),
        "Where and how exactly": ("precision", "device", "seed", "keep_epochs"),
    }
)
"""Headings and the knobs below them, in the order of the page."""
OTHER_GROUP = "More"
"""The heading of what stands in no group."""
IDLE: Mapping[str, Callable[[Recipe], bool]] = MappingProxyType(
    {
        "keep_head": lambda recipe: not recipe.weights.startswith("run:"),
        "statistics": lambda recipe: recipe.spec.pretrained is None,
        "head.activation": lambda recipe: not recipe.head.widths,
        "fixed_views": lambda recipe: (
            recipe.augmentation.is_identity
            or all(phase.trainable != "head" for phase in recipe.phases)
        ),
    }
)
"""Knobs that change nothing under some recipes."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How one field of a recipe is asked for."""

    field: str
    title: str
    help: str
    kind: Kind
    number: type[int] | type[float] = float
    low: float = 0
    high: float = 0
    """The usual range, which a slider offers."""
    least: float | None = None
    most: float | None = None
    """The allowed range, which a typed number may use."""
    step: float = 1
    options: tuple[Any, ...] = ()
    optional: bool = False

    @property
    def empty_words(self) -> str | None:
        """What an empty knob means: the description's own words behind 'empty means'."""
        _, found, meaning = self.help.partition("empty means ")
        return meaning.split(".")[0].replace("the model's", "its") if found else None

    def is_idle(self, recipe: Recipe) -> bool:
        """Whether turning it would change nothing under this recipe."""
        return self.field in IDLE and IDLE[self.field](recipe)


def all_settings() -> tuple[Setting, ...]:
    """One for each field of a recipe but those that the page asks for first."""
    return tuple(get_setting(name) for name in field_names() if name not in SEPARATE_FIELDS)


def group_settings() -> dict[str, tuple[Setting, ...]]:
    """All knobs under their headings; a field that no group names comes under the last one."""
    placed = {field for fields in GROUPS.values() for field in fields}
    rest = tuple(knob.field for knob in all_settings() if knob.field not in placed)
    groups = dict(GROUPS) | ({OTHER_GROUP: rest} if rest else {})
    return {title: tuple(map(get_setting, fields)) for title, fields in groups.items()}


def get_setting(field: str) -> Setting:
    """The knob of a dotted field, by its type and what its schema calls usual."""
    info = field_info(field)
    schema: dict[str, Any] = {}
    if isinstance(info.json_schema_extra, dict):
        schema |= info.json_schema_extra
    kind, optional = _without_none(info.annotation)
    facts: dict[str, Any] = {
        "field": field,
        "title": info.title or field,
        "help": f"{info.description or ''} Allowed: {allowed_values(field)}.".strip(),
        "optional": optional,
    }
    if field == "device":
        return Setting(kind="choice", options=_devices(), **facts)
    if "suggested" in schema:
        return Setting(kind="combo", options=tuple(schema["suggested"]), **facts)
    if get_origin(kind) is Literal:
        return Setting(kind="choice", options=get_args(kind), **facts)
    if kind is bool:
        return Setting(kind="switch", **facts)
    if kind not in (int, float):
        return Setting(kind="text", **facts)
    return _number(kind, schema, facts)


def _number(number: type, schema: dict[str, Any], facts: dict[str, Any]) -> Setting:
    low, high = schema.get("usual", (0, 1))
    step = schema.get("step", 1)
    if schema.get("log"):
        return Setting(kind="steps", number=number, options=round_values(low, high), **facts)
    many = (high - low) / step > SLIDER_STOPS
    kind: Kind = "number" if many or facts["optional"] else "slider"
    least, most = allowed_range(facts["field"])
    return Setting(
        kind=kind,
        number=number,
        low=number(low),
        high=number(high),
        least=None if least is None else number(least),
        most=None if most is None else number(most),
        step=number(step),
        **facts,
    )


def allowed_range(field: str) -> tuple[float | None, float | None]:
    """The least and the most that a field allows, where it says."""
    limits = field_info(field).metadata
    least = next((limit.ge for limit in limits if hasattr(limit, "ge")), None)
    most = next((limit.le for limit in limits if hasattr(limit, "le")), None)
    return least, most


def round_values(low: float, high: float) -> tuple[float, ...]:
    """1, 2 and 5 in every power of ten from `low` to `high`."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = (float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5))
    return tuple(value for value in values if low * 0.999 <= value <= high * 1.001)


def include_value(options: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """The options and, where it is none of them, the value that a link or a preset brings."""
    if value in options:
        return options
    return tuple(sorted((*options, value))) if _is_number(value) else (*options, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _devices() -> tuple[str, ...]:
    gpus = [name for name in slots.slot_names() if name != "cpu"]
    return ("auto", "cpu") + (("cuda",) if gpus else ())


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    inner = [part for part in get_args(annotation) if part is not type(None)]
    return inner[0], len(inner) < len(get_args(annotation))
