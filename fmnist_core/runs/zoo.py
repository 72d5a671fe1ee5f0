"""The zoo: one finished run per model, the example models in `checkpoints/`.

Free of torch: this module lists the zoo, and `runs/zoo_build.py` builds and verifies it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fmnist_core import paths
from fmnist_core.errors import RunError, unknown_key
from fmnist_core.runs.run import Run

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
    }
)
"""Preset that each model's checkpoint was trained with."""
MAX_BYTES = 60 * 10**6
"""Size of one checkpoint's weights."""
MAX_TOTAL_BYTES = 200 * 10**6
"""Size of all checkpoints' weights."""
MAX_ACCURACY_DIFFERENCE = 0.05
"""Between the accuracies of a checkpoint and its report, in percentage points."""


def get_checkpoint(model: str) -> Run:
    """The example run of a model; raises `RunError`, which lists the known models."""
    if model not in ZOO:
        raise unknown_key(RunError, "checkpoint", model, ZOO)
    return Run(paths.checkpoints_folder() / model)


def build_command(model: str) -> str:
    """The command that trains a model of the zoo again and replaces its checkpoint."""
    return f"python -m fmnist_core zoo build {model}"
