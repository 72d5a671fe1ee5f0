"""From a photograph to what a model sees: the garment is found, and then goes the authors' way.

Each step is a picture that can be shown. What the data set's authors did to thumbnails on white
paper is in `thumbnail.py`; this makes such a thumbnail of what people really photograph.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.preprocessing import authors_conversion
from fmnist_core.preprocessing.preprocessed import FULL_IMAGE, Original, Preprocessed, PreprocessingStep, Window, compose_boxes, window_to_box, input_box_around
from fmnist_core.preprocessing.segmentation import Background, segment_garment, fit_background
from fmnist_core.preprocessing.upload_limits import MIN_EDGE

MAX_WORKING_EDGE = 360
"""Longest edge on which the garment is looked for; finer detail than 28 pixels need costs time."""
DARK_BACKGROUND = 110
"""Grey below which paler garments are taken as they are, not negated."""
MIN_GARMENT_PIXELS = 30
TARGET_TONE = 0.9
"""To what a garment's deepest tones are brought (of 1): the data set's garments have such."""
DARKEST_PERCENTILE = 97
"""Percentile of a garment's tones that counts as its deepest."""
MIN_CONTRAST = 0.12
"""A garment whose deepest tones are below this is hardly told from its ground."""
LOW_CONTRAST_TEXT = (
    "The garment is hardly darker than its ground. Fashion-MNIST has no white garments on white: "
    "its authors left them out, so no model has learned them. Try another ground."
)

INVERTED_CAPTION = "Bright on black: this is what models see."


@dataclass(frozen=True, kw_only=True)
class Override:
    """What a person sets by hand where the automatic choice is wrong."""

    inverted: bool | None = None
    """Whether dark becomes bright: for garments darker than their ground."""
    threshold: float | None = None
    """How far from the ground's colour a garment begins, in Lab."""
    crop: tuple[float, float, float, float] | None = None
    """Left, top, right and bottom of what is looked at, as shares of width and height."""

    def cropped(self, picture: np.ndarray) -> np.ndarray:
        """That part of a picture; raises `DataError` where next to nothing would be left."""
        if self.crop is None:
            return picture
        part = picture[self.window(picture.shape)]
        if min(part.shape[:2]) < MIN_EDGE:
            raise DataError(
                f"The crop leaves {part.shape[1]}×{part.shape[0]} pixels; leave at least "
                f"{MIN_EDGE} on each edge."
            )
        return part

    def window(self, shape: tuple[int, ...]) -> Window:
        """The rows and columns that are looked at, of a picture of that shape."""
        height, width = shape[:2]
        left, top, right, bottom = self.crop or FULL_IMAGE
        rows = slice(round(top * height), round(bottom * height))
        return rows, slice(round(left * width), round(right * width))


NO_OVERRIDE = Override()


def preprocess_photo(picture: np.ndarray, override: Override = NO_OVERRIDE) -> Preprocessed:
    """From RGB uint8 [H, W, 3]; raises `DataError` where nothing stands out of the ground."""
    if _is_small_already(picture) and override.threshold is None and override.crop is None:
        return _as_it_is(picture, override)
    reduced = shrink_to_edge(override.cropped(picture), MAX_WORKING_EDGE)
    if min(reduced.shape[:2]) < MIN_EDGE:
        raise DataError("This picture is too narrow to find a garment in it. Crop it squarer.")
    ground = fit_background(reduced)
    mask = _mask(reduced, ground, override)
    if mask.sum() < MIN_GARMENT_PIXELS:
        raise DataError(
            "No garment stands out in this picture: it is all of one colour, or the garment is "
            "cut off on every side. Lay it on paper of another colour, with room around it."
        )
    tones, inverted = _tones(reduced, ground, mask, override)
    deepest = float(np.percentile(tones[mask], DARKEST_PERCENTILE))
    strong = np.clip(tones * max(1.0, TARGET_TONE / max(deepest, 1e-3)), 0, 1)
    bounds = _bounds(strong, mask)
    found = _on_paper(strong[bounds])
    cut, cut_step = _to_size(found)
    sharp = authors_conversion.sharpen(cut)
    whole = authors_conversion.extend(sharp)
    image = authors_conversion.to_grayscale(authors_conversion.negate(whole))
    steps = (
        PreprocessingStep(
            title="Photo", picture=reduced, hint="Upright, and small enough to work on."
        ),
        PreprocessingStep(
            title="Garment", picture=_masked(reduced, mask), hint="What stands out of its ground."
        ),
        PreprocessingStep(
            title="On paper", picture=found, hint="Grey, on white paper, light evened out."
        ),
        cut_step,
        PreprocessingStep(title="Sharpened", picture=sharp, hint="By a Gaussian of radius 1."),
        PreprocessingStep(title="Extended", picture=whole, hint="In the middle of 28 × 28 pixels."),
        PreprocessingStep(title="Negated", picture=image, hint=INVERTED_CAPTION),
    )
    warning = LOW_CONTRAST_TEXT if deepest < MIN_CONTRAST else None
    square = compose_boxes(
        window_to_box(override.window(picture.shape), picture.shape),
        window_to_box(bounds, reduced.shape),
        input_box_around(authors_conversion.centered_window(cut.shape)),
    )
    original = Original(picture=picture, square=square)
    return Preprocessed(
        image=image, steps=steps, inverted=inverted, warning=warning, original=original
    )


