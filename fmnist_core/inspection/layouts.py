"""Arrange the output of a step as maps: what is drawn as tiles, and which number lies where."""

from dataclasses import dataclass
from enum import Enum
from math import isqrt, prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

MAX_IN_A_ROW = 16
"""So few numbers are drawn in one row, such as the ten logits."""


class LayoutKind(Enum):
    """What the maps of a layout are."""

    MAPS = "feature maps"
    """From [1, C, H, W]: one map per channel."""
    TOKENS = "token maps"
    """From tokens [1, T, C]: one map per channel, with the patches where they lie in the image."""
    VALUES = "values"
    """From [1, F] or [1, F, 1, 1]: one map, in which the F numbers are wrapped into rows."""
    MATRICES = "matrices"
    """From anything else: its last two dimensions."""


Position = tuple[int, int, int]
"""Map, row and column of one number in a layout."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a tensor of one shape is arranged as maps [M, H, W]."""

    kind: LayoutKind
    shape: tuple[int, ...]
    """Of the tensor, with its batch dimension of 1."""
    num_maps: int
    height: int
    width: int
    num_prefix: int = 0
    """Tokens before those of the patches, which are not drawn."""

    def arrange(self, tensor: "Tensor") -> np.ndarray:
        """Return the maps, float32 [M, H, W]; places without a number are NaN."""
        values = tensor.detach().float().cpu().numpy()
        match self.kind:
            case LayoutKind.MAPS:
                return values[0]
            case LayoutKind.TOKENS:
                patches = values[0, self.num_prefix :]
                return patches.T.reshape(self.num_maps, self.height, self.width)
            case LayoutKind.VALUES:
                grid = np.full(self.height * self.width, np.nan, dtype=np.float32)
                grid[: values.size] = values.ravel()
                return grid.reshape(1, self.height, self.width)
            case LayoutKind.MATRICES:
                return values.reshape(self.num_maps, self.height, self.width)

    def index(self, position: Position) -> tuple[int, ...]:
        """Return the index in the tensor of the number at a position."""
        number, row, column = position
        match self.kind:
            case LayoutKind.MAPS:
                return 0, number, row, column
            case LayoutKind.TOKENS:
                return 0, self.num_prefix + row * self.width + column, number
            case LayoutKind.VALUES:
                return (0, row * self.width + column) + (0,) * (len(self.shape) - 2)
            case LayoutKind.MATRICES:
                flat = (number * self.height + row) * self.width + column
                return tuple(int(part) for part in np.unravel_index(flat, self.shape))

    def position(self, index: tuple[int, ...]) -> Position | None:
        """Return where the number with this index is drawn; `None` for a token that is not."""
        match self.kind:
            case LayoutKind.MAPS:
                return index[1], index[2], index[3]
            case LayoutKind.TOKENS:
                row, column = divmod(index[1] - self.num_prefix, self.width)
                return (index[2], row, column) if row >= 0 else None
            case LayoutKind.VALUES:
                return 0, *divmod(index[1], self.width)
            case LayoutKind.MATRICES:
                flat = int(np.ravel_multi_index(index, self.shape))
                number, rest = divmod(flat, self.height * self.width)
                return number, *divmod(rest, self.width)

    def holds(self, position: Position) -> bool:
        """Whether there is a number at this position."""
        number, row, column = position
        is_inside = (
            0 <= number < self.num_maps and 0 <= row < self.height and 0 <= column < self.width
        )
        if self.kind is LayoutKind.VALUES:
            return is_inside and row * self.width + column < prod(self.shape)
        return is_inside

    def channel(self, position: Position) -> int:
        """Return the number of the channel, feature or unit at a position."""
        number, row, column = position
        return row * self.width + column if self.kind is LayoutKind.VALUES else number


def choose_layout(shape: tuple[int, ...], *, num_prefix: int = 0) -> Layout:
    """Choose the layout of a step's output, by its shape with a batch dimension of 1.

    `num_prefix` is the number of class tokens of a transformer.
    """
    if len(shape) == 4 and shape[0] == 1 and shape[2] * shape[3] > 1:
        _, channels, height, width = shape
        return Layout(
            kind=LayoutKind.MAPS, shape=shape, num_maps=channels, height=height, width=width
        )
    if len(shape) == 3 and shape[0] == 1:
        for prefix in (num_prefix, 0):
            edge = isqrt(max(shape[1] - prefix, 0))
            if edge > 1 and edge**2 + prefix == shape[1]:
                return Layout(
                    kind=LayoutKind.TOKENS, shape=shape, num_maps=shape[2], height=edge,
                    width=edge, num_prefix=prefix,
                )  # fmt: skip
    if prod(shape) == prod(shape[:2]) and shape[0] == 1:
        height, width = _wrap(prod(shape))
        return Layout(kind=LayoutKind.VALUES, shape=shape, num_maps=1, height=height, width=width)
    height, width = (1, *shape)[-2:]
    return Layout(
        kind=LayoutKind.MATRICES, shape=shape, num_maps=prod(shape[:-2]), height=height, width=width
    )


def _wrap(size: int) -> tuple[int, int]:
    """Rows and columns for `size` numbers: no gap if they make an oblong that is not too long."""
    if size <= MAX_IN_A_ROW:
        return 1, size
    edge = isqrt(size - 1) + 1
    width = next((width for width in range(edge, 3 * edge) if size % width == 0), edge)
    return -(-size // width), width
