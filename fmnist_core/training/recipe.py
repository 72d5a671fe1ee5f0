"""The recipe: everything that decides how a model is trained, validated and serializable."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Self

from pydantic import BaseModel, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.corruption import Corruption
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import RecipeError, unknown_key
from fmnist_core.models.head import Head
from fmnist_core.models.registry import MODELS, ModelSpec, get_model_spec
from fmnist_core.training.distillation import Distillation
from fmnist_core.training.phases import Phase
from fmnist_core.training.recipe_fields import RecipeFields

NESTED_FIELDS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "augmentation": Augmentation,
        "head": Head,
        "distillation": Distillation,
        "corruption": Corruption,
    }
)
"""Fields with fields of their own, which have dotted names: `augmentation.flip`."""


class Recipe(RecipeFields):
    """A validated, frozen recipe; `changed` derives and validates another one."""

    @field_validator("model")
    @classmethod
    def _check_model(cls, key: str) -> str:
        return get_model_spec(key).key

    @model_validator(mode="after")
    def _check_against_model(self) -> Self:
        if problem := self.spec.size_problem(self.input_spec.size):
            raise RecipeError(problem, field="input_size", value=self.input_spec.size)
        if self.weights == "imagenet" and self.spec.pretrained is None:
            raise RecipeError(
                f"weights is 'imagenet'; there are no ImageNet weights for {self.model}. "
                "Choose scratch, or another model.",
                field="weights",
                value=self.weights,
                allowed="scratch, or run: and the id of a run",
            )
        self._check_workers()
        return self

    def _check_workers(self) -> None:
        """Several workers need two images each, as batch normalization does, and a device each."""
        most = min(self.batch_size, self.train_images or self.batch_size) // 2
        if self.workers > most:
            raise RecipeError(
                f"workers is {self.workers}, which share a batch of {2 * most} images; each needs "
                f"two. Choose at most {most}, or a larger batch size.",
                field="workers",
                value=self.workers,
                allowed=f"from 1 to {most}",
            )
        if self.workers > 1 and ":" in self.device:
            raise RecipeError(
                f"device is {self.device!r}, but {self.workers} workers need one each. Choose auto "
                "or cuda, or one worker.",
                field="device",
                value=self.device,
                allowed=["auto", "cpu", "cuda"],
            )

    @property
    def spec(self) -> ModelSpec:
        """The registry's entry for the model."""
        return get_model_spec(self.model)

    @property
    def input_spec(self) -> InputSpec:
        """Size, channels and normalization of the model's inputs."""
        pretrained = self.spec.pretrained
        size = self.input_size or self.spec.input_size
        if self.statistics == "imagenet" and pretrained:
            return InputSpec(
                size=size, channels=self.channels, mean=pretrained.mean, std=pretrained.std
            )
        return InputSpec(size=size, channels=self.channels)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """All phases in order; the recipe's own fields describe the last one."""
        last_phase = Phase(
            trainable=self.trainable,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            schedule=self.schedule,
        )
        return (*self.earlier_phases, last_phase)

    @property
    def total_epochs(self) -> int:
        """Epochs of all phases together."""
        return sum(phase.epochs for phase in self.phases)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Validate `values`; raises `RecipeError` with field, value and what is allowed."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise _recipe_error(error) from None

    def changed(self, **changes: Any) -> Self:
        """Copy with `changes`; a dotted name sets a nested field. Raises `RecipeError`."""
        values = self.model_dump()
        for name, value in changes.items():
            outer, _, inner = name.partition(".")
            if inner and isinstance(values.get(outer), dict):
                values[outer][inner] = value
            else:
                values[_key(name)] = value
        return self.parse(values)

    def canonical(self) -> Self:
        """Copy with defaults for fields that do not affect the weights, for comparing recipes."""
        return self.model_copy(update={"keep_epochs": "auto"})

    def differences(self, other: "Recipe") -> dict[str, tuple[Any, Any]]:
        """Dotted names of the fields in which the two differ, with both values."""
        values, other_values = flatten(self), flatten(other)
        return {
            name: (value, other_values[name])
            for name, value in values.items()
            if value != other_values[name]
        }


def flatten(recipe: Recipe) -> dict[str, Any]:
    """All values by dotted name: `epochs`, `augmentation.flip`; lists as text with commas."""
    values: dict[str, Any] = {}
    for name, value in recipe.model_dump().items():
        if name in NESTED_FIELDS:
            values |= {f"{name}.{inner}": inner_value for inner, inner_value in value.items()}
        else:
            values[name] = value
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for name, value in values.items()
    }


