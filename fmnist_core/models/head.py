"""What stands on top of a backbone: a linear layer, or dense layers before it."""

import itertools
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from fmnist_core.fashion_mnist import NUM_CLASSES

MAX_LAYERS = 4


def split_comma_list(value: Any) -> Any:
    """`256, 128` as ("256", "128"); nothing as (); what is no text stays as it is."""
    if value is None:
        return ()
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


class Head(BaseModel):
    """From a backbone's features to ten logits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    widths: Annotated[
        tuple[Annotated[int, Field(ge=2, le=4096)], ...], BeforeValidator(split_comma_list)
    ] = Field(
        (),
        max_length=MAX_LAYERS,
        title="Dense layers",
        description="Widths of the layers between the backbone and the ten outputs, such as "
        "256, 128; empty means none: one linear layer.",
        json_schema_extra={
            "suggested": ["", "128", "256, 128"],
            "allowed": f"up to {MAX_LAYERS} whole numbers from 2 to 4096 with commas between",
        },
    )
    activation: Literal["relu", "silu", "gelu"] = Field(
        "relu",
        title="Activation",
        description="What follows each of those dense layers; without it several would be no "
        "more than one.",
    )

    def sizes(self, num_features: int) -> Sequence[tuple[int, int]]:
        """Inputs and outputs of each linear layer."""
        widths = (num_features, *self.widths, NUM_CLASSES)
        return list(itertools.pairwise(widths))
