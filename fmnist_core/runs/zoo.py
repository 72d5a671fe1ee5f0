"""The zoo: the example runs in `checkpoints/`, at least one per model, and one with its epochs.

Free of torch: this module lists the zoo, and `runs/zoo_build.py` builds and verifies it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fmnist_core import paths
from fmnist_core.errors import RunError, unknown_key
from fmnist_core.runs.run import Run
from fmnist_core.training.presets import get_preset
from fmnist_core.training.recipe import Recipe

ZOO: Mapping[str, str] = MappingProxyType(
    {
        "mlp": "mlp-best",
        "cnn": "cnn-patient",
        "cnn-deep": "cnn-deep",
        "cnn-lite": "cnn-lite",
        "mobilenetv3-small": "mobilenetv3-small",
        "efficientnet-b0": "efficientnet-b0",
        "vit-tiny": "vit-tiny",
        "mobilevit-xxs": "mobilevit-xxs",
        "resnet50": "resnet50",
        "resnet50v2": "resnet50v2",
        "convnext-tiny": "convnext-tiny",
        "efficientnet-lite0": "efficientnet-lite0",
        "efficientnet-lite0-scratch": "efficientnet-lite0-scratch",
        "cnn-photographs": "cnn-photographs",
    }
)
"""Preset that each checkpoint was trained with, by its folder: the model, and what else is special.
"""
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "efficientnet-lite0-scratch": "EfficientNet-Lite0, from scratch",
        "cnn-photographs": "CNN for photos",
    }
)
"""Names of checkpoints that are not simply named after their model."""
PREDICTING = ("cnn-photographs", "mlp")
"""Checkpoints that Home and Predict open with: the one that is right most often on drawings and
photos, and a much simpler one. Both are quick on a CPU.
"""
EPOCHS_RUN, EPOCHS_NAME = "cnn-lite-epochs", "CNN-lite epoch by epoch"
"""Folder and name of a small run that ships the weights after every epoch, for Explain's view
*Through training*. It learns from few images, so that its first epochs differ visibly.
"""
EPOCHS_PRESET = "cnn-lite"
EPOCHS_CHANGES: Mapping[str, object] = MappingProxyType(
    {"epochs": 8, "train_images": 10_000, "keep_epochs": "always"}
)
CHECKPOINTS = (*ZOO, EPOCHS_RUN)
"""Folders in `checkpoints/`."""
MAX_BYTES = 60 * 10**6
"""Size of one checkpoint's weights."""
MAX_TOTAL_BYTES = 200 * 10**6
"""Size of all checkpoints' weights."""
MAX_ACCURACY_DIFFERENCE = 0.05
"""Between the accuracies of a checkpoint and its report, in percentage points."""


def get_checkpoint(key: str) -> Run:
    """The example run of a model, or `EPOCHS_RUN`; raises `RunError` for another key."""
    if key not in CHECKPOINTS:
        raise unknown_key(RunError, "checkpoint", key, CHECKPOINTS)
    return Run(paths.checkpoints_folder() / key)


def get_recipe(key: str) -> Recipe:
    """The recipe that this checkpoint was trained with."""
    if key == EPOCHS_RUN:
        return get_preset(EPOCHS_PRESET).recipe.changed(**EPOCHS_CHANGES)
    return get_preset(ZOO[key]).recipe


def build_command(key: str) -> str:
    """The command that trains a checkpoint again and replaces it."""
    return f"python -m fmnist_core zoo build {key}"
