"""Make out-of-distribution images: digits, letters, scribbles, shapes, noise, altered garments."""

import string
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fmnist_core.bench.synthetic_sketches import CANVAS_EDGE
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.preprocessing import sketch
from fmnist_core.preprocessing.sketch import Sketch

MakeImage = Callable[[np.random.Generator, np.ndarray], np.ndarray]
"""From a random generator and a test image uint8 [28, 28] (which some use) to an input image."""


def _preprocess(canvas: np.ndarray) -> np.ndarray:
    return sketch.preprocess_sketch(Sketch(tones=canvas.astype(np.float32) / 255)).image


def make_digit(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    """A handwritten digit (from scikit-learn's copy of UCI's optical recognition data set)."""
    from sklearn.datasets import load_digits

    digits = load_digits().images
    image = digits[rng.integers(len(digits))].astype(np.float32) * 255 / 16
    large = cv2.resize(image, (CANVAS_EDGE, CANVAS_EDGE), interpolation=cv2.INTER_CUBIC)
    return _preprocess(np.clip(large, 0, 255))


def make_letter(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    """A printed letter."""
    image = Image.new("L", (CANVAS_EDGE, CANVAS_EDGE))
    center = CANVAS_EDGE / 2, CANVAS_EDGE / 2
    text = str(rng.choice(list(string.ascii_letters)))
    font = ImageFont.load_default(CANVAS_EDGE * 0.7)
    ImageDraw.Draw(image).text(center, text, fill=255, font=font, anchor="mm")
    return _preprocess(np.asarray(image))


def make_scribble(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    """One to three random brush strokes."""
    canvas = np.zeros((CANVAS_EDGE, CANVAS_EDGE), dtype=np.uint8)
    for _stroke in range(rng.integers(1, 4)):
        knots = np.cumsum(rng.normal(0, 45, (12, 2)), axis=0) + rng.uniform(60, 220, 2)
        line = cv2.resize(knots.astype(np.float32), (2, 80), interpolation=cv2.INTER_CUBIC)
        points = np.rint(line.clip(5, CANVAS_EDGE - 5)).astype(np.int32)
        cv2.polylines(canvas, [points], False, 255, int(rng.integers(4, 22)), cv2.LINE_AA)
    return _preprocess(canvas)


def make_shape(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    """A filled ellipse, star or triangle."""
    canvas = np.zeros((CANVAS_EDGE, CANVAS_EDGE), dtype=np.uint8)
    kind = rng.integers(3)
    if kind == 0:
        axes = tuple(int(axis) for axis in rng.integers(40, 120, 2))
        cv2.ellipse(canvas, (CANVAS_EDGE // 2, CANVAS_EDGE // 2), axes, 0, 0, 360, 255, cv2.FILLED)
    elif kind == 1:
        angles = np.arange(10) * np.pi / 5
        radii = np.where(np.arange(10) % 2, 45, 120)[:, None]
        corners = CANVAS_EDGE / 2 + radii * np.stack([np.sin(angles), -np.cos(angles)], axis=1)
        cv2.fillPoly(canvas, [np.rint(corners).astype(np.int32)], 255)
    else:
        cv2.fillPoly(canvas, [rng.integers(20, CANVAS_EDGE - 20, (3, 2)).astype(np.int32)], 255)
    return _preprocess(canvas)


def make_noise(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    return rng.integers(0, 256, (IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)


def make_negative(_: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """A test image with black and white swapped, as by an app that forgets to invert."""
    return 255 - image


def shuffle_quarters(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """A test image with its quarters in random order."""
    half = IMAGE_SIZE // 2
    quarters = [
        image[row : row + half, left : left + half] for row in (0, half) for left in (0, half)
    ]
    first, second, third, fourth = (quarters[index] for index in rng.permutation(4))
    return np.block([[first, second], [third, fourth]])


def flip_upside_down(_: np.random.Generator, image: np.ndarray) -> np.ndarray:
    return image[::-1]


KINDS: Mapping[str, MakeImage] = {
    "handwritten digits": make_digit,
    "letters": make_letter,
    "scribbles": make_scribble,
    "shapes": make_shape,
    "noise": make_noise,
    "negatives": make_negative,
    "quarters shuffled": shuffle_quarters,
    "upside down": flip_upside_down,
}
