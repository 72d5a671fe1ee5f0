"""Phases of a training run: the trainable layers, epochs, learning rate and schedule of each."""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_serializer,
    model_validator,
)

from fmnist_core.models.head import split_comma_list

Schedule = Literal["cosine", "one-cycle", "exponential", "constant"]
TRAINABLE_PATTERN = r"^(everything|head|last [1-9]\d{0,3})$"
PHASE_FORMAT = (
    "with trainable layers, epochs, learning rate and schedule, such as 'head 5 0.001 cosine'"
)


class Phase(BaseModel):
    """One phase; written as text: `head 5 0.001 cosine`, `last 10 3 0.0001 constant`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trainable: str = Field(pattern=TRAINABLE_PATTERN)
    """`everything`, `head`, or `last N`: the head and the last N layers of the backbone that have
    weights, normalization layers included.
    """
    epochs: int = Field(ge=1, le=200)
    learning_rate: float = Field(gt=0, le=10, allow_inf_nan=False)
    schedule: Schedule

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        match = re.fullmatch(r"\s*(everything|head|last\s+\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s*", value)
        if match is None:
            raise ValueError(f"a phase must be text {PHASE_FORMAT}")
        names = ("trainable", "epochs", "learning_rate", "schedule")
        return dict(zip(names, match.groups(), strict=True))

    @model_serializer
    def _serialize(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{self.trainable} {self.epochs} {self.learning_rate!r} {self.schedule}"

    @property
    def title(self) -> str:
        """Which layers it trains, as text."""
        return trainable_text(self.trainable)

    @property
    def num_backbone_layers(self) -> int | None:
        """How many layers of the backbone it trains, from the end; `None` for all of them."""
        if self.trainable == "everything":
            return None
        return 0 if self.trainable == "head" else int(self.trainable.split()[1])

    @field_validator("trainable", mode="before")
    @classmethod
    def _normalize_spaces(cls, value: Any) -> Any:
        return " ".join(value.split()) if isinstance(value, str) else value


def trainable_text(trainable: str) -> str:
    """Describe a value of `trainable`: `head` as 'the head alone'."""
    if trainable == "head":
        return "the head alone"
    if trainable == "everything":
        return "everything"
    return f"the head and the {last_layers_text(trainable)}"


def last_layers_text(trainable: str) -> str:
    """Describe `last 10` as 'last 10 layers', and `last 1` as 'last layer'."""
    return "last layer" if trainable == "last 1" else f"{trainable} layers"


Phases = Annotated[tuple[Phase, ...], BeforeValidator(split_comma_list)]
