"""Load a backbone's ImageNet weights, from a local file or through timm's download."""

from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import ModelError
from fmnist_core.models import pretrained_files
from fmnist_core.models.registry import ModelSpec


def load_imagenet_weights(spec: ModelSpec, input_spec: InputSpec) -> tuple[dict[str, Tensor], str]:
    """Load ImageNet weights, by their names in the `Classifier`, and a text that identifies them.

    The first layer is adapted to `input_spec.channels` as timm does it (for one channel it sums
    over the colors). Raises `ModelError` if they are not available, are damaged, or belong to
    another model.
    """
    assert spec.pretrained is not None
    pretrained_files.require_available(spec)
    file = pretrained_files.local_file(spec)
    try:
        if file is not None:
            check_weights_file(file, spec)
        model = spec.build(
            input_size=input_spec.size,
            channels=input_spec.channels,
            pretrained=True,
            pretrained_file=None if file is None else str(file),
        )
    except (OSError, RuntimeError, SafetensorError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise ModelError(
            f"The ImageNet weights of {spec.title} cannot be loaded ({first_line}). Download the "
            "file again, or start from scratch."
        ) from error
    weights = {
        name: tensor for name, tensor in model.state_dict().items() if name.startswith("backbone.")
    }
    return weights, f"ImageNet ({spec.pretrained.name})"


def check_weights_file(file: Path, spec: ModelSpec) -> None:
    """Check that a file holds this model's tensors; timm itself loads any file and skips the rest.

    Raises `ModelError`, or `SafetensorError` if it is not a complete safetensors file.
    """
    with safe_open(file, framework="pt") as content:
        names = set(content.keys())
    expected_names = {
        name
        for name in spec.build(channels=3).backbone.state_dict()
        if not name.endswith("num_batches_tracked")
    }
    missing = sorted(expected_names - names)
    if missing:
        raise ModelError(
            f"{file} does not hold the weights of {spec.title}: {len(missing)} of "
            f"{len(expected_names)} tensors are missing, such as {missing[0]}. Get timm's file for "
            "it, or start from scratch."
        )
