"""The fields of a recipe: their types, limits and defaults, and the texts that the page shows."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.corruption import Corruption
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.head import Head
from fmnist_core.training.distillation import Distillation
from fmnist_core.training.phases import PHASE_FORMAT, TRAINABLE_PATTERN, Phases, Schedule

MAX_INPUT_SIZE = 224


def _parse_digits(value: Any) -> Any:
    """Turn text from a link or a command line into a number."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


class RecipeFields(BaseModel):
    """Everything that decides how one model is trained.

    `title` and `description` of a field are what the page shows beside its widget; `usual` is the
    range that a slider offers, inside the wider range that is allowed.
    """

    # `optimizer` has the key `optimiser` in files, links and commands.
    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True
    )

    model: str = Field(title="Model", description="The network to train.")
    data: DatasetKey = Field(
        "fashion-mnist",
        title="Data",
        description="The real data set, or synthetic garments drawn by this program.",
    )
    train_images: int | None = Field(
        None,
        ge=100,
        le=60_000,
        title="Training images",
        description="How many images to train on; empty means all.",
        json_schema_extra={"usual": [100, 55_000], "step": 100},
    )
    weights: str = Field(
        "scratch",
        pattern=r"^(scratch|imagenet|run:[\w.-]+)$",
        title="Initial weights",
        description="Random weights (scratch), weights trained on the photos of ImageNet, or those "
        "of another run of the same model (run:ID).",
        json_schema_extra={
            "suggested": ["scratch", "imagenet"],
            "allowed": "scratch, imagenet, or run: and the id of a run",
        },
    )
    keep_head: bool = Field(
        True,
        title="Keep the run's output layers",
        description="When starting from another run, keep its output layers too, if they have the "
        "same sizes.",
    )
    input_size: int | None = Field(
        None,
        ge=IMAGE_SIZE,
        le=MAX_INPUT_SIZE,
        title="Input size (pixels)",
        description="Images are enlarged to this size before the model sees them. Twice the size "
        "gives finer heatmaps and takes four times the work; empty means the model's default.",
        json_schema_extra={"usual": [IMAGE_SIZE, MAX_INPUT_SIZE], "step": 1},
    )
    channels: Annotated[Literal[1, 3], BeforeValidator(_parse_digits)] = Field(
        1,
        title="Channels",
        description="One gray channel, or the same gray three times for a model designed for "
        "color images.",
    )
    statistics: Literal["fashion-mnist", "imagenet"] = Field(
        "fashion-mnist",
        title="Normalization",
        description="Mean and standard deviation that normalize the pixels: those of this data "
        "set, or those that the ImageNet weights were trained with.",
    )
    head: Head = Field(
        Head(),
        title="Output layers",
        description="The layers on top of the backbone.",
    )
    earlier_phases: Phases = Field(
        (),
        max_length=5,
        title="Earlier phases",
        description="Phases before the last one, which the other settings describe: trainable "
        "layers, epochs, learning rate and schedule, with commas between phases; empty means none.",
        json_schema_extra={
            "suggested": [
                "",
                "head 3 0.001 cosine",
                "head 3 0.001 cosine, last 10 3 0.0001 cosine",
            ],
            "allowed": f"up to 5 comma-separated phases, each {PHASE_FORMAT}",
        },
    )
    trainable: str = Field(
        "everything",
        pattern=TRAINABLE_PATTERN,
        title="Trainable layers",
        description="Everything, only the head, or the head and the last N layers of the backbone "
        "that have weights. All other layers are frozen, including their normalization statistics.",
        json_schema_extra={
            "suggested": ["everything", "head", "last 10"],
            "allowed": "everything, head, or last and a number of layers, such as 'last 10'",
        },
    )
    fixed_views: int | None = Field(
        None,
        ge=1,
        le=20,
        title="Cached augmentations per image",
        description="While the backbone is frozen, augment each training image this many times "
        "once instead of in every epoch, so that its features are computed only once; empty means "
        "new each epoch.",
        json_schema_extra={"usual": [1, 8], "step": 1},
    )
    epochs: int = Field(
        5,
        ge=1,
        le=200,
        title="Epochs",
        description="How many times the model sees every training image. More takes longer, and "
        "each one helps less.",
        json_schema_extra={"usual": [1, 40], "step": 1},
    )
    batch_size: int = Field(
        512,
        ge=8,
        le=8192,
        title="Batch size",
        description="Images per step. Large batches process more images per second; small ones "
        "take more steps.",
        json_schema_extra={"usual": [16, 2048], "step": 16},
    )
    optimizer: Literal["adamw", "adam", "sgd", "muon"] = Field(
        "adamw",
        alias="optimiser",
        title="Optimizer",
        description="The rule that turns gradients into weight updates. SGD has momentum 0.9; Muon "
        "makes each update of a weight matrix equally strong in all directions.",
    )
    learning_rate: float = Field(
        1e-3,
        gt=0,
        le=10,
        title="Learning rate",
        description="The size of a step. Too small: learns slowly; too large: training becomes "
        "unstable. Typical values depend on the optimizer: about 0.001 for Adam, 0.1 for SGD, 0.05 "
        "for Muon (0.002 in a model without batch normalization).",
        json_schema_extra={"usual": [1e-5, 1.0], "log": True},
    )
    weight_decay: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Weight decay",
        description="Keeps weights small, which reduces overfitting.",
        json_schema_extra={"usual": [0.0, 0.1], "step": 0.0001},
    )
    label_smoothing: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Label smoothing",
        description="Trains toward slightly less than 100% confidence, so that the model is less "
        "confident when it is wrong.",
        json_schema_extra={"usual": [0.0, 0.3], "step": 0.05},
    )
    schedule: Schedule = Field(
        "cosine",
        title="Schedule",
        description="How the learning rate changes during training. Most schedules lower it toward "
        "zero, so that training ends with small, careful steps.",
    )
    dropout: float | None = Field(
        None,
        ge=0,
        le=0.9,
        title="Dropout",
        description="The fraction of a layer's outputs set to zero at random during training; "
        "empty means the model's default.",
        json_schema_extra={"usual": [0.0, 0.6], "step": 0.05},
    )
    augmentation: Augmentation = Field(
        Augmentation(),
        title="Augmentation",
        description="Random changes to the training images.",
    )
    corruption: Corruption = Field(
        Corruption(),
        title="Corruption",
        description="What is made wrong with the training data, to see what a model makes of it.",
    )
    distillation: Distillation = Field(
        Distillation(),
        title="Distillation",
        description="Learning from another run's probabilities, besides the labels.",
    )
    patience: int | None = Field(
        None,
        ge=1,
        le=200,
        title="Early stopping (epochs)",
        description="Stop when validation accuracy has not improved for this many epochs; empty "
        "means never.",
        json_schema_extra={"usual": [1, 20], "step": 1},
    )
    keep_epochs: Literal["auto", "always", "never"] = Field(
        "auto",
        title="Save weights after every epoch",
        description="Saves the weights after each epoch in the run's folder, so that Explain can "
        "show how a heatmap developed during training; auto does so for models with fewer than 2 "
        "million parameters.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        title="Precision",
        description="32-bit or 16-bit floating-point numbers; auto chooses the one that a "
        "one-second measurement finds faster on this machine.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="The seed of all random numbers: the same seed gives the same curves.",
        json_schema_extra={"usual": [0, 99], "step": 1},
    )
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        title="Device",
        description="Where to train; auto chooses a GPU if available.",
    )
    workers: int = Field(
        1,
        ge=1,
        le=32,
        title="Workers",
        description="How many processes train this one model together, each on its share of every "
        "batch: on several GPUs, or on several computers of a cluster. The batch and the number of "
        "steps stay the same, and so does the result, but for rounding, dropout and batch "
        "normalization.",
        json_schema_extra={"usual": [1, 8], "step": 1},
    )
