"""Decode an uploaded image safely: limits are checked before anything is decoded."""

import io
import struct
import threading
import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from fmnist_core.errors import DataError
from fmnist_core.preprocessing import avif_size
from fmnist_core.preprocessing.authors_conversion import BACKGROUND_GRAY
from fmnist_core.preprocessing.jpeg_structure import read_structure
from fmnist_core.preprocessing.upload_limits import (
    DECODED_EDGE,
    FORMATS,
    FORMATS_TEXT,
    LARGE_PIXELS,
    MAX_FILE_BYTES,
    MAX_FORMAT_PIXELS,
    MAX_JPEG_PIXELS,
    MAX_JPEG_SCANS,
    MAX_MULTI_SCAN_PIXELS,
    MAX_PIXELS,
    MIN_EDGE,
)

LARGE_TURN = threading.Lock()
"""Held while a large image is decoded: whatever is uploaded at once, there is one at a time."""
SIXTEEN_BIT_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I")
"""Pillow's modes for 16-bit grayscale."""
JPEG_FORMATS = ("JPEG", "MPO")
"""What Pillow calls a JPEG; MPO has further images behind the first, as many phones write them."""
FORMAT_TITLES: Mapping[str, str] = MappingProxyType({"HEIF": "HEIC", "WEBP": "WebP"})
"""Of the formats whose name in Pillow is another."""
EXIF_ORIENTATION = 274
"""Number of the EXIF tag."""
EXIF_TRANSPOSES: Mapping[int, Image.Transpose] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
"""The operation that undoes each orientation."""


def read_file(path: Path, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Read a file unless it is too large; raises `DataError`."""
    try:
        if path.exists() and not path.is_file():
            raise DataError(f"{path} is not a file.")
        check_file_size(path.stat().st_size, path.name, max_bytes=max_bytes)
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    check_file_size(len(content), path.name, max_bytes=max_bytes)  # it may have grown
    return content


def check_file_size(num_bytes: int, name: str, *, max_bytes: int = MAX_FILE_BYTES) -> None:
    """Raise `DataError` if a file is larger than allowed."""
    if num_bytes > max_bytes:
        raise DataError(
            f"{name} is {num_bytes / 1e6:.0f} MB; the limit is {max_bytes / 1e6:.0f} MB."
        )


def decode_image(content: bytes, *, name: str) -> np.ndarray:
    """Decode an image file to RGB uint8 [H, W, 3], upright, transparent parts on white.

    A large image is reduced by a whole factor, to `DECODED_EDGE` pixels or somewhat more.

    Raises `DataError` that names the file, the problem and the limit.
    """
    check_file_size(len(content), name)
    _prepare_pillow()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns about sizes that are refused below
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            _check_dimensions(image, content, name)
            transpose = EXIF_TRANSPOSES.get(_orientation(image))
            is_large = image.width * image.height > LARGE_PIXELS
            with LARGE_TURN if is_large else nullcontext():
                image.draft(None, (DECODED_EDGE, DECODED_EDGE))
                image.load()
                pixels = _to_rgb(_reduce(image))
    except Image.DecompressionBombError:
        raise DataError(f"{name} is larger than {MAX_JPEG_PIXELS // 10**6} megapixels.") from None
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError) as error:
        raise DataError(
            f"{name} cannot be read as an image: it is damaged or not {FORMATS_TEXT}."
        ) from error
    if transpose is None:
        return pixels
    return np.asarray(Image.fromarray(pixels).transpose(transpose))


@cache
def _prepare_pillow() -> None:
    """Teach Pillow to read HEIC, one image of the file alone, and set its limit to ours."""
    import pillow_heif

    # libheif refuses an image that is larger than the file declares (1.23); one thread per image,
    # as with the other formats.
    pillow_heif.register_heif_opener(
        thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
    )
    Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS // 2  # beyond twice of this, Pillow opens nothing


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 if it is missing or damaged."""
    try:
        orientation = image.getexif().get(EXIF_ORIENTATION, 1)
    except (ValueError, TypeError, AttributeError, KeyError, struct.error, SyntaxError, OSError):
        return 1
    return orientation if isinstance(orientation, int) else 1


def _reduce(image: Image.Image) -> Image.Image:
    """Shrink a large image by a whole factor, so that later steps need little memory."""
    factor = max(image.size) // DECODED_EDGE
    if factor < 2 or min(image.size) < MIN_EDGE * factor:
        return image
    size = image.width // factor, image.height // factor
    can_average = image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
    resampling = Image.Resampling.BOX if can_average else Image.Resampling.NEAREST
    return image.resize(size, resampling)


def _check_dimensions(image: Image.Image, content: bytes, name: str) -> None:
    """Raise `DataError` unless the size that the file declares can be decoded in little memory."""
    width, height = image.size
    file_format = "JPEG" if image.format in JPEG_FORMATS else image.format or ""
    max_pixels = MAX_FORMAT_PIXELS.get(file_format, MAX_PIXELS)
    kind = ""
    if file_format == "JPEG":
        structure = read_structure(content)
        if structure.num_scans > MAX_JPEG_SCANS:
            raise DataError(f"{name} is a JPEG with more than {MAX_JPEG_SCANS} scans.")
        if not structure.is_one_pass:
            max_pixels, kind = MAX_MULTI_SCAN_PIXELS, " for a progressive JPEG"
    else:
        kind = f" for {FORMAT_TITLES.get(file_format, file_format)}; JPEG may be larger"
    if width * height > max_pixels:
        raise DataError(
            f"{name} has {width}×{height} pixels; the limit is {max_pixels // 10**6} megapixels"
            f"{kind}."
        )
    if file_format == "AVIF":
        if avif_size.is_animated(content):
            raise DataError(f"{name} is an animated AVIF; save one of its frames as an image.")
        if avif_size.largest_picture(content) > max_pixels:
            raise DataError(f"{name} holds a larger picture than it declares.")
    if min(width, height) < MIN_EDGE:
        raise DataError(
            f"{name} has {width}×{height} pixels; it needs at least {MIN_EDGE} in each direction."
        )


def _to_rgb(image: Image.Image) -> np.ndarray:
    if image.mode in SIXTEEN_BIT_MODES:
        return _from_sixteen_bits(np.asarray(image))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        background = Image.new("RGBA", image.size, (*[BACKGROUND_GRAY] * 3, 255))
        image = Image.alpha_composite(background, image)
    return np.asarray(image.convert("RGB"))


def _from_sixteen_bits(values: np.ndarray) -> np.ndarray:
    """Scale 16-bit gray to 8-bit RGB; Pillow's own conversion would clip the values."""
    gray = (np.clip(values, 0, 2**16 - 1) // 257).astype(np.uint8)
    return np.repeat(gray[..., None], 3, axis=2)
