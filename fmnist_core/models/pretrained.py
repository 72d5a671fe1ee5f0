"""Load ImageNet weights from a local file, an installed package, or through timm's download."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

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
    with _explained_errors(spec):
        model = spec.build(
            input_size=input_spec.size,
            channels=input_spec.channels,
            pretrained=True,
            **_local_weights(spec),
        )
    weights = {
        name: tensor for name, tensor in model.state_dict().items() if name.startswith("backbone.")
    }
    return weights, f"ImageNet ({spec.pretrained.name})"


def load_imagenet_network(spec: ModelSpec, **options: Any) -> nn.Module:
    """Load timm's complete network with its thousand classes, in evaluation mode on the CPU.

    Inputs [N, 3, H, W] have the mean and standard deviation of `spec.pretrained`. `options` go to
    `timm.create_model`: `features_only=True` returns feature maps instead of logits. Never
    downloads anything. Raises `ModelError` like `load_imagenet_weights`, and if the weights are
    neither in a local file nor in a package.
    """
    import timm

    from fmnist_core.models import timm_backbone

    assert spec.pretrained is not None
    with _explained_errors(spec):
        weights = _local_weights(spec)
        if not weights:
            raise ModelError(f"The ImageNet weights of {spec.title} are not on this machine.")
        overlay = timm_backbone.pretrained_overlay(**weights)
        network = timm.create_model(
            spec.pretrained.name, pretrained=True, pretrained_cfg_overlay=overlay, **options
        )
    return network.eval()


def read_package_weights(file: Path, spec: ModelSpec) -> dict[str, Tensor]:
    """Read a weights package's tensors, by timm's names for them.

    The package's names are those of another implementation of the network, but its tensors are in
    timm's order, without the counters of batch normalization. Raises `ModelError` if it is not the
    published file.
    """
    import timm

    assert spec.pretrained is not None
    content = io.BytesIO(pretrained_files.read_package_file(file, spec))
    tensors = _without_counters(torch.load(content, map_location="cpu", weights_only=True))
    expected = _without_counters(timm.create_model(spec.pretrained.name).state_dict())
    if [tensor.shape for tensor in tensors.values()] != [
        tensor.shape for tensor in expected.values()
    ]:
        raise RuntimeError("its tensors are not those of the installed version of timm")
    return dict(zip(expected, tensors.values(), strict=True))


def _without_counters(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name: tensor for name, tensor in tensors.items() if not name.endswith("num_batches_tracked")
    }


def _local_weights(spec: ModelSpec) -> dict[str, Any]:
    """Arguments of `timm_backbone.build` for weights on this machine; none lets timm download."""
    if file := pretrained_files.local_file(spec):
        check_weights_file(file, spec)
        return {"pretrained_file": str(file)}
    if file := pretrained_files.package_file(spec):
        return {"pretrained_tensors": read_package_weights(file, spec)}
    return {}


@contextmanager
def _explained_errors(spec: ModelSpec) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, SafetensorError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise ModelError(
            f"The ImageNet weights of {spec.title} cannot be loaded ({first_line}). Download the "
            "file again, or start from scratch."
        ) from error


def check_weights_file(file: Path, spec: ModelSpec) -> None:
    """Check that a file holds this model's tensors; timm itself loads any file and skips the rest.

    Raises `ModelError`, or `SafetensorError` if it is not a complete safetensors file.
    """
    with safe_open(file, framework="pt") as content:
        names = set(content.keys())
    expected_names = set(_without_counters(spec.build(channels=3).backbone.state_dict()))
    missing = sorted(expected_names - names)
    if missing:
        raise ModelError(
            f"{file} does not hold the weights of {spec.title}: {len(missing)} of "
            f"{len(expected_names)} tensors are missing, such as {missing[0]}. Get timm's file for "
            "it, or start from scratch."
        )
