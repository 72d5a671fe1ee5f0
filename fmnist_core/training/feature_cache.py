"""Features of frozen backbones on disk, so that the next head on the same backbone trains at once.

On a processor, the pass of the backbone over all images takes minutes, and training a head on their
features only seconds. What identifies features is everything that they are computed from.
"""

import hashlib
import shutil
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from fmnist_core.paths import cache_folder
from fmnist_core.training.state import TrainingState

MIN_SECONDS = 10.0
"""Features that are computed faster than this are not worth the disk."""
MAX_FILES = 2
"""Of all backbones together; 55,000 images with 1,280 features take 140 MB for each view."""
MIN_FREE_MULTIPLE = 4
"""The disk must have room for so many times the file."""
TRAIN, VALIDATION = "train", "validation"


def features_key(state: TrainingState, views: Tensor) -> str:
    """Hash the backbone, the images uint8 [K, N, 28, 28] of `views`, and how inputs are made."""
    digest = hashlib.sha256()
    context = (state.input_spec, state.precision, state.device.type, torch.__version__)
    digest.update(repr(context).encode())
    for tensor in (*_backbone_tensors(state), views, state.data.validation_images):
        digest.update(repr((tensor.shape, tensor.dtype)).encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def load(key: str, device: torch.device) -> tuple[Tensor, Tensor] | None:
    """Load the features of the training views [K, N, F] and of the validation images [M, F]."""
    file = _file(key)
    try:
        tensors = load_file(file, device=str(device))
        file.touch()  # the file used longest ago is deleted first
        return tensors[TRAIN], tensors[VALIDATION]
    except (OSError, SafetensorError, KeyError):  # there are none, or they are damaged
        return None


def try_save(key: str, train: Tensor, validation: Tensor) -> None:
    """Save features, delete those used longest ago; without enough space, do nothing."""
    file = _file(key)
    partial = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}.part")
    with suppress(OSError, SafetensorError):
        file.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(file.parent).free < MIN_FREE_MULTIPLE * (
            train.nbytes + validation.nbytes
        ):
            return
        try:
            save_file({TRAIN: train.contiguous(), VALIDATION: validation.contiguous()}, partial)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
        files = sorted(file.parent.glob("*.safetensors"), key=lambda one: one.stat().st_mtime)
        for old in files[:-MAX_FILES]:
            old.unlink(missing_ok=True)


def _backbone_tensors(state: TrainingState) -> Iterable[Tensor]:
    return state.model.backbone.state_dict().values()


def _file(key: str) -> Path:
    return cache_folder() / "features" / f"{key[:32]}.safetensors"
