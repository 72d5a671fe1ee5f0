"""Phases of a training: what learns in each, how long, and how fast."""

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
PHASE_FORMAT = "what learns, epochs, learning rate, schedule, such as 'head 5 0.001 cosine'"


class Phase(BaseModel):
    """One phase; written as text: `head 5 0.001 cosine`, `last 10 3 0.0001 constant`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trainable: str = Field(pattern=TRAINABLE_PATTERN)
    """`everything`, `head`, or `last N`: the head and the last N layers of the backbone that have
    weights, normalisation among them.
    """
    epochs: int = Field(ge=1, le=200)
    learning_rate: float = Field(gt=0, le=10, allow_inf_nan=False)
    schedule: Schedule

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"\s*(everything|head|last\s+\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s*", value)
        if found is None:
            raise ValueError(f"a phase says {PHASE_FORMAT}")
        trainable, epochs, rate, schedule = found.groups()
        return {
            "trainable": " ".join(trainable.split()),
            "epochs": epochs,
            "learning_rate": rate,
            "schedule": schedule,
        }

    @model_serializer
    def _text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{self.trainable} {self.epochs} {self.learning_rate!r} {self.schedule}"

    @property
    def title(self) -> str:
        """What learns, in words."""
        return trainable_text(self.trainable)

    @property
    def num_last(self) -> int | None:
        """N of `last N`; 0 for the head alone, `None` for everything."""
        if self.trainable == "everything":
            return None
        return 0 if self.trainable == "head" else int(self.trainable.split()[1])

    @field_validator("trainable", mode="before")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        return " ".join(value.split()) if isinstance(value, str) else value


def trainable_text(trainable: str) -> str:
    """`head` as 'the head alone', and so on."""
    if trainable == "head":
        return "the head alone"
    if trainable == "everything":
        return "everything"
    return f"the head and the {last_layers_text(trainable)}"


def last_layers_text(trainable: str) -> str:
    """`last 10` as 'last 10 layers', `last 1` as 'last layer'."""
    return "last layer" if trainable == "last 1" else f"{trainable} layers"


Phases = Annotated[tuple[Phase, ...], BeforeValidator(split_comma_list)]
