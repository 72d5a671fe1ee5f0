"""Where a model's ImageNet weights can be had: a local folder, an earlier download, the internet.

Free of torch: the page says before launch what is not to be had.
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
"""When the hub was asked last for each model, and whether it answered."""


def local_file(spec: ModelSpec) -> Path | None:
    """The weights in the folder that `FMNIST_WEIGHTS_DIR` names, or `None`.

    `resnet50.a1_in1k.safetensors`, `resnet50.a1_in1k/model.safetensors` and
    `resnet50.safetensors` are looked for, in this order.
    """
    folder = weights_folder()
    if folder is None or spec.pretrained is None:
        return None
    name = spec.pretrained.name
    places = (f"{name}.safetensors", f"{name}/{WEIGHTS_FILE}", f"{name.partition('.')[0]}.safetensors")
    return next((folder / place for place in places if (folder / place).is_file()), None)


def availability_problem(spec: ModelSpec) -> str | None:
    """Why its ImageNet weights cannot be had here, in a sentence with a way on, or `None`."""
    if spec.pretrained is None:
        return f"There are no ImageNet weights for {spec.title}: start from scratch."
    if local_file(spec) or _is_downloaded(spec.pretrained.name) or _is_on_hub(spec.pretrained.name):
        return None
    named = weights_folder()
    where = f"and {named} holds no" if named else "and FMNIST_WEIGHTS_DIR names no folder with"
    return (
        f"The ImageNet weights of {spec.title} cannot be had here: huggingface.co does not answer "
        f"{where} {spec.pretrained.name}.safetensors. Start from scratch, or put that file into a "
        "folder and name it in FMNIST_WEIGHTS_DIR."
    )


def require_available(spec: ModelSpec) -> None:
    """Raises `ModelError` where its ImageNet weights cannot be had."""
    if sentence := availability_problem(spec):
        raise ModelError(sentence)


def _is_downloaded(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(f"timm/{name}", WEIGHTS_FILE), str)


def _is_on_hub(name: str) -> bool:
    asked, answer = _hub_checks.get(name, (float("-inf"), False))
    if time.monotonic() - asked > CACHE_SECONDS:
        answer = _query_hub(name)
        _hub_checks[name] = (time.monotonic(), answer)
    return answer


def _query_hub(name: str) -> bool:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    try:
        get_hf_file_metadata(hf_hub_url(f"timm/{name}", WEIGHTS_FILE), timeout=TIMEOUT_SECONDS)
    except Exception:  # every library below has errors of its own; all mean that it is not there
        return False
    return True
