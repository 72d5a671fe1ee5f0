"""A recipe: everything that decides how one model is trained, validated and serialisable."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import RecipeError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.head import Head
from fmnist_core.models.registry import MODELS, ModelSpec, get_model_spec
from fmnist_core.training.phases import PHASE_FORMAT, TRAINABLE_PATTERN, Phase, Phases, Schedule

MAX_INPUT_SIZE = 224
GROUPS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"augmentation": Augmentation, "head": Head}
)
"""Fields that hold fields of their own, reached by a dotted name."""


def _number(value: Any) -> Any:
    """What a link or a command line brings as text."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


class Recipe(BaseModel):
    """Frozen; a changed one is made with `changed`, which validates again.

    `title` and `description` of a field are what the page shows beside its knob; `usual` is the
    range that the knob offers, inside the wider range that is allowed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(title="Model", description="The network that learns.")
    data: DatasetKey = Field(
        "fashion-mnist",
        title="Data",
        description="The real data set, or garments drawn by this program.",
    )
    train_images: int | None = Field(
        None,
        ge=100,
        le=60_000,
        title="Training images",
        description="How many images it learns from; empty means all of them.",
        json_schema_extra={"usual": [100, 55_000], "step": 100},
    )
    weights: str = Field(
        "scratch",
        pattern=r"^(scratch|imagenet|run:[\w.-]+)$",
        title="Starts from",
        description="Random numbers (scratch), weights learned on the photographs of ImageNet, or "
        "those of another run of the same model (run:ID).",
        json_schema_extra={
            "suggested": ["scratch", "imagenet"],
            "allowed": "scratch, imagenet, or run: and the id of a run",
        },
    )
    keep_head: bool = Field(
        True,
        title="Keep the run's head",
        description="Where it starts from another run: take its head along too, if it has the "
        "same layers.",
    )
    input_size: int | None = Field(
        None,
        ge=IMAGE_SIZE,
        le=MAX_INPUT_SIZE,
        title="Input size (pixels)",
        description="Pictures are enlarged to this before the model sees them: finer maps, and "
        "four times the work for twice the size; empty means the model's own.",
        json_schema_extra={"usual": [IMAGE_SIZE, MAX_INPUT_SIZE], "step": 1},
    )
    channels: Annotated[Literal[1, 3], BeforeValidator(_number)] = Field(
        1,
        title="Channels",
        description="One grey channel, or the same grey three times for a model that was made "
        "for colours.",
    )
    statistics: Literal["fashion-mnist", "imagenet"] = Field(
        "fashion-mnist",
        title="Normalised by",
        description="Whose mean and deviation pixels are measured by: this data set's, or those "
        "that the ImageNet weights were trained with.",
    )
    head: Head = Field(
        Head(),
        title="Head",
        description="The layers on top of the backbone.",
    )
    earlier_phases: Phases = Field(
        (),
        max_length=5,
        title="Phases before",
        description="Phases that come before the last one, which the knobs from here on describe: "
        "what learns, epochs, learning rate, schedule, with commas between phases; empty means "
        "none.",
        json_schema_extra={
            "suggested": [
                "",
                "head 3 0.001 cosine",
                "head 3 0.001 cosine, last 10 3 0.0001 cosine",
            ],
            "allowed": f"up to 5 phases with commas between, each {PHASE_FORMAT}",
        },
    )
    trainable: str = Field(
        "everything",
        pattern=TRAINABLE_PATTERN,
        title="What learns",
        description="Everything, the head alone, or the head and the last N layers of the "
        "backbone that have weights; all else is frozen, its normalisation too.",
        json_schema_extra={
            "suggested": ["everything", "head", "last 10"],
            "allowed": "everything, head, or last and a number of layers, such as 'last 10'",
        },
    )
    fixed_views: int | None = Field(
        None,
        ge=1,
        le=20,
        title="Fixed views",
        description="While the backbone is frozen, change each training image at random this many "
        "times once instead of anew in every epoch, so that its features are computed once; empty "
        "means anew.",
        json_schema_extra={"usual": [1, 8], "step": 1},
    )
    epochs: int = Field(
        5,
        ge=1,
        le=200,
        title="Epochs",
        description="How often every training image is seen; more takes longer and helps less "
        "and less.",
        json_schema_extra={"usual": [1, 40], "step": 1},
    )
    batch_size: int = Field(
        512,
        ge=8,
        le=8192,
        title="Batch size",
        description="Images per step: large batches are quicker per image, small ones take more "
        "steps.",
        json_schema_extra={"usual": [16, 2048], "step": 16},
    )
    optimiser: Literal["adamw", "adam", "sgd", "muon"] = Field(
        "adamw",
        title="Optimiser",
        description="The rule that turns gradients into steps. SGD has momentum 0.9; Muon makes "
        "each step of a weight matrix equally strong in all directions.",
    )
    learning_rate: float = Field(
        1e-3,
        gt=0,
        le=10,
        title="Learning rate",
        description="How large a step is: too small learns slowly, too large explodes. The usual "
        "size depends on the optimiser: about 0.001 for Adam, 0.1 for SGD, 0.05 for Muon (0.002 "
        "in a model without batch normalisation).",
        json_schema_extra={"usual": [1e-5, 1.0], "log": True},
    )
    weight_decay: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Weight decay",
        description="Pulls weights towards zero, against learning by heart.",
        json_schema_extra={"usual": [0.0, 0.1], "step": 0.0001},
    )
    label_smoothing: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Label smoothing",
        description="Asks for a little less than certainty, so that the model is less sure when "
        "it is wrong.",
        json_schema_extra={"usual": [0.0, 0.3], "step": 0.05},
    )
    schedule: Schedule = Field(
        "cosine",
        title="Schedule",
        description="How the learning rate moves while it trains: most fall towards zero, so "
        "that it ends with small, careful steps.",
    )
    dropout: float | None = Field(
        None,
        ge=0,
        le=0.9,
        title="Dropout",
        description="The share of a layer that is switched off at random in training; empty "
        "means the model's own.",
        json_schema_extra={"usual": [0.0, 0.6], "step": 0.05},
    )
    augmentation: Augmentation = Field(
        Augmentation(),
        title="Augmentation",
        description="Random changes to the training images.",
    )
    patience: int | None = Field(
        None,
        ge=1,
        le=200,
        title="Early stopping (epochs)",
        description="Stop when validation has not improved for this many epochs; empty means "
        "never.",
        json_schema_extra={"usual": [1, 20], "step": 1},
    )
    keep_epochs: Literal["auto", "always", "never"] = Field(
        "auto",
        title="Keep each epoch",
        description="Keeps the weights after each epoch in the run's folder, so that Explain can "
        "show how a heatmap came about while it trained; automatic does so for models under 2 "
        "million parameters.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        title="Precision",
        description="Numbers of 32 or 16 bits; automatic takes what a one-second measurement "
        "finds quicker on this machine.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="The start of all randomness: the same seed gives the same curves.",
        json_schema_extra={"usual": [0, 99], "step": 1},
    )
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        title="Device",
        description="Where it trains: a GPU where there is one.",
    )

    @field_validator("model")
    @classmethod
    def _is_known(cls, key: str) -> str:
        return get_model_spec(key).key

    @model_validator(mode="after")
    def _fits_its_model(self) -> Self:
        if problem := self.spec.size_problem(self.input_spec.size):
            raise RecipeError(problem)
        if self.weights == "imagenet" and self.spec.pretrained is None:
            raise RecipeError(
                f"weights is 'imagenet'; there are no ImageNet weights for {self.model}. "
                "Choose scratch, or another model."
            )
        return self

    @property
    def spec(self) -> ModelSpec:
        """What the registry says of its model."""
        return get_model_spec(self.model)

    @property
    def input_spec(self) -> InputSpec:
        """What its model wants to see."""
        pretrained = self.spec.pretrained
        size = self.input_size or self.spec.input_size
        if self.statistics == "imagenet" and pretrained:
            return InputSpec(
                size=size, channels=self.channels, mean=pretrained.mean, std=pretrained.std
            )
        return InputSpec(size=size, channels=self.channels)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """All of them in order; the last is what the recipe's own fields say."""
        last = Phase(
            trainable=self.trainable,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            schedule=self.schedule,
        )
        return (*self.earlier_phases, last)

    @property
    def total_epochs(self) -> int:
        """Of all phases."""
        return sum(phase.epochs for phase in self.phases)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """A recipe from `values`; raises `RecipeError` with field, value and what is allowed."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise RecipeError(" ".join(_sentences(error))) from None

    def changed(self, **changes: Any) -> Self:
        """This recipe with `changes`; a dotted key reaches inside augmentation.

        Raises `RecipeError`.
        """
        values = self.model_dump()
        for name, value in changes.items():
            place, _, inner = name.partition(".")
            if inner and isinstance(values.get(place), dict):
                values[place][inner] = value
            else:
                values[name] = value
        return self.parse(values)

    def learned(self) -> Self:
        """This recipe in what decides the weights: not in what a run keeps besides."""
        return self.model_copy(update={"keep_epochs": "auto"})

    def differences(self, other: "Recipe") -> dict[str, tuple[Any, Any]]:
        """Fields, dotted, in which the two differ, with both values."""
        mine, theirs = flatten(self), flatten(other)
        return {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]}


def flatten(recipe: Recipe) -> dict[str, Any]:
    """All values under dotted names: `epochs`, `augmentation.flip`; lists as text with commas."""
    values: dict[str, Any] = {}
    for name, value in recipe.model_dump().items():
        inner = value.items() if name in GROUPS else ()
        values |= {f"{name}.{key}": each for key, each in inner} if inner else {name: value}
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for name, value in values.items()
    }


def field_info(name: str) -> FieldInfo:
    """Title, description and range of a dotted field; raises `RecipeError` if there is none."""
    place, _, inner = name.partition(".")
    fields = GROUPS[place].model_fields if place in GROUPS and inner else Recipe.model_fields
    try:
        return fields[inner or place]
    except KeyError:
        known = ", ".join(field_names())
        raise RecipeError(f"No recipe field '{name}'. Known: {known}.") from None


def field_names() -> tuple[str, ...]:
    """Dotted names of everything that a recipe can say."""
    outer = tuple(name for name in Recipe.model_fields if name not in GROUPS)
    return outer + tuple(
        f"{group}.{name}" for group, model in GROUPS.items() for name in model.model_fields
    )


def allowed_values(name: str) -> str:
    """What a field may be, in words: 'from 1 to 200', 'one of adam, sgd'."""
    info = field_info(name)
    if name == "model":
        return f"one of {', '.join(MODELS)}"
    extra = info.json_schema_extra
    if isinstance(extra, dict) and "allowed" in extra:
        return str(extra["allowed"])
    schema = _schema(GROUPS.get(name.partition(".")[0], Recipe))
    prop = schema["properties"][name.rpartition(".")[2]]
    choices = prop.get("anyOf", [prop])
    empty_too = " or empty" if any(choice.get("type") == "null" for choice in choices) else ""
    return _allowed_by(choices[0], info) + empty_too


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """Pydantic takes milliseconds to write it anew, for each of thirty knobs."""
    return model.model_json_schema()


def _allowed_by(schema: Mapping[str, Any], info: FieldInfo) -> str:
    if schema.get("type") == "boolean":
        return "true or false"
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    kind = {"integer": "a whole number ", "string": "text "}.get(schema.get("type", ""), "")
    if "exclusiveMinimum" in schema:
        return f"{kind}above {schema['exclusiveMinimum']:g} and at most {schema['maximum']:g}"
    if "minimum" in schema:
        return f"{kind}from {schema['minimum']:g} to {schema['maximum']:g}"
    if "pattern" in schema:
        return "auto, cpu, cuda or cuda:0 and so on"
    return (info.description or "set").rstrip(".").lower()


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors():
        name = _field_name(problem["loc"])
        if problem["type"] == "extra_forbidden":
            known = ", ".join(field_names())
            sentences.append(f"No recipe field '{name}'. Known: {known}.")
        elif problem["type"] == "missing":
            sentences.append(f"{name} is missing; every recipe names one.")
        elif name not in field_names():
            sentences.append(f"{name or 'The recipe'} is {problem['input']!r}; {problem['msg']}.")
        else:
            sentences.append(f"{name} is {_shown(problem['input'])}; it must be {allowed_values(name)}.")
    return list(dict.fromkeys(sentences))


def _field_name(place: Sequence[int | str]) -> str:
    """The dotted field that a problem lies in; inside a list, the list's."""
    dotted = ".".join(map(str, place[:2]))
    outer = str(place[0]) if place else ""
    return outer if outer in field_names() and dotted not in field_names() else dotted


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str) else f"{value}"
