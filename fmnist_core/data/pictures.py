"""Read a picture that somebody hands in; its size is checked before anything is decoded."""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from fmnist_core.data.limits import FEWEST_PIXELS, FORMATS, MOST_BYTES, MOST_PIXELS
from fmnist_core.data.thumbnail import PAPER
from fmnist_core.errors import DataError

DEEP = ("I;16", "I;16B", "I;16L", "I;16N", "I")
"""Modes with 16 bits for a grey value."""


def contents(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """A file's bytes, none of one that is too large; raises `DataError`."""
    try:
        check_bytes(path.stat().st_size, path.name, most=most)
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def check_bytes(number: int, name: str, *, most: int = MOST_BYTES) -> None:
    """Raises `DataError` for a file that is larger than allowed."""
    if number > most:
        raise DataError(f"{name} has {number / 1e6:.0f} MB; at most {most / 1e6:.0f} MB are read.")


def read(contents: bytes, *, name: str) -> np.ndarray:
    """A picture file as RGB, uint8 [H, W, 3], upright, transparent parts laid on paper.

    Raises `DataError` that names the file, what is wrong with it, and what is allowed.
    """
    check_bytes(len(contents), name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own, of sizes that are refused below
            picture = Image.open(io.BytesIO(contents), formats=FORMATS)
            _check_size(picture, name)
            picture.load()
            return _as_rgb(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError:
        raise DataError(f"{name} is larger than {_limit_words()}.") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DataError(
            f"{name} cannot be read as a picture: it is damaged, or none of {', '.join(FORMATS)}."
        ) from error


def _check_size(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise DataError(f"{name} has {width}×{height} pixels; at most {_limit_words()} are read.")
    if min(width, height) < FEWEST_PIXELS:
        raise DataError(
            f"{name} has {width}×{height} pixels; it needs at least {FEWEST_PIXELS} on each edge."
        )


def _limit_words() -> str:
    return f"{MOST_PIXELS // 10**6} megapixels"


def _as_rgb(picture: Image.Image) -> np.ndarray:
    if picture.mode in DEEP:
        return _from_deep(np.asarray(picture))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, (PAPER, PAPER, PAPER, 255))
        picture = Image.alpha_composite(paper, picture)
    return np.asarray(picture.convert("RGB"))


def _from_deep(values: np.ndarray) -> np.ndarray:
    """16 bits to 8; Pillow's own conversion would clip them."""
    grey = np.clip(values.astype(np.int64) // 257, 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
