"""Generate synthetic garments: a seeded stand-in for Fashion-MNIST that needs no download.

Every garment is assembled from pieces (see `clothes`, `shoes` and `bags`), rotated slightly, scaled
to the image like those of the real data set (longest side almost 28 pixels, centered), rendered at
a multiple of its size and reduced.
"""

from random import Random

import numpy as np
from PIL import Image, ImageDraw

from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import IMAGE_SIZE, NUM_CLASSES
from fmnist_core.synthetic import textures
from fmnist_core.synthetic.bags import bag
from fmnist_core.synthetic.clothes import coat, dress, pullover, shirt, t_shirt, trouser
from fmnist_core.synthetic.shapes import Piece, Points
from fmnist_core.synthetic.shoes import ankle_boot, sandal, sneaker

GARMENT_FUNCTIONS = (
    t_shirt,
    trouser,
    pullover,
    dress,
    coat,
    sandal,
    shirt,
    sneaker,
    bag,
    ankle_boot,
)
"""The function that assembles each class, by label: (rng, tone) -> pieces."""

PATTERN_PROBABILITIES = (0.4, 0.12, 0.45, 0.45, 0.35, 0.5, 0.5, 0.25, 0.25, 0.15)
"""Probability that a garment has a pattern, by label."""

SUPERSAMPLING = 4
"""Pixels rendered per pixel and axis; 8 took three times as long and looked the same."""

_SEED_STRIDE = 2**32


def draw_garment(label: int, seed: int) -> np.ndarray:
    """Draw the garment of class `label` with this seed: uint8 [28, 28], the same on any machine.

    Raises `DataError` for a label outside 0 to 9.
    """
    return draw_garment_large(label, seed, size=IMAGE_SIZE)


def draw_garment_large(label: int, seed: int, *, size: int = 280) -> np.ndarray:
    """Draw the same garment at another size: uint8 [size, size].

    Raises `DataError` for a label outside 0 to 9.
    """
    if not 0 <= label < NUM_CLASSES:
        raise DataError(
            f"label is {label}; it must be from 0 to {NUM_CLASSES - 1}.",
            field="label",
            value=label,
            allowed=range(NUM_CLASSES),
        )
    rng = Random(f"{label}:{seed}")  # a string, because the sign of an integer seed is ignored
    tone = _base_tone(rng)
    pieces = _fit_to_image(GARMENT_FUNCTIONS[label](rng, tone), rng)
    large = _render(
        pieces, rng, pattern_probability=PATTERN_PROBABILITIES[label], size=size * SUPERSAMPLING
    )
    return np.asarray(large.resize((size, size), Image.Resampling.LANCZOS))


def generate_garments(num_images: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Generate garments in random order: images uint8 [N, 28, 28], labels int64 [N].

    Class sizes differ by at most one; no two seeds share a garment. Raises `DataError` if
    `num_images` is negative.
    """
    garments = GarmentSet(num_images, seed=seed)
    return garments[np.arange(num_images)], garments.labels


class GarmentSet:
    """The garments that `generate_garments` returns, each drawn when it is asked for.

    A page that shows sixty of 12,000 has them in a tenth of a second.
    """

    def __init__(self, num_images: int, *, seed: int = 0) -> None:
        if num_images < 0:
            raise DataError(
                f"num_images is {num_images}; it must be 0 or more.",
                field="num_images",
                value=num_images,
            )
        rng = Random(f"order:{seed}")
        self._seed = seed
        self._order = sorted(range(num_images), key=lambda _: rng.random())
        self.labels = np.array(self._order, dtype=np.int64) % NUM_CLASSES
        """Int64 [N]."""

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, positions: np.ndarray | int) -> np.ndarray:
        """Draw the garments at these positions, uint8 [K, 28, 28], or at one, [28, 28]."""
        if isinstance(positions, int | np.integer):
            return self._draw(int(positions))
        images = np.empty((len(positions), IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
        for row, position in enumerate(positions):
            images[row] = self._draw(int(position))
        return images

    def _draw(self, position: int) -> np.ndarray:
        index = self._order[position]
        return draw_garment(index % NUM_CLASSES, self._seed * _SEED_STRIDE + index)


def _base_tone(rng: Random) -> float:
    """Random brightness from 0.2 to 0.95; as in the real data set, most garments are light."""
    low, high = rng.choices([(0.2, 0.4), (0.4, 0.68), (0.68, 0.95)], weights=[2, 4, 7])[0]
    return rng.uniform(low, high)


def _fit_to_image(pieces: list[Piece], rng: Random) -> list[Piece]:
    """Rotate pieces by up to 3 degrees and scale them to the image, coordinates 0 to 1."""
    tilt = rng.uniform(-0.026, 0.026)
    cos, sin = (1 - tilt**2) / (1 + tilt**2), 2 * tilt / (1 + tilt**2)
    rotated = [[(cos * x - sin * y, sin * x + cos * y) for x, y in p.points] for p in pieces]
    left, top, right, bottom = _bounds(pieces, rotated)
    longer, shorter = max(right - left, bottom - top), min(right - left, bottom - top)
    scale = min(rng.uniform(0.94, 0.99) / longer, 0.85 / shorter)  # keeps the image corners black
    slack_x, slack_y = 1 - scale * (right - left), 1 - scale * (bottom - top)
    # At most about a pixel off center, as in the real data set.
    shift_x = slack_x / 2 + min(slack_x / 4, 0.04) * rng.uniform(-1, 1) - scale * left
    shift_y = slack_y / 2 + min(slack_y / 4, 0.04) * rng.uniform(-1, 1) - scale * top
    return [
        Piece([(scale * x + shift_x, scale * y + shift_y) for x, y in points], p.tone,
              scale * p.width, p.weave)
        for p, points in zip(pieces, rotated, strict=True)
    ]  # fmt: skip


def _bounds(pieces: list[Piece], rotated: list[Points]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the visible pieces, including the width of strokes."""
    extents = [(x, y, p.width / 2) for p, points in zip(pieces, rotated, strict=True) if p.tone > 0
             for x, y in points]  # fmt: skip
    return (
        min(x - w for x, _, w in extents),
        min(y - w for _, y, w in extents),
        max(x + w for x, _, w in extents),
        max(y + w for _, y, w in extents),
    )


def _render(
    pieces: list[Piece], rng: Random, *, pattern_probability: float, size: int
) -> Image.Image:
    """Render pieces with their tones, pattern and shading as grayscale of size × size pixels."""
    numbers = _top_piece_numbers(pieces, size)
    tones = np.array([0, *(p.tone for p in pieces)], dtype=np.float32)[numbers]
    weave = np.array([0, *(p.weave for p in pieces)], dtype=np.float32)[numbers]
    light = 1 + textures.shading(rng, size)
    light = light + weave * textures.random_pattern(rng, size, probability=pattern_probability)
    light += rng.uniform(0.02, 0.14) * textures.noise(rng, size, columns=28, rows=28)
    pixels = np.clip(255 * tones * light + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)


def _top_piece_numbers(pieces: list[Piece], size: int) -> np.ndarray:
    """Number of the topmost piece at each pixel, from 1, or 0: uint8 [size, size]."""
    canvas = Image.new("L", (size, size))
    draw = ImageDraw.Draw(canvas)
    for number, piece in enumerate(pieces, start=1):
        points = [(size * x, size * y) for x, y in piece.points]
        if piece.width:
            width = max(1, round(size * piece.width))
            draw.line(points, fill=number, width=width, joint="curve" if width > 4 else None)
        else:
            draw.polygon(points, fill=number)
    return np.asarray(canvas)
