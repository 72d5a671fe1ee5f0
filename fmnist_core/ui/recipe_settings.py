"""Describe the widget for each recipe field: title, hint, range and kind."""

import importlib.util
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Union, get_args, get_origin

from fmnist_core import paths
from fmnist_core.jobs.executors import registry
from fmnist_core.training.recipe import Recipe, allowed_values, field_info, field_names
from fmnist_core.training.setting_texts import format_number

Kind = Literal["choice", "combo", "number", "slider", "steps", "switch", "text"]
"""A combo is a choice that also takes typed values, for experts."""
MAX_SLIDER_STOPS = 60
"""With more stops, typing a number is easier than sliding to it."""
SEPARATE_FIELDS = ("model", "data")
"""Fields that have widgets of their own, before the settings."""
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Basics": (
            "epochs",
            "learning_rate",
            "batch_size",
            "train_images",
            "head.widths",
            "seed",
        ),
        "Regularization": ("dropout", "weight_decay", "label_smoothing", "patience"),
        "Augmentation": (
            "augmentation.flip",
            "augmentation.rotation",
            "augmentation.shift",
            "augmentation.zoom",
            "augmentation.erasing",
            "augmentation.drawings",
            "augmentation.photo",
        ),
    }
)
"""Headings and the fields below them, in the order of the page."""
EXPERT_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Optimization": ("optimiser", "schedule", "head.activation"),
        "Starting point and input": (
            "weights",
            "keep_head",
            "input_size",
            "channels",
            "statistics",
        ),
        "Fine-tuning": ("trainable", "earlier_phases", "fixed_views"),
        "Corrupted data": (
            "corruption.label_noise",
            "corruption.shortcut",
            "corruption.shortcut_class",
        ),
        "Distillation": (
            "distillation.teacher",
            "distillation.weight",
            "distillation.temperature",
        ),
        "Computation": ("precision", "device", "workers", "keep_epochs"),
    }
)
"""As `GROUPS`, for experts: the page folds them."""
SEED_GROUP = "Basics"
"""The heading of the group with the seed."""
AUGMENTATION_GROUP = "Augmentation"
"""The heading of the group below which training images are shown as they are augmented."""
OTHER_GROUP = "More"
"""The heading of fields in no group."""
NO_EFFECT: Mapping[str, Callable[[Recipe], bool]] = MappingProxyType(
    {
        "keep_head": lambda recipe: not recipe.weights.startswith("run:"),
        "statistics": lambda recipe: recipe.spec.pretrained is None,
        "device": lambda recipe: len(_devices()) == 2 and recipe.device in _devices(),
        "workers": lambda recipe: recipe.workers == 1 and not _has_several_slots(),
        "head.activation": lambda recipe: not recipe.head.widths,
        "corruption.shortcut_class": lambda recipe: not recipe.corruption.shortcut,
        "distillation.weight": lambda recipe: not recipe.distillation.teacher,
        "distillation.temperature": lambda recipe: not recipe.distillation.teacher,
        "fixed_views": lambda recipe: (
            recipe.augmentation.is_identity
            or all(phase.trainable != "head" for phase in recipe.phases)
        ),
    }
)
"""Settings that change nothing under some recipes."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How one field of a recipe is set on a page."""

    field: str
    title: str
    help: str
    kind: Kind
    number: type[int] | type[float] = float
    usual_min: float = 0
    usual_max: float = 0
    """The range of a slider."""
    minimum: float | None = None
    maximum: float | None = None
    """The allowed range, for a typed number."""
    step: float = 1
    options: tuple[Any, ...] = ()
    optional: bool = False

    @property
    def empty_text(self) -> str | None:
        """What an empty value means, from the description: what follows 'empty means'."""
        _, separator, meaning = self.help.partition("empty means ")
        return meaning.split(".")[0].replace("the model's ", "") if separator else None

    def hint(self, *, usual_max: float | None = None) -> str:
        """What it does, and what its widget accepts; a slider may reach up to another maximum."""
        return f"{self.help} {self._accepted(usual_max or self.usual_max)}".strip()

    def _accepted(self, usual_max: float) -> str:
        match self.kind:
            case "steps":
                return (
                    f"From {format_number(self.options[0])} to {format_number(self.options[-1])}."
                )
            case "slider":
                return f"From {format_number(self.usual_min)} to {format_number(usual_max)}."
            case "number" if self.minimum is not None and self.maximum is not None:
                whole = "Whole numbers from" if self.number is int else "From"
                return f"{whole} {format_number(self.minimum)} to {format_number(self.maximum)}."
            case "combo" | "text":
                return f"You can also type {allowed_values(self.field)}."
        return ""

    def has_no_effect(self, recipe: Recipe) -> bool:
        """Whether a change would make no difference under this recipe."""
        return self.field in NO_EFFECT and NO_EFFECT[self.field](recipe)


