"""Convert a product thumbnail to 28×28 as the authors of Fashion-MNIST did.

Section 2 of Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747: thumbnails of 51×73 pixels on #fdfdfd are
trimmed, subsampled, sharpened, extended, negated and converted to grayscale. The authors used
ImageMagick; these functions correspond to `-fuzz 5% -trim -sample 28x28 -sharpen 1x1
-gravity center -extent 28x28 -negate -colorspace Gray` and take images uint8 [H, W, 3].
"""

import numpy as np

from fmnist_core.fashion_mnist import IMAGE_SIZE

THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 51, 73
"""Of the authors' thumbnails, in pixels."""
BACKGROUND_GRAY = 253
"""Of the thumbnails: #fdfdfd."""
FUZZ = 0.05
"""Maximum distance from a corner's color that still counts as background, as a fraction of 255."""
LUMA_WEIGHTS = np.array([0.212656, 0.715158, 0.072186])
"""Of red, green and blue in gray (ITU-R BT.709)."""


def trim(image: np.ndarray) -> np.ndarray:
    """Remove edges of a corner's color; an image of a single color is returned unchanged.

    Left and top are compared with the top left corner, right with the top right one, bottom with
    the bottom left one.
    """
    left_top, right, bottom = (
        _differs(image, image[row, column]) for row, column in ((0, 0), (0, -1), (-1, 0))
    )
    if not (left_top.any() and right.any() and bottom.any()):
        return image
    columns, rows = np.nonzero(left_top.any(axis=0))[0], np.nonzero(left_top.any(axis=1))[0]
    last_column = np.nonzero(right.any(axis=0))[0][-1]
    last_row = np.nonzero(bottom.any(axis=1))[0][-1]
    if last_column < columns[0] or last_row < rows[0]:
        return image
    return image[rows[0] : last_row + 1, columns[0] : last_column + 1]


def _differs(image: np.ndarray, color: np.ndarray) -> np.ndarray:
    """Whether the root mean square difference over the channels exceeds the fuzz, [H, W]."""
    squares = (image.astype(float) - color.astype(float)) ** 2
    differs: np.ndarray = np.sqrt(squares.mean(axis=-1)) > FUZZ * 255
    return differs


def subsample(image: np.ndarray, *, longest_edge: int = IMAGE_SIZE) -> np.ndarray:
    """Resize the longest edge to `longest_edge` by skipping or repeating rows and columns."""
    scale = longest_edge / max(image.shape[:2])
    height, width = (max(1, int(edge * scale + 0.5)) for edge in image.shape[:2])
    rows = _sampled_indices(image.shape[0], height)
    return image[rows][:, _sampled_indices(image.shape[1], width)]


def _sampled_indices(old_length: int, new_length: int) -> np.ndarray:
    """Indices at the centers of `new_length` equal parts of `old_length` items."""
    indices = (np.arange(new_length) + 0.5 - 1e-6) * old_length / new_length
    return np.minimum(indices.astype(int), old_length - 1)


def sharpen(image: np.ndarray) -> np.ndarray:
    """Sharpen with a Gaussian of radius and sigma 1.0, as ImageMagick's `-sharpen 1x1`."""
    squared_distances = np.array([[2, 1, 2], [1, 0, 1], [2, 1, 2]])  # from the center
    kernel = -np.exp(-squared_distances / 2) / (2 * np.pi)
    kernel[1, 1] = -2 * kernel.sum()
    kernel /= kernel.sum()
    padded = np.pad(image.astype(float), ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = image.shape[:2]
    total = sum(
        kernel[row, column] * padded[row : row + height, column : column + width]
        for row in range(3)
        for column in range(3)
    )
    return np.clip(np.rint(total), 0, 255).astype(np.uint8)


def extend(image: np.ndarray) -> np.ndarray:
    """Center the image on a background of 28×28."""
    extended = np.full((IMAGE_SIZE, IMAGE_SIZE, 3), BACKGROUND_GRAY, dtype=np.uint8)
    extended[centered_window(image.shape)] = image
    return extended


def centered_window(shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of the 28×28 pixels that a centered image of this shape occupies."""
    top, left = (IMAGE_SIZE // 2 - edge // 2 for edge in shape[:2])
    return slice(top, top + shape[0]), slice(left, left + shape[1])


def negate(image: np.ndarray) -> np.ndarray:
    """Invert the image: the background becomes black, garments become bright."""
    return 255 - image


def to_grayscale(image: np.ndarray) -> np.ndarray:
    """Convert to one channel, uint8 [H, W]."""
    return np.clip(np.rint(image @ LUMA_WEIGHTS), 0, 255).astype(np.uint8)