def _to_size(found: np.ndarray) -> tuple[np.ndarray, PreprocessingStep]:
    """The garment with 28 pixels along its longest edge.

    What has a thumbnail's size goes the authors' way. A photograph has grain, which comes through
    where rows are skipped: by way of 56 pixels that cost 1.1 to 1.8 points on paper, averaged
    areas 0.7 to 0.9.
    """
    if max(found.shape[:2]) <= authors_conversion.THUMBNAIL_HEIGHT:
        small = authors_conversion.subsample(found)
        return small, PreprocessingStep(
            title="Subsampled", picture=small, hint="28 rows: the others skipped."
        )
    small = shrink_to_edge(found, IMAGE_SIZE)
    hint = "Longest edge 28: areas are averaged."
    return small, PreprocessingStep(title="Reduced", picture=small, hint=hint)


def _is_small_already(picture: np.ndarray) -> bool:
    """Whether it has the data set's own form: 28×28 and grey."""
    size = (IMAGE_SIZE, IMAGE_SIZE, 3)
    return picture.shape == size and bool((picture == picture[..., :1]).all())


def _as_it_is(picture: np.ndarray, override: Override) -> Preprocessed:
    """An image of the data set's form is not prepared a second time, only negated if need be."""
    inverted = override.inverted
    corners = picture[[0, 0, -1, -1], [0, -1, 0, -1], 0]
    if inverted is None:
        inverted = bool(np.median(corners) > 127)
    image = authors_conversion.to_grayscale(authors_conversion.negate(picture) if inverted else picture)
    steps = [
        PreprocessingStep(
            title="Image", picture=picture, hint="28 × 28 and grey already: it stays so."
        )
    ]
    if inverted:
        steps.append(PreprocessingStep(title="Negated", picture=image, hint=INVERTED_CAPTION))
    original = Original(picture=picture, square=FULL_IMAGE)
    return Preprocessed(image=image, steps=tuple(steps), inverted=inverted, original=original)


def shrink_to_edge(picture: np.ndarray, edge: int) -> np.ndarray:
    """With that longest edge at most; areas are averaged, so that nothing aliases."""
    height, width = picture.shape[:2]
    scale = edge / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _mask(picture: np.ndarray, ground: Background, override: Override) -> np.ndarray:
    if override.threshold is None:
        return segment_garment(picture, ground)
    return ground.distance > override.threshold


def _tones(
    picture: np.ndarray, ground: Background, mask: np.ndarray, override: Override
) -> tuple[np.ndarray, bool]:
    """How far the garment is from its ground, 0 to 1 in [H, W], and whether dark became bright."""
    grey = picture.astype(np.float32) @ authors_conversion.LUMA_WEIGHTS.astype(np.float32)
    surface = cv2.cvtColor(ground.surface, cv2.COLOR_LAB2RGB) * 255
    below = np.clip(surface @ authors_conversion.LUMA_WEIGHTS.astype(np.float32), 1, 254)
    garment, bottom = float(np.median(grey[mask])), float(np.median(below[mask]))
    inverted = override.inverted
    if inverted is None:
        inverted = ground.textured or not (bottom < DARK_BACKGROUND and garment > bottom)
    if not inverted:
        tones = (grey - below) / (255 - below)
    elif ground.textured:
        tones = 1 - grey / 255  # the ground is not seen through the garment
    else:
        tones = 1 - grey / below
    soft = cv2.GaussianBlur(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3))) * 1.0, (0, 0), 0.8)
    edge = cv2.GaussianBlur(mask * 1.0, (0, 0), 0.7) if ground.textured else soft
    return np.clip(tones, 0, 1) * edge, inverted


def _bounds(tones: np.ndarray, mask: np.ndarray) -> Window:
    """The rows and columns that the garment takes."""
    seen = mask & (tones > authors_conversion.FUZZ)
    rows, columns = np.nonzero(seen if seen.sum() >= MIN_GARMENT_PIXELS else mask)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


def _on_paper(tones: np.ndarray) -> np.ndarray:
    """As a thumbnail of the authors': RGB uint8 [h, w, 3]."""
    grey = np.rint(authors_conversion.BACKGROUND_GRAY * (1 - tones)).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _masked(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.where(mask[..., None], picture, authors_conversion.BACKGROUND_GRAY).astype(np.uint8)
