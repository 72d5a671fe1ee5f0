"""Make photos from test images: enlarged, colored, off center, on various backgrounds, as JPEG."""

import colorsys
import io

import cv2
import numpy as np
from PIL import Image

from fmnist_core.preprocessing.authors_conversion import BACKGROUND_GRAY, LUMA_WEIGHTS

PLAIN_KINDS, TINTED_KINDS, TEXTURED_KINDS = (
    ("white", "pale", "dark"),
    ("uneven",),
    ("wood", "carpet", "bed"),
)
KINDS = (*PLAIN_KINDS, *TINTED_KINDS, *TEXTURED_KINDS)
"""Backgrounds; `uneven` is tinted paper in uneven light with an EXIF orientation."""
HEIGHT, WIDTH = 480, 640
SIZES = (200, 400)
"""Range of the edge of the enlarged image, in pixels."""
MAX_GARMENT_GRAY = 0.25
"""Gray level of the lightest garment color, from 0 to 1."""
MAX_SHADE = 0.35
"""Reduction of brightness on the dark side of uneven light."""
EXIF_ORIENTATION = 274
EXIF_TRANSPOSES = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}


def make_photo(image: np.ndarray, kind: str, rng: np.random.Generator) -> bytes:
    """Make a JPEG file of a test image uint8 [28, 28] on a background of `KINDS`."""
    size = int(rng.uniform(*SIZES))
    large = cv2.resize(image.astype(np.float32) / 255, (size, size), interpolation=cv2.INTER_CUBIC)
    top, left = rng.integers(0, HEIGHT - size + 1), rng.integers(0, WIDTH - size + 1)
    tones = np.zeros((HEIGHT, WIDTH, 1), dtype=np.float32)
    tones[top : top + size, left : left + size, 0] = np.clip(large, 0, 1)
    if kind == "dark":
        background, garment = _random_color(rng, 15, 55), _random_color(rng, 215, 250)
        pixels = background + (garment - background) * tones
    else:
        reflected = 1 - tones * (1 - _garment_color(rng))  # fraction of the light
        if kind in TEXTURED_KINDS:
            alpha = _garment_alpha(tones)
            pixels = _background(kind, rng) * (1 - alpha) + alpha * BACKGROUND_GRAY * reflected
        else:
            pixels = _background(kind, rng) * reflected
    if kind == "uneven":
        pixels = pixels * _uneven_light(rng)
    pixels = pixels + rng.normal(0, 2, pixels.shape)
    photo = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return _encode_jpeg(photo, int(rng.choice(list(EXIF_TRANSPOSES))) if kind == "uneven" else None)


def _encode_jpeg(photo: Image.Image, orientation: int | None) -> bytes:
    file, exif = io.BytesIO(), Image.Exif()
    if orientation is not None:
        photo = photo.transpose(EXIF_TRANSPOSES[orientation])
        exif[EXIF_ORIENTATION] = orientation
    photo.save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()


def _random_color(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    return rng.uniform(low, high, 3)


def _garment_color(rng: np.random.Generator) -> np.ndarray:
    """Random color of a garment's darkest tone, 0 to 1, dark enough to show its pattern."""
    while True:
        hue, saturation, value = rng.random(), rng.uniform(0, 0.9), rng.uniform(0.05, 0.5)
        color = np.array(colorsys.hsv_to_rgb(hue, saturation, value))
        if color @ LUMA_WEIGHTS < MAX_GARMENT_GRAY:
            return color


def _garment_alpha(tones: np.ndarray) -> np.ndarray:
    """Opacity of the garment over its background, 0 to 1, with soft edges."""
    mask = cv2.morphologyEx(
        (tones[..., 0] > 0.02).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5))
    )
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, [line for line in contours if cv2.contourArea(line) > 30], -1, 1, -1)
    return cv2.GaussianBlur(filled.astype(np.float32), (0, 0), 1.0)[..., None]


def _uneven_light(rng: np.random.Generator) -> np.ndarray:
    """Brightness [H, W, 1], lower on one side."""
    y, x = np.mgrid[0 : 1 : HEIGHT * 1j, 0 : 1 : WIDTH * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    ramp = np.cos(angle) * x + np.sin(angle) * y
    return (1 - MAX_SHADE * (ramp - ramp.min()) / np.ptp(ramp))[..., None]


def _background(kind: str, rng: np.random.Generator) -> np.ndarray:
    """Draw a background, RGB [H, W, 3] from 0 to 255."""
    if kind == "white":
        return np.full((HEIGHT, WIDTH, 3), rng.uniform(244, 255))
    if kind in ("pale", "uneven"):
        return np.ones((HEIGHT, WIDTH, 1)) * _random_color(
            rng, 170 if kind == "uneven" else 205, 240
        )
    color, pattern = {"wood": _wood, "carpet": _carpet, "bed": _bed}[kind](rng)
    return np.clip(color * (1 + pattern)[..., None], 0, 255)


def _wood(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    down = np.linspace(0, 1, HEIGHT)[:, None]
    rings = np.sin(2 * np.pi * (down * rng.uniform(10, 25) + _blotches(rng, 120, 0.6)))
    planks = (np.arange(HEIGHT) // rng.integers(70, 130) % 2)[:, None]
    pattern = 0.05 * rings + _blotches(rng, 3, 0.025) + 0.12 * planks
    return np.array([150.0, 105.0, 65.0]) * rng.uniform(0.8, 1.2), pattern


def _carpet(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return _muted_color(rng, 90, 170), _blotches(rng, 2, 0.12) + _blotches(rng, 5, 0.08)


def _bed(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Bed linen with folds, a weave and, half of the time, stripes."""
    across, down = np.arange(WIDTH), np.arange(HEIGHT)
    weave = 0.03 * np.sin(across * 1.3)[None] * np.sin(down * 1.3)[:, None]
    stripes = 0.08 * (across // rng.integers(18, 40) % 2)[None] * rng.integers(0, 2)
    pattern = _blotches(rng, 90, 0.10) + weave + stripes + _blotches(rng, 2, 0.02)
    return _muted_color(rng, 170, 230), pattern


def _muted_color(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    color = _random_color(rng, low, high)
    return 0.5 * color + 0.5 * color.mean()


def _blotches(rng: np.random.Generator, scale: int, strength: float) -> np.ndarray:
    """Smooth noise [H, W] of this standard deviation, with blotches of `scale` pixels."""
    coarse = rng.normal(0, strength, (HEIGHT // scale, WIDTH // scale)).astype(np.float32)
    return cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
