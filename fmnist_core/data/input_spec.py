"""What a model wants to see; `data/transforms.py` makes it of images."""

from dataclasses import dataclass

from fmnist_core.fashion_mnist import IMAGE_SIZE, PIXEL_MEAN, PIXEL_STD


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """Size, channels and normalisation of inputs."""

    size: int = IMAGE_SIZE
    """Height and width in pixels; images are enlarged to it, bilinearly."""
    channels: int = 1
    """1, or 3 times the same grey."""
    mean: float = PIXEL_MEAN
    std: float = PIXEL_STD
    """Of pixels from 0 to 1."""