def all_settings() -> tuple[Setting, ...]:
    """One for each field of a recipe, except those in `SEPARATE_FIELDS`."""
    return tuple(get_setting(name) for name in field_names() if name not in SEPARATE_FIELDS)


def group_settings() -> dict[str, tuple[Setting, ...]]:
    """The settings for everybody under their headings."""
    return {title: tuple(map(get_setting, fields)) for title, fields in GROUPS.items()}


def group_expert_settings() -> dict[str, tuple[Setting, ...]]:
    """All other settings; a field in no group comes under `OTHER_GROUP`."""
    named = (*GROUPS.values(), *EXPERT_GROUPS.values())
    grouped = {field for fields in named for field in fields}
    rest = tuple(setting.field for setting in all_settings() if setting.field not in grouped)
    groups = dict(EXPERT_GROUPS) | ({OTHER_GROUP: rest} if rest else {})
    return {title: tuple(map(get_setting, fields)) for title, fields in groups.items()}


def get_setting(field: str) -> Setting:
    """The setting of a dotted field; its kind follows from the field's type and its usual range."""
    info = field_info(field)
    schema: dict[str, Any] = {}
    if isinstance(info.json_schema_extra, dict):
        schema |= info.json_schema_extra
    kind, optional = _without_none(info.annotation)
    attributes: dict[str, Any] = {
        "field": field,
        "title": info.title or field,
        "help": info.description or "",
        "optional": optional,
    }
    if field == "device":
        return Setting(kind="choice", options=_devices(), **attributes)
    if "suggested" in schema:
        return Setting(kind="combo", options=tuple(schema["suggested"]), **attributes)
    if get_origin(kind) is Literal:
        return Setting(kind="choice", options=get_args(kind), **attributes)
    if kind is bool:
        return Setting(kind="switch", **attributes)
    if kind not in (int, float):
        return Setting(kind="text", **attributes)
    return _number(kind, schema, attributes)


def _number(number: type, schema: dict[str, Any], attributes: dict[str, Any]) -> Setting:
    usual_min, usual_max = schema.get("usual", (0, 1))
    step = schema.get("step", 1)
    if schema.get("log"):
        return Setting(
            kind="steps", number=number, options=round_values(usual_min, usual_max), **attributes
        )
    too_many_stops = (usual_max - usual_min) / step > MAX_SLIDER_STOPS
    kind: Kind = "number" if too_many_stops or attributes["optional"] else "slider"
    minimum, maximum = allowed_range(attributes["field"])
    return Setting(
        kind=kind,
        number=number,
        usual_min=number(usual_min),
        usual_max=number(usual_max),
        minimum=None if minimum is None else number(minimum),
        maximum=None if maximum is None else number(maximum),
        step=number(step),
        **attributes,
    )


def allowed_range(field: str) -> tuple[float | None, float | None]:
    """The smallest and the largest value that a field allows; `None` for no limit."""
    limits = field_info(field).metadata
    minimum = next((limit.ge for limit in limits if hasattr(limit, "ge")), None)
    maximum = next((limit.le for limit in limits if hasattr(limit, "le")), None)
    return minimum, maximum


def round_values(low: float, high: float) -> tuple[float, ...]:
    """1, 2 and 5 times every power of ten, from `low` to `high`."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = (float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5))
    return tuple(value for value in values if low * 0.999 <= value <= high * 1.001)


def include_value(options: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """Return the options, with `value` among them."""
    if value in options:
        return options
    return tuple(sorted((*options, value))) if _is_number(value) else (*options, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _devices() -> tuple[str, ...]:
    has_gpus = registry.capacity(paths.runs_folder()).num_gpus > 0
    return ("auto", "cpu") + (("cuda",) if has_gpus else ())


def _has_several_slots() -> bool:
    """Whether several workers could train one run: with Ray, on a device each."""
    if importlib.util.find_spec("ray") is None:
        return False
    return registry.capacity(paths.runs_folder()).num_slots > 1


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    inner = [part for part in get_args(annotation) if part is not type(None)]
    return inner[0], len(inner) < len(get_args(annotation))
