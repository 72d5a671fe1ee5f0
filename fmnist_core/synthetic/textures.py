"""Cloth: the patterns and the light that a drawn garment's pieces show.

Each pattern is float32 [size, size] of about -1 to 1 (or of a shape that broadcasts to it), made
from `rng` in a way that draws the same random numbers at every size, so that a large drawing and
a small one agree.
"""

from collections.abc import Callable
from functools import lru_cache
from random import Random

import numpy as np
from PIL import Image

Pattern = Callable[[Random, int], np.ndarray]


@lru_cache(maxsize=4)
def _axis(size: int) -> np.ndarray:
    centres: np.ndarray = (np.arange(size, dtype=np.float32) + np.float32(0.5)) / np.float32(size)
    return centres


def _wave(turns: np.ndarray, hardness: float) -> np.ndarray:
    """A triangle wave of period 1 in -1 to 1; `hardness` above 1 makes it a clipped, squarer one.

    No sine: numpy's differs in the last bit between processors.
    """
    triangle = 4 * np.abs(turns - np.floor(turns) - 0.5) - 1
    wave: np.ndarray = np.clip(hardness * triangle, -1, 1)
    return wave


def noise(rng: Random, size: int, *, columns: int, rows: int) -> np.ndarray:
    """Smooth random hills on a grid of `columns` x `rows`."""
    grid = Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows))
    hills = grid.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(hills, dtype=np.float32) / 127.5 - 1


def stripes(rng: Random, size: int) -> np.ndarray:
    """Horizontal stripes, sometimes upright ones, of 4 to 11 periods a frame."""
    line = _wave(_axis(size) * rng.uniform(4, 11) + rng.random(), rng.uniform(1, 4))
    return line[None, :] if rng.random() < 0.3 else line[:, None]


def checks(rng: Random, size: int) -> np.ndarray:
    """Two sets of stripes across each other."""
    periods, hardness = rng.uniform(4, 9), rng.uniform(1, 4)
    down = _wave(_axis(size) * periods + rng.random(), hardness)
    across = _wave(_axis(size) * periods + rng.random(), hardness)
    crossed: np.ndarray = (down[:, None] + across[None, :]) / 2
    return crossed


def flowers(rng: Random, size: int) -> np.ndarray:
    """A print of irregular blots."""
    cells = int(rng.uniform(8, 16))
    blots: np.ndarray = np.clip(3 * noise(rng, size, columns=cells, rows=cells), -1, 1)
    return blots


def knit(rng: Random, size: int) -> np.ndarray:
    """Fine speckle, as of wool or tweed; 28 cells are one to a pixel."""
    return noise(rng, size, columns=28, rows=28)


def shading(rng: Random, size: int) -> np.ndarray:
    """Folds and light: slow hills, longer downwards than across, and a slope from one side."""
    folds = noise(rng, size, columns=8, rows=4)
    slope = (_axis(size) - 0.5) * rng.uniform(-1, 1)
    return rng.uniform(0.02, 0.14) * folds + 0.25 * slope[None, :]


PATTERNS: dict[Pattern, float] = {stripes: 1.5, checks: 0.7, flowers: 1.4, knit: 3}
"""The patterns and how often each is worn, relative to the others."""


def random_pattern(rng: Random, size: int, *, patterned: float) -> np.ndarray:
    """With probability `patterned` a random pattern at a random strength, or none."""
    if rng.random() >= patterned:
        return np.zeros((1, 1), dtype=np.float32)
    pattern = rng.choices(list(PATTERNS), weights=list(PATTERNS.values()))[0]
    strength = rng.uniform(0.08, 0.5)
    return strength * pattern(rng, size)
