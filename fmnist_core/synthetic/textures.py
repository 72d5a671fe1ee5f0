"""Patterns and shading of cloth.

Each pattern is float32 [size, size] from about -1 to 1 (or of a shape that broadcasts to it). It
draws the same random numbers at every size, so that a large image and a small one match.
"""

from collections.abc import Callable
from functools import lru_cache
from random import Random

import numpy as np
from PIL import Image

Pattern = Callable[[Random, int], np.ndarray]


@lru_cache(maxsize=4)
def _axis(size: int) -> np.ndarray:
    centers: np.ndarray = (np.arange(size, dtype=np.float32) + np.float32(0.5)) / np.float32(size)
    return centers


def _wave(periods: np.ndarray, hardness: float) -> np.ndarray:
    """A triangle wave of period 1 from -1 to 1, clipped if `hardness` is above 1.

    Not a sine: numpy's differs in the last bit between processors.
    """
    triangle = 4 * np.abs(periods - np.floor(periods) - 0.5) - 1
    wave: np.ndarray = np.clip(hardness * triangle, -1, 1)
    return wave


def noise(rng: Random, size: int, *, columns: int, rows: int) -> np.ndarray:
    """Smooth noise, interpolated from a random grid of `columns` × `rows`."""
    grid = Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows))
    hills = grid.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(hills, dtype=np.float32) / 127.5 - 1


def stripes(rng: Random, size: int) -> np.ndarray:
    """Horizontal or sometimes vertical stripes, 4 to 11 periods per image."""
    line = _wave(_axis(size) * rng.uniform(4, 11) + rng.random(), rng.uniform(1, 4))
    return line[None, :] if rng.random() < 0.3 else line[:, None]


def checks(rng: Random, size: int) -> np.ndarray:
    """Two sets of crossing stripes."""
    periods, hardness = rng.uniform(4, 9), rng.uniform(1, 4)
    down = _wave(_axis(size) * periods + rng.random(), hardness)
    across = _wave(_axis(size) * periods + rng.random(), hardness)
    crossed: np.ndarray = (down[:, None] + across[None, :]) / 2
    return crossed


def flowers(rng: Random, size: int) -> np.ndarray:
    """A print of irregular blotches."""
    cells = int(rng.uniform(8, 16))
    blotches: np.ndarray = np.clip(3 * noise(rng, size, columns=cells, rows=cells), -1, 1)
    return blotches


def knit(rng: Random, size: int) -> np.ndarray:
    """Fine speckles, as of wool or tweed: one cell for each of 28 pixels."""
    return noise(rng, size, columns=28, rows=28)


def shading(rng: Random, size: int) -> np.ndarray:
    """Folds and lighting: smooth noise, stretched vertically, and a horizontal gradient."""
    folds = noise(rng, size, columns=8, rows=4)
    slope = (_axis(size) - 0.5) * rng.uniform(-1, 1)
    return rng.uniform(0.02, 0.14) * folds + 0.25 * slope[None, :]


PATTERNS: dict[Pattern, float] = {stripes: 1.5, checks: 0.7, flowers: 1.4, knit: 3}
"""Patterns and their relative frequencies."""


def random_pattern(rng: Random, size: int, *, probability: float) -> np.ndarray:
    """A random pattern of random strength with this probability, else zeros."""
    if rng.random() >= probability:
        return np.zeros((1, 1), dtype=np.float32)
    pattern = rng.choices(list(PATTERNS), weights=list(PATTERNS.values()))[0]
    strength = rng.uniform(0.08, 0.5)
    return strength * pattern(rng, size)
