"""Input size, channels and normalization of a model; `transforms.to_inputs` applies them."""

from dataclasses import dataclass

from fmnist_core.fashion_mnist import IMAGE_SIZE, PIXEL_MEAN, PIXEL_STD


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """Size, channels and normalization of a model's inputs."""

    size: int = IMAGE_SIZE
    """Height and width in pixels; images are resized to it bilinearly."""
    channels: int = 1
    """1, or 3 copies of the gray channel."""
    mean: float = PIXEL_MEAN
    std: float = PIXEL_STD
    """Mean and standard deviation of pixels from 0 to 1."""
