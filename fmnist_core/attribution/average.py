"""The mean of many heatmaps."""

from dataclasses import dataclass, field

import numpy as np

from fmnist_core.fashion_mnist import IMAGE_SIZE


@dataclass
class Average:
    """Maps taken in one after the other, each on its own scale from 0 to 1."""

    size: int = IMAGE_SIZE
    total: np.ndarray = field(init=False)
    image: np.ndarray = field(init=False)
    num_maps: int = 0
    num_empty: int = 0
    """Maps with nothing to draw, which are left out."""

    def __post_init__(self) -> None:
        self.total = np.zeros((self.size, self.size), dtype=np.float64)
        self.image = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.float64)

    def take(self, image: np.ndarray, values: np.ndarray | None) -> None:
        """An image uint8 [28, 28] with its map [size, size], or `None` where that is empty."""
        if values is None:
            self.num_empty += 1
            return
        self.num_maps += 1
        self.total += values
        self.image += image

    @property
    def values(self) -> np.ndarray:
        """Float32 [size, size], 0 to 1: the mean weight, not stretched."""
        return (self.total / max(self.num_maps, 1)).astype(np.float32)

    @property
    def mean_image(self) -> np.ndarray:
        """uint8 [28, 28]."""
        return np.rint(self.image / max(self.num_maps, 1)).astype(np.uint8)
