"""The dimensions of a search: fields of a recipe, each with a range or a list of values."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from fmnist_core.errors import RecipeError, unknown_key
from fmnist_core.training.recipe import Recipe, field_info, flatten

if TYPE_CHECKING:
    from optuna import Trial

Value = int | float | str
MAX_DIMENSIONS = 8
"""With more, a search of minutes tries next to nothing of each."""
SIGNIFICANT_DIGITS = 3
"""To which trials round numbers: more would make no difference, only recipes hard to read."""


class Range(BaseModel):
    """All numbers from `low` to `high`; on a logarithmic scale, each factor is as likely."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["range"] = "range"
    field: str
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    log: bool = False
    whole: bool = False
    """Whether only whole numbers count."""

    @property
    def ends(self) -> tuple[Value, ...]:
        """The smallest and the largest value, to be checked against what the recipe allows."""
        return (int(self.low), int(self.high)) if self.whole else (self.low, self.high)

    def check(self) -> None:
        """Raise `RecipeError` if nothing lies between the ends."""
        if self.low >= self.high:
            raise RecipeError(
                f"{self.field} goes from {self.low:g} to {self.high:g}; the first number must be "
                "the smaller one.",
                field=self.field,
            )
        if self.log and self.low <= 0:
            raise RecipeError(
                f"{self.field} begins at {self.low:g}; on a logarithmic scale it must be above 0.",
                field=self.field,
            )

    def suggest(self, trial: "Trial") -> Value:
        """Ask the sampler for the value of a trial."""
        if self.whole:
            return trial.suggest_int(self.field, int(self.low), int(self.high), log=self.log)
        return self.round(trial.suggest_float(self.field, self.low, self.high, log=self.log))

    def round(self, value: Value) -> Value:
        """What a recipe holds of a value that the sampler has drawn."""
        return value if self.whole else float(f"{float(value):.{SIGNIFICANT_DIGITS}g}")

    def contains(self, value: Any) -> bool:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and self.low <= value <= self.high


class Options(BaseModel):
    """A few values to choose from, in no order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["options"] = "options"
    field: str
    values: tuple[Value, ...]

    @property
    def ends(self) -> tuple[Value, ...]:
        """All values, to be checked against what the recipe allows."""
        return self.values

    def check(self) -> None:
        """Raise `RecipeError` if there is nothing to choose."""
        if len(set(self.values)) < 2:
            raise RecipeError(
                f"{self.field} needs at least two values to choose from.", field=self.field
            )

    def suggest(self, trial: "Trial") -> Value:
        """Ask the sampler for the value of a trial."""
        chosen = trial.suggest_categorical(self.field, list(self.values))
        assert isinstance(chosen, Value)
        return chosen

    def round(self, value: Value) -> Value:
        return value

    def contains(self, value: Any) -> bool:
        return value in self.values


Dimension = Annotated[Range | Options, Field(discriminator="kind")]


def _around(recipe: Recipe, factor: float) -> tuple[float, float]:
    middle = recipe.learning_rate
    low, high = middle / factor, min(middle * factor, 10.0)
    return float(f"{low:.1g}"), float(f"{high:.1g}")


def _learning_rate(recipe: Recipe) -> Range:
    low, high = _around(recipe, factor=10)
    return Range(field="learning_rate", low=low, high=high, log=True)


SEARCHABLE: Mapping[str, Callable[[Recipe], Range | Options] | None] = MappingProxyType(
    {
        "learning_rate": _learning_rate,
        "batch_size": lambda _: Range(field="batch_size", low=64, high=1024, log=True, whole=True),
        "epochs": None,
        "head.widths": lambda _: Options(
            field="head.widths", values=("64", "128", "256", "512", "512, 256")
        ),
        "optimiser": None,
        "schedule": None,
        "dropout": None,
        "weight_decay": lambda _: Range(field="weight_decay", low=1e-4, high=0.1, log=True),
        "label_smoothing": None,
        "augmentation.flip": None,
        "augmentation.shift": None,
        "augmentation.rotation": None,
        "augmentation.zoom": None,
        "augmentation.erasing": None,
        "augmentation.drawings": None,
        "augmentation.photo": None,
    }
)
"""The fields that can be searched, and how their usual dimension is made; `None`: from the field's
own usual range or values.
"""


def usual_dimension(field: str, recipe: Recipe) -> Range | Options:
    """The dimension to start from for a field of this recipe; raises `RecipeError`."""
    if field not in SEARCHABLE:
        raise unknown_key(RecipeError, "field to search", field, SEARCHABLE)
    if make := SEARCHABLE[field]:
        return make(recipe)
    info = field_info(field)
    values = get_args(info.annotation)
    if values and all(isinstance(value, str) for value in values):
        return Options(field=field, values=values)
    extra = info.json_schema_extra
    assert isinstance(extra, dict)
    assert isinstance(extra["usual"], list)
    low, high = extra["usual"]
    is_whole = info.annotation is int or int in values
    return Range(field=field, low=low, high=high, log=bool(extra.get("log")), whole=is_whole)


def parse_dimension(text: str, recipe: Recipe) -> Range | Options:
    """Parse `dropout`, `learning_rate=0.001:0.1` or `optimiser=adamw,sgd`.

    Without values, the usual ones. Raises `RecipeError`.
    """
    field, equals, values = text.partition("=")
    dimension = usual_dimension(field, recipe)
    if not equals:
        return dimension
    if isinstance(dimension, Options):
        separator = ";" if ";" in values else ","
        parts = [part.strip() for part in values.split(separator)]
        return dimension.model_copy(update={"values": tuple(dict.fromkeys(parts))})
    low, _, high = values.partition(":")
    try:
        numbers = float(low), float(high)
    except ValueError:
        raise RecipeError(
            f"{text} is not a range; write {field}=LOW:HIGH, such as "
            f"{field}={dimension.low:g}:{dimension.high:g}.",
            field=field,
        ) from None
    return dimension.model_copy(update={"low": numbers[0], "high": numbers[1]})


def check_dimensions(dimensions: Sequence[Range | Options], recipe: Recipe) -> None:
    """Raise `RecipeError` if a value is not allowed, or there are too many dimensions or none."""
    if not dimensions:
        raise RecipeError("Choose at least one setting to search.")
    if len(dimensions) > MAX_DIMENSIONS:
        raise RecipeError(
            f"{len(dimensions)} settings are chosen; a search takes at most {MAX_DIMENSIONS}."
        )
    fields = [dimension.field for dimension in dimensions]
    if len(set(fields)) < len(fields):
        raise RecipeError("A setting is chosen twice; choose each once.")
    for dimension in dimensions:
        usual_dimension(dimension.field, recipe)
        dimension.check()
        for value in dimension.ends:
            recipe.changed(**{dimension.field: value})


def start_values(dimensions: Sequence[Range | Options], recipe: Recipe) -> dict[str, Value]:
    """The recipe's own values where they lie within the dimensions: the first trial."""
    values = flatten(recipe)
    return {
        dimension.field: values[dimension.field]
        for dimension in dimensions
        if dimension.contains(values[dimension.field])
    }
