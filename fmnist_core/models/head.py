"""Settings of a classification head: a linear layer, with optional hidden layers before it."""

import itertools
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from fmnist_core.fashion_mnist import NUM_CLASSES

MAX_LAYERS = 4


def split_comma_list(value: Any) -> Any:
    """Turn `256, 128` into ("256", "128") and nothing into (); return other values unchanged."""
    if value is None:
        return ()
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


class Head(BaseModel):
    """Widths and activation of the layers between a backbone's features and ten logits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    widths: Annotated[
        tuple[Annotated[int, Field(ge=2, le=4096)], ...], BeforeValidator(split_comma_list)
    ] = Field(
        (),
        max_length=MAX_LAYERS,
        title="Extra hidden layers",
        description="Widths of hidden layers between the model's own layers and the ten outputs, "
        "such as 256, 128; empty means none.",
        json_schema_extra={
            "suggested": ["", "128", "256, 128"],
            "allowed": f"up to {MAX_LAYERS} comma-separated whole numbers from 2 to 4096",
        },
    )
    activation: Literal["relu", "silu", "gelu"] = Field(
        "relu",
        title="Activation",
        description="Applied after each hidden layer; without it, several linear layers would "
        "act as one.",
    )

    def layer_sizes(self, num_features: int) -> Sequence[tuple[int, int]]:
        """Input and output size of each linear layer."""
        widths = (num_features, *self.widths, NUM_CLASSES)
        return list(itertools.pairwise(widths))
