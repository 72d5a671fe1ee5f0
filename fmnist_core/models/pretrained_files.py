"""Where a model's ImageNet weights are available: a local folder, timm's cache, or the internet.

Free of torch, so that the page can say before launch what is not available.
"""

import time
from pathlib import Path

from fmnist_core.errors import ModelError
from fmnist_core.models.registry import ModelSpec
from fmnist_core.paths import weights_folder

WEIGHTS_FILE = "model.safetensors"
"""What the Hugging Face hub calls the weights of every timm model."""
TIMEOUT_SECONDS = 3.0
CACHE_SECONDS = 60.0
_hub_checks: dict[str, tuple[float, bool]] = {}
"""By the name of the weights: when the hub was last queried, and whether it has them."""


def local_file(spec: ModelSpec) -> Path | None:
    """Find the weights in the folder that `FMNIST_WEIGHTS_DIR` names.

    Looks for `resnet50.a1_in1k.safetensors`, `resnet50.a1_in1k/model.safetensors` and
    `resnet50.safetensors`, in this order.
    """
    folder = weights_folder()
    if folder is None or spec.pretrained is None:
        return None
    name = spec.pretrained.name
    candidates = (
        folder / f"{name}.safetensors",
        folder / name / WEIGHTS_FILE,
        folder / f"{name.partition('.')[0]}.safetensors",
    )
    return next((path for path in candidates if path.is_file()), None)


def availability_problem(spec: ModelSpec) -> str | None:
    """Why the ImageNet weights are not available here and what to do about it, or `None`."""
    if spec.pretrained is None:
        return f"There are no ImageNet weights for {spec.title}. Start from scratch."
    name = spec.pretrained.name
    if local_file(spec) or _is_downloaded(name) or _is_on_hub(name):
        return None
    folder = weights_folder()
    where = f"{folder} has no" if folder else "FMNIST_WEIGHTS_DIR is not set to a folder with"
    return (
        f"The ImageNet weights of {spec.title} are not available here: huggingface.co does not "
        f"respond, and {where} {name}.safetensors. Start from scratch, or save that file in a "
        "folder and set FMNIST_WEIGHTS_DIR to it."
    )


def require_available(spec: ModelSpec) -> None:
    """Raise `ModelError` if the ImageNet weights are not available."""
    if problem := availability_problem(spec):
        raise ModelError(problem)


def _is_downloaded(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(f"timm/{name}", WEIGHTS_FILE), str)


def _is_on_hub(name: str) -> bool:
    checked_at, is_available = _hub_checks.get(name, (float("-inf"), False))
    if time.monotonic() - checked_at > CACHE_SECONDS:
        is_available = _query_hub(name)
        _hub_checks[name] = (time.monotonic(), is_available)
    return is_available


def _query_hub(name: str) -> bool:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    try:
        get_hf_file_metadata(hf_hub_url(f"timm/{name}", WEIGHTS_FILE), timeout=TIMEOUT_SECONDS)
    except Exception:  # every library underneath has its own errors; all mean "not available"
        return False
    return True
