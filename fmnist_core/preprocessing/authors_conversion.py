"""From a product thumbnail to 28×28, as the data set's own authors did it.

Section 2 of Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747: thumbnails of 51×73 pixels on #fdfdfd are
trimmed, subsampled, sharpened, extended, negated and made grey. Their tool was ImageMagick; these
are its steps `-fuzz 5% -trim -sample 28x28 -sharpen 1x1 -gravity center -extent 28x28 -negate
-colorspace Gray`, on pictures uint8 [H, W, 3].
"""

import numpy as np

from fmnist_core.fashion_mnist import IMAGE_SIZE

THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 51, 73
"""Of the authors' thumbnails, in pixels."""
BACKGROUND_GRAY = 253
"""Their background: #fdfdfd."""
FUZZ = 0.05
"""How far a colour may lie from a corner's and still count as background, of 255."""
LUMA_WEIGHTS = np.array([0.212656, 0.715158, 0.072186])
"""Shares of red, green and blue in grey (ITU-R BT.709)."""


def trim(picture: np.ndarray) -> np.ndarray:
    """Without the edges that have a corner's colour; a picture of one colour stays whole.

    Left and top are compared with the top left corner, right with the top right one, bottom with
    the bottom left one.
    """
    left_top, right, bottom = (
        _differs(picture, picture[row, column]) for row, column in ((0, 0), (0, -1), (-1, 0))
    )
    if not (left_top.any() and right.any() and bottom.any()):
        return picture
    columns, rows = np.nonzero(left_top.any(axis=0))[0], np.nonzero(left_top.any(axis=1))[0]
    last_column = np.nonzero(right.any(axis=0))[0][-1]
    last_row = np.nonzero(bottom.any(axis=1))[0][-1]
    if last_column < columns[0] or last_row < rows[0]:
        return picture
    return picture[rows[0] : last_row + 1, columns[0] : last_column + 1]


def _differs(picture: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Where the root of the channels' mean squared distance is above the fuzz."""
    squares = (picture.astype(float) - colour.astype(float)) ** 2
    result: np.ndarray = np.sqrt(squares.mean(axis=-1)) > FUZZ * 255
    return result


def subsample(picture: np.ndarray, *, longest: int = IMAGE_SIZE) -> np.ndarray:
    """The longest edge brought to `longest` pixels by skipping (or repeating) rows and columns."""
    scale = longest / max(picture.shape[:2])
    height, width = (max(1, int(edge * scale + 0.5)) for edge in picture.shape[:2])
    return picture[_middles(picture.shape[0], height)][:, _middles(picture.shape[1], width)]


def _middles(old: int, new: int) -> np.ndarray:
    """Which of `old` places lie in the middle of `new` equal parts."""
    return np.minimum(((np.arange(new) + 0.5 - 1e-6) * old / new).astype(int), old - 1)


def sharpen(picture: np.ndarray) -> np.ndarray:
    """By a Gaussian of radius and deviation 1.0, as ImageMagick's `-sharpen 1x1`."""
    distances = np.array([[2, 1, 2], [1, 0, 1], [2, 1, 2]])  # squared, from the middle
    kernel = -np.exp(-distances / 2) / (2 * np.pi)
    kernel[1, 1] = -2 * kernel.sum()
    kernel /= kernel.sum()
    padded = np.pad(picture.astype(float), ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = picture.shape[:2]
    total = sum(
        kernel[row, column] * padded[row : row + height, column : column + width]
        for row in range(3)
        for column in range(3)
    )
    return np.clip(np.rint(total), 0, 255).astype(np.uint8)


def extend(picture: np.ndarray) -> np.ndarray:
    """In the middle of a square of paper of 28×28."""
    square = np.full((IMAGE_SIZE, IMAGE_SIZE, 3), BACKGROUND_GRAY, dtype=np.uint8)
    square[centered_window(picture.shape)] = picture
    return square


def centered_window(shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The rows and columns of the square in which a picture of that shape is laid."""
    top, left = (IMAGE_SIZE // 2 - edge // 2 for edge in shape[:2])
    return slice(top, top + shape[0]), slice(left, left + shape[1])


def negate(picture: np.ndarray) -> np.ndarray:
    """Dark becomes bright: paper black, garments light."""
    return 255 - picture


def to_grayscale(picture: np.ndarray) -> np.ndarray:
    """One channel of 8 bits, uint8 [H, W]."""
    return np.clip(np.rint(picture @ LUMA_WEIGHTS), 0, 255).astype(np.uint8)
