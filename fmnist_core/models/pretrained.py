"""Load a backbone's ImageNet weights, from a local file or through timm's download."""

from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import ModelError
from fmnist_core.models import pretrained_files
from fmnist_core.models.registry import ModelSpec


def load_imagenet_weights(spec: ModelSpec, input_spec: InputSpec) -> tuple[dict[str, Tensor], str]:
    """ImageNet weights by their names in the `Classifier`, and what they are in words.

    The first layer is folded to `input_spec.channels` as timm does it (sums over the colours for one).
    Raises `ModelError` where they cannot be had, are damaged, or belong to another model.
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
        first = str(error).strip().splitlines()[0]
        raise ModelError(
            f"The ImageNet weights of {spec.title} cannot be loaded ({first}). Get the file anew, "
            "or start from scratch."
        ) from error
    weights = {
        name: tensor for name, tensor in model.state_dict().items() if name.startswith("backbone.")
    }
    return weights, f"ImageNet ({spec.pretrained.name})"


def check_weights_file(file: Path, spec: ModelSpec) -> None:
    """Whether a file holds this model's tensors: timm itself takes any and leaves out the rest.

    Raises `ModelError`, or `SafetensorError` where it is no whole safetensors file.
    """
    with safe_open(file, framework="pt") as content:
        held = set(content.keys())
    wanted = {
        name
        for name in spec.build(channels=3).backbone.state_dict()
        if not name.endswith("num_batches_tracked")
    }
    missing = sorted(wanted - held)
    if missing:
        raise ModelError(
            f"{file} is not the weights of {spec.title}: {len(missing)} of {len(wanted)} tensors "
            f"are missing, such as {missing[0]}. Get timm's file for it, or start from scratch."
        )