@cache  # a form asks for 150 of them
def field_info(name: str) -> FieldInfo:
    """Title, description and range of a dotted field; raises `RecipeError` if it is unknown."""
    outer, _, inner = name.partition(".")
    if outer in NESTED_FIELDS and inner:
        fields = NESTED_FIELDS[outer].model_fields
    else:
        fields = {_key(field): info for field, info in Recipe.model_fields.items()}
    try:
        return fields[inner or _key(outer)]
    except KeyError:
        raise unknown_key(RecipeError, "recipe field", name, field_names()) from None


def field_names() -> tuple[str, ...]:
    """Dotted names of all fields, as files, links and commands spell them."""
    names = [_key(name) for name in Recipe.model_fields if name not in NESTED_FIELDS]
    for outer, model in NESTED_FIELDS.items():
        names += [f"{outer}.{inner}" for inner in model.model_fields]
    return tuple(names)


def _key(name: str) -> str:
    """The key of a field in JSON: its alias if it has one."""
    info = Recipe.model_fields.get(name)
    return info.alias if info and info.alias else name


def allowed_values(name: str) -> str:
    """Describe the values a field allows: 'from 1 to 200', 'one of adam, sgd'."""
    info = field_info(name)
    if name == "model":
        return f"one of {', '.join(MODELS)}"
    extra = info.json_schema_extra
    if isinstance(extra, dict) and "allowed" in extra:
        return str(extra["allowed"])
    outer, _, inner = name.partition(".")
    schema = _json_schema(NESTED_FIELDS.get(outer, Recipe))
    field_schema = schema["properties"][inner or _key(outer)]
    choices = field_schema.get("anyOf", [field_schema])
    or_empty = " or empty" if any(choice.get("type") == "null" for choice in choices) else ""
    return _describe_limits(choices[0], info) + or_empty


@cache
def _json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Cached because pydantic takes milliseconds, and the page asks once for each setting."""
    return model.model_json_schema()


def _describe_limits(schema: Mapping[str, Any], info: FieldInfo) -> str:
    if schema.get("type") == "boolean":
        return "true or false"
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    kind = {"integer": "a whole number ", "string": "text "}.get(schema.get("type", ""), "")
    if "exclusiveMinimum" in schema:
        low, high = schema["exclusiveMinimum"], schema["maximum"]
        return f"{kind}above {_format_limit(low)} and at most {_format_limit(high)}"
    if "minimum" in schema:
        return (
            f"{kind}from {_format_limit(schema['minimum'])} to {_format_limit(schema['maximum'])}"
        )
    if "pattern" in schema:
        return "auto, cpu, cuda, cuda:0, cuda:1 and so on"
    return (info.description or "set").rstrip(".").lower()


def _format_limit(limit: float) -> str:
    return f"{limit:,.0f}" if limit == round(limit) else f"{limit:g}"


def _recipe_error(error: ValidationError) -> RecipeError:
    """All problems as sentences; with field, value and what is allowed if it is one field's."""
    message = " ".join(_error_sentences(error))
    problems = error.errors()
    name = _field_name(problems[0]["loc"])
    is_one_field = all(_field_name(problem["loc"]) == name for problem in problems)
    if not is_one_field or name not in field_names():
        return RecipeError(message)
    return RecipeError(
        message, field=name, value=problems[0]["input"], allowed=allowed_values(name)
    )


def _error_sentences(error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors():
        name = _field_name(problem["loc"])
        if problem["type"] == "extra_forbidden":
            unknown = ".".join(map(str, problem["loc"]))
            sentences.append(str(unknown_key(RecipeError, "recipe field", unknown, field_names())))
        elif problem["type"] == "missing":
            sentences.append(f"{name} is missing; every recipe needs one.")
        elif name not in field_names():
            sentences.append(f"{name or 'The recipe'} is {problem['input']!r}; {problem['msg']}.")
        else:
            value = _format_value(problem["input"])
            sentences.append(f"{name} is {value}; it must be {allowed_values(name)}.")
    return list(dict.fromkeys(sentences))


def _field_name(location: Sequence[int | str]) -> str:
    """The dotted field that pydantic's `location` lies in; inside a list, the list's field."""
    dotted = ".".join(_key(str(part)) for part in location[:2])
    outer = dotted.partition(".")[0]
    return outer if outer in field_names() and dotted not in field_names() else dotted


def _format_value(value: Any) -> str:
    return repr(value) if isinstance(value, str) else f"{value}"
