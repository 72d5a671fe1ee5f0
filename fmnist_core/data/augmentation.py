"""What augmentation is asked for; `data/transforms.py` carries it out on tensors."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Augmentation(BaseModel):
    """Random changes to each training image, drawn anew every time it is seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flip: Literal["none", "random", "alternating"] = Field(
        "none",
        title="Horizontal flip",
        description="Mirrors garments left to right: half of them at random, or each one "
        "every other epoch ('alternating', as airbench does).",
    )
    rotation: float = Field(
        0.0,
        ge=0,
        le=180,
        title="Rotation (degrees)",
        description="Turns each image by a random angle up to this, either way.",
        json_schema_extra={"usual": [0.0, 30.0], "step": 1.0},
    )
    shift: int = Field(
        0,
        ge=0,
        le=14,
        title="Shift (pixels)",
        description="Moves each image by up to this many pixels in both directions.",
        json_schema_extra={"usual": [0, 4], "step": 1},
    )
    zoom: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Zoom",
        description="Enlarges or shrinks each image by up to this fraction.",
        json_schema_extra={"usual": [0.0, 0.3], "step": 0.05},
    )
    erasing: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Random erasing",
        description="The chance that a random rectangle of an image is painted over, so that "
        "the model cannot lean on one detail (arXiv:1708.04896).",
        json_schema_extra={"usual": [0.0, 0.5], "step": 0.05},
    )
    drawings: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Shown as drawings",
        description="The chance that an image is replaced by a drawing of its garment, filled or "
        "in outline, so that the model also knows what people draw by hand.",
        json_schema_extra={"usual": [0.0, 0.3], "step": 0.05},
    )

    @property
    def is_identity(self) -> bool:
        """Whether it leaves every image as it is."""
        return self == Augmentation()
