"""Read a picture that somebody hands in; its size is checked before anything is decoded."""

import io
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from fmnist_core.errors import DataError
from fmnist_core.preprocessing.authors_conversion import BACKGROUND_GRAY
from fmnist_core.preprocessing.upload_limits import MIN_EDGE, FORMATS, DECODED_EDGE, MAX_FILE_BYTES, MAX_PIXELS, MAX_JPEG_SCANS

SIXTEEN_BIT_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I")
"""Modes with 16 bits for a grey value."""
JPEG_SCAN_MARKER = b"\xff\xda"
"""What a JPEG's scan begins with."""
EXIF_ORIENTATION = 274
"""EXIF's tag."""
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
"""What undoes each orientation."""


def read_file(path: Path, *, most: int = MAX_FILE_BYTES) -> bytes:
    """A file's bytes, none of one that is too large; raises `DataError`."""
    try:
        if path.exists() and not path.is_file():
            raise DataError(f"{path} is not a file.")
        check_file_size(path.stat().st_size, path.name, most=most)
        with path.open("rb") as file:
            found = file.read(most + 1)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    check_file_size(len(found), path.name, most=most)  # it may have grown
    return found


def check_file_size(number: int, name: str, *, most: int = MAX_FILE_BYTES) -> None:
    """Raises `DataError` for a file that is larger than allowed."""
    if number > most:
        raise DataError(f"{name} has {number / 1e6:.0f} MB; at most {most / 1e6:.0f} MB are read.")


def decode_image(contents: bytes, *, name: str) -> np.ndarray:
    """A picture file as RGB, uint8 [H, W, 3], upright, transparent parts laid on paper.

    A large one is reduced by a whole number, to `KEPT_EDGE` pixels or somewhat more.

    Raises `DataError` that names the file, what is wrong with it, and what is allowed.
    """
    check_file_size(len(contents), name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own, of sizes that are refused below
            picture = Image.open(io.BytesIO(contents), formats=FORMATS)
            _check_size(picture, name)
            if picture.format == "JPEG" and contents.count(JPEG_SCAN_MARKER) > MAX_JPEG_SCANS:
                raise DataError(f"{name} is a JPEG with more than {MAX_JPEG_SCANS} scans.")
            turn = EXIF_TRANSPOSES.get(_orientation(picture))
            picture.draft(None, (DECODED_EDGE, DECODED_EDGE))
            picture.load()
            pixels = _as_rgb(_reduced(picture))
    except Image.DecompressionBombError:
        raise DataError(f"{name} is larger than {_limit_words()}.") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DataError(
            f"{name} cannot be read as a picture: it is damaged, or none of {', '.join(FORMATS)}."
        ) from error
    return pixels if turn is None else np.asarray(Image.fromarray(pixels).transpose(turn))


def _orientation(picture: Image.Image) -> int:
    """As its EXIF says; other tags, or damaged ones, do not matter."""
    try:
        found = picture.getexif().get(EXIF_ORIENTATION, 1)
    except (ValueError, TypeError, AttributeError, KeyError, struct.error, SyntaxError, OSError):
        return 1
    return found if isinstance(found, int) else 1


def _reduced(picture: Image.Image) -> Image.Image:
    """Every few rows and columns of a large one, so that what follows takes little memory."""
    factor = max(picture.size) // DECODED_EDGE
    if factor < 2 or min(picture.size) < MIN_EDGE * factor:
        return picture
    size = picture.width // factor, picture.height // factor
    averaged = picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
    way = Image.Resampling.BOX if averaged else Image.Resampling.NEAREST
    return picture.resize(size, way)


def _check_size(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise DataError(f"{name} has {width}×{height} pixels; at most {_limit_words()} are read.")
    if min(width, height) < MIN_EDGE:
        raise DataError(
            f"{name} has {width}×{height} pixels; it needs at least {MIN_EDGE} on each edge."
        )


def _limit_words() -> str:
    return f"{MAX_PIXELS // 10**6} megapixels"


def _as_rgb(picture: Image.Image) -> np.ndarray:
    if picture.mode in SIXTEEN_BIT_MODES:
        return _from_deep(np.asarray(picture))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, (BACKGROUND_GRAY, BACKGROUND_GRAY, BACKGROUND_GRAY, 255))
        picture = Image.alpha_composite(paper, picture)
    return np.asarray(picture.convert("RGB"))


def _from_deep(values: np.ndarray) -> np.ndarray:
    """16 bits to 8; Pillow's own conversion would clip them."""
    grey = (np.clip(values, 0, 2**16 - 1) // 257).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
