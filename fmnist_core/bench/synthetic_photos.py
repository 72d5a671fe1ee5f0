"""Photographs made of test images: enlarged, coloured, off centre, on paper or cloth, as JPEG."""

import colorsys
import io

import cv2
import numpy as np
from PIL import Image

from fmnist_core.preprocessing.authors_conversion import LUMA_WEIGHTS, BACKGROUND_GRAY

PLAIN, TINTED, TEXTURED = ("white", "pale", "dark"), ("uneven",), ("wood", "carpet", "bed")
KINDS = (*PLAIN, *TINTED, *TEXTURED)
"""What the garment lies on; `uneven` is tinted paper in uneven light, turned by EXIF alone."""
HEIGHT, WIDTH = 480, 640
SIZES = (200, 400)
"""Edges of the enlarged image, in pixels."""
DEEPEST = 0.25
"""Grey of the palest colour that a garment is given."""
SHADE = 0.35
"""How much darker the dark side of uneven light is."""
EXIF_ORIENTATION = 274
TURNS = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def photograph(image: np.ndarray, kind: str, rng: np.random.Generator) -> bytes:
    """A JPEG file of a test image uint8 [28, 28] on a ground of `KINDS`."""
    size = int(rng.uniform(*SIZES))
    tones = cv2.resize(image.astype(np.float32) / 255, (size, size), interpolation=cv2.INTER_CUBIC)
    top, left = rng.integers(0, HEIGHT - size + 1), rng.integers(0, WIDTH - size + 1)
    placed = np.zeros((HEIGHT, WIDTH, 1), dtype=np.float32)
    placed[top : top + size, left : left + size, 0] = np.clip(tones, 0, 1)
    if kind == "dark":
        ground, pale = _tint(rng, 15, 55), _tint(rng, 215, 250)
        pixels = ground + (pale - ground) * placed
    else:
        kept = 1 - placed * (1 - _colour(rng))  # of the light, by the garment
        if kind in TEXTURED:
            inside = _silhouette(placed)
            pixels = _ground(kind, rng) * (1 - inside) + inside * BACKGROUND_GRAY * kept
        else:
            pixels = _ground(kind, rng) * kept
    if kind == "uneven":
        pixels = pixels * _light(rng)
    pixels = pixels + rng.normal(0, 2, pixels.shape)
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return _jpeg(picture, int(rng.choice(list(TURNS))) if kind == "uneven" else None)


def _jpeg(picture: Image.Image, orientation: int | None) -> bytes:
    file, exif = io.BytesIO(), Image.Exif()
    if orientation is not None:
        picture = picture.transpose(TURNS[orientation])
        exif[EXIF_ORIENTATION] = orientation
    picture.save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()


def _tint(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    return rng.uniform(low, high, 3)


def _colour(rng: np.random.Generator) -> np.ndarray:
    """Of a garment where it is deepest, 0 to 1: any hue, but dark enough to keep its pattern."""
    while True:
        hue, saturation, value = rng.random(), rng.uniform(0, 0.9), rng.uniform(0.05, 0.5)
        colour = np.array(colorsys.hsv_to_rgb(hue, saturation, value))
        if colour @ LUMA_WEIGHTS < DEEPEST:
            return colour


def _silhouette(placed: np.ndarray) -> np.ndarray:
    """Where the garment hides its ground, 0 to 1, with a soft rim."""
    shape = cv2.morphologyEx(
        (placed[..., 0] > 0.02).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5))
    )
    outlines, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(shape)
    cv2.drawContours(filled, [each for each in outlines if cv2.contourArea(each) > 30], -1, 1, -1)
    return cv2.GaussianBlur(filled.astype(np.float32), (0, 0), 1.0)[..., None]


def _light(rng: np.random.Generator) -> np.ndarray:
    """Brighter on one side."""
    y, x = np.mgrid[0 : 1 : HEIGHT * 1j, 0 : 1 : WIDTH * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    ramp = np.cos(angle) * x + np.sin(angle) * y
    return (1 - SHADE * (ramp - ramp.min()) / np.ptp(ramp))[..., None]


def _ground(kind: str, rng: np.random.Generator) -> np.ndarray:
    """RGB [H, W, 3] from 0 to 255."""
    if kind == "white":
        return np.full((HEIGHT, WIDTH, 3), rng.uniform(244, 255))
    if kind in ("pale", "uneven"):
        return np.ones((HEIGHT, WIDTH, 1)) * _tint(rng, 170 if kind == "uneven" else 205, 240)
    colour, pattern = {"wood": _wood, "carpet": _carpet, "bed": _bed}[kind](rng)
    return np.clip(colour * (1 + pattern)[..., None], 0, 255)


def _wood(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    down = np.linspace(0, 1, HEIGHT)[:, None]
    rings = np.sin(2 * np.pi * (down * rng.uniform(10, 25) + _blotches(rng, 120, 0.6)))
    planks = (np.arange(HEIGHT) // rng.integers(70, 130) % 2)[:, None]
    pattern = 0.05 * rings + _blotches(rng, 3, 0.025) + 0.12 * planks
    return np.array([150.0, 105.0, 65.0]) * rng.uniform(0.8, 1.2), pattern


def _carpet(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return _muted(rng, 90, 170), _blotches(rng, 2, 0.12) + _blotches(rng, 5, 0.08)


def _bed(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Cloth with folds, a weave and, half of the time, stripes."""
    across, down = np.arange(WIDTH), np.arange(HEIGHT)
    weave = 0.03 * np.sin(across * 1.3)[None] * np.sin(down * 1.3)[:, None]
    stripes = 0.08 * (across // rng.integers(18, 40) % 2)[None] * rng.integers(0, 2)
    pattern = _blotches(rng, 90, 0.10) + weave + stripes + _blotches(rng, 2, 0.02)
    return _muted(rng, 170, 230), pattern


def _muted(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    colour = _tint(rng, low, high)
    return 0.5 * colour + 0.5 * colour.mean()


def _blotches(rng: np.random.Generator, scale: int, strength: float) -> np.ndarray:
    """Smooth noise [H, W] with that deviation; `scale` is the size of a blotch in pixels."""
    few = rng.normal(0, strength, (HEIGHT // scale, WIDTH // scale)).astype(np.float32)
    return cv2.resize(few, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
