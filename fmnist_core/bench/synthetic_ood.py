"""What is no garment, as somebody would hand it in: digits, letters, scribbles, shapes, noise."""

import string
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fmnist_core.bench.synthetic_sketches import CANVAS
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.preprocessing import sketch
from fmnist_core.preprocessing.sketch import Sketch

Make = Callable[[np.random.Generator, np.ndarray], np.ndarray]
"""From chance and a test image uint8 [28, 28], which some take, to what models see."""


def _seen(canvas: np.ndarray) -> np.ndarray:
    return sketch.preprocess_sketch(Sketch(tones=canvas.astype(np.float32) / 255)).image


def digit(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    """A handwritten digit (scikit-learn's, of UCI's optical recognition set)."""
    from sklearn.datasets import load_digits

    digits = load_digits().images
    chosen = digits[rng.integers(len(digits))].astype(np.float32) * 255 / 16
    large = cv2.resize(chosen, (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC)
    return _seen(np.clip(large, 0, 255))


def letter(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    """A printed letter."""
    picture = Image.new("L", (CANVAS, CANVAS))
    middle = CANVAS / 2, CANVAS / 2
    text = str(rng.choice(list(string.ascii_letters)))
    font = ImageFont.load_default(CANVAS * 0.7)
    ImageDraw.Draw(picture).text(middle, text, fill=255, font=font, anchor="mm")
    return _seen(np.asarray(picture))


def scribble(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    """One to three wandering strokes of a brush."""
    canvas = np.zeros((CANVAS, CANVAS), dtype=np.uint8)
    for _stroke in range(rng.integers(1, 4)):
        knots = np.cumsum(rng.normal(0, 45, (12, 2)), axis=0) + rng.uniform(60, 220, 2)
        line = cv2.resize(knots.astype(np.float32), (2, 80), interpolation=cv2.INTER_CUBIC)
        points = np.rint(line.clip(5, CANVAS - 5)).astype(np.int32)
        cv2.polylines(canvas, [points], False, 255, int(rng.integers(4, 22)), cv2.LINE_AA)
    return _seen(canvas)


def shape(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    """A filled ellipse, star or triangle."""
    canvas = np.zeros((CANVAS, CANVAS), dtype=np.uint8)
    kind = rng.integers(3)
    if kind == 0:
        axes = tuple(int(axis) for axis in rng.integers(40, 120, 2))
        cv2.ellipse(canvas, (CANVAS // 2, CANVAS // 2), axes, 0, 0, 360, 255, cv2.FILLED)
    elif kind == 1:
        angles = np.arange(10) * np.pi / 5
        radii = np.where(np.arange(10) % 2, 45, 120)[:, None]
        corners = CANVAS / 2 + radii * np.stack([np.sin(angles), -np.cos(angles)], axis=1)
        cv2.fillPoly(canvas, [np.rint(corners).astype(np.int32)], 255)
    else:
        cv2.fillPoly(canvas, [rng.integers(20, CANVAS - 20, (3, 2)).astype(np.int32)], 255)
    return _seen(canvas)


def noise(rng: np.random.Generator, _: np.ndarray) -> np.ndarray:
    return rng.integers(0, 256, (IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)


def negative(_: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """A test image with black and white exchanged, as by an app that forgets to negate."""
    return 255 - image


def shuffled(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """The quarters of a test image in another order."""
    half = IMAGE_SIZE // 2
    quarters = [
        image[row : row + half, left : left + half] for row in (0, half) for left in (0, half)
    ]
    first, second, third, fourth = (quarters[place] for place in rng.permutation(4))
    return np.block([[first, second], [third, fourth]])


def upside_down(_: np.random.Generator, image: np.ndarray) -> np.ndarray:
    return image[::-1]


KINDS: Mapping[str, Make] = {
    "handwritten digits": digit,
    "letters": letter,
    "scribbles": scribble,
    "shapes": shape,
    "noise": noise,
    "negatives": negative,
    "quarters shuffled": shuffled,
    "upside down": upside_down,
}
