"""The zoo: a finished run for every model, which ships in `checkpoints/`.

Free of torch: it says what is there and how it was made; `runs/zoo_build.py` makes and checks it.
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
"""For each model the preset that its checkpoint was trained by."""
MAX_BYTES = 60 * 10**6
"""Of one checkpoint's weights."""
MAX_TOTAL_BYTES = 200 * 10**6
MAX_DIFFERENCE = 0.05
"""How far a checkpoint may lie from its report, in points of accuracy."""


def get_checkpoint(model: str) -> Run:
    """The run that ships for a model; raises `RunError` naming the known ones."""
    if model not in ZOO:
        raise unknown_key(RunError, "checkpoint", model, ZOO)
    return Run(paths.checkpoints_folder() / model)


def build_command(model: str) -> str:
    """What trains a model of the zoo anew and puts it in its place."""
    return f"python -m fmnist_core zoo build {model}"
