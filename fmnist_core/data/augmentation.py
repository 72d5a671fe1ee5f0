"""Augmentation settings; `transforms.augment` applies them to tensors."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Augmentation(BaseModel):
    """Random changes to each training image, sampled anew every time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flip: Literal["none", "random", "alternating"] = Field(
        "none",
        title="Horizontal flip",
        description="Mirrors images left to right: half of them at random, or each one every other "
        "epoch ('alternating', as in airbench).",
    )
    rotation: float = Field(
        0.0,
        ge=0,
        le=180,
        title="Rotation (degrees)",
        description="Rotates each image by a random angle up to this, in either direction.",
        json_schema_extra={"usual": [0.0, 30.0], "step": 1.0},
    )
    shift: int = Field(
        0,
        ge=0,
        le=14,
        title="Shift (pixels)",
        description="Moves each image by up to this many pixels, horizontally and vertically.",
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
        description="Probability that a random rectangle of an image is replaced by noise, so that "
        "the model cannot rely on a single detail (arXiv:1708.04896).",
        json_schema_extra={"usual": [0.0, 0.5], "step": 0.05},
    )
    drawings: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Sketch augmentation",
        description="Probability that an image is replaced by a sketch of its garment, filled or "
        "in outline, so that the model also recognizes what people draw by hand.",
        json_schema_extra={"usual": [0.0, 0.3], "step": 0.05},
    )

    photo: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Photo augmentation",
        description="Probability that an image is made to look like a photograph that somebody "
        "took: askew, creased, printed, in other light, and not cut out cleanly.",
        json_schema_extra={"usual": [0.0, 0.5], "step": 0.05},
    )

    @property
    def is_identity(self) -> bool:
        """Whether it leaves every image unchanged."""
        return self == Augmentation()
