"""Preprocess a photo: segment the garment and convert it as the authors did.

Fashion-MNIST was made from thumbnails on a white background (see `authors_conversion`). A photo is
first turned into such a thumbnail. Every step yields an image that can be shown.
"""

from dataclasses import replace

import cv2
import numpy as np

from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.preprocessing import authors_conversion, proportions
from fmnist_core.preprocessing.background import Background, fit_background
from fmnist_core.preprocessing.photo_adjustments import NO_ADJUSTMENTS, PhotoAdjustments, Stroke
from fmnist_core.preprocessing.preprocessed import (
    FULL_IMAGE,
    Box,
    OriginalImage,
    Preprocessed,
    PreprocessingStep,
    Window,
    box_window,
    compose_boxes,
    input_box_around,
    window_to_box,
)
from fmnist_core.preprocessing.segmentation import FindSalient, segment_garment
from fmnist_core.preprocessing.shoe_pair import find_pair
from fmnist_core.preprocessing.upload_limits import MIN_EDGE
from fmnist_core.preprocessing.upright import find_tilt, turn, turn_box_back

MAX_WORKING_EDGE = 360
"""Longest edge in pixels; for a result of 28 pixels, more detail only costs time."""
MIN_AREA_FRACTION = 0.005
"""Of the photo; a mask below this is a speck, not a garment."""
DARK_BACKGROUND = 110
"""Gray level below which a background counts as dark, so that a lighter garment is not inverted."""
TARGET_TONE = 0.9
"""On a plain background, a garment's darkest tones are scaled up to this (of 1)."""
EDGE_BLUR = 0.7
"""Standard deviation in pixels that makes a mask's edge as soft as a photo's."""
DARKEST_PERCENTILE = 97
"""Percentile of a garment's tones that counts as its darkest."""
MIN_CONTRAST = 0.12
"""A garment whose darkest tones are below this barely differs from its background."""
LOW_CONTRAST_TEXT = (
    "The garment is hardly darker than its background. Fashion-MNIST has no white garments on "
    "white: its authors left them out, so no model has learned them. Try another background."
)
NO_GARMENT_TEXT = (
    "No garment stands out here, so the models see all of it. Mark the garment, or "
    "try again on a plain background of a different color, with some space around the garment."
)
PAIR_TEXT = (
    "This looks like a pair of shoes. Models know one shoe, from the side: choose one of the two."
)
CROPPED_CAPTION = "Cropped to the garment, in grayscale."
UPRIGHT_CAPTION = "Cropped to the garment, set upright, in grayscale."
INVERTED_CAPTION = "Bright on black, as in the training images."


def preprocess_photo(
    image: np.ndarray,
    adjustments: PhotoAdjustments = NO_ADJUSTMENTS,
    *,
    find_salient: FindSalient | None = None,
) -> Preprocessed:
    """Convert a photo, RGB uint8 [H, W, 3], to 28×28.

    Where no garment stands out, the whole photo takes its place. Raises `DataError` if an edge is
    shorter than `MIN_EDGE`.
    """
    if min(image.shape[:2]) < MIN_EDGE:
        raise DataError(
            f"The photo has {image.shape[1]}×{image.shape[0]} pixels; it needs at least {MIN_EDGE} "
            "in each direction."
        )
    if _is_preprocessed(image) and adjustments.box is None and not adjustments.strokes:
        return _keep_as_is(image, adjustments)
    window = _crop_window(image.shape, adjustments.box or FULL_IMAGE)
    crop = window_to_box(window, image.shape)
    photo = shrink_to_edge(image[window], MAX_WORKING_EDGE)
    background = fit_background(photo)
    strokes = [_stroke_in_crop(stroke, crop) for stroke in adjustments.strokes]
    mask = segment_garment(photo, background, strokes=strokes, find_salient=find_salient)
    found_garment = bool(mask.mean() >= MIN_AREA_FRACTION)
    if not found_garment:
        mask = np.ones_like(mask)
    is_plain = background.is_plain and found_garment
    tones, inverted = _garment_tones(
        photo, background, mask, is_plain=is_plain, inverted=adjustments.inverted
    )
    darkest = float(np.percentile(tones[mask], DARKEST_PERCENTILE))
    if is_plain:
        tones = np.clip(tones * max(1.0, TARGET_TONE / max(darkest, 1e-3)), 0, 1)
    tilt = find_tilt(mask) if found_garment else 0
    upright, upright_mask = turn(tones, tilt), turn(mask.astype(np.float32), tilt) > 0.5
    garment_window = _garment_window(upright, upright_mask)
    on_white = _on_white_background(upright[garment_window])
    caption = UPRIGHT_CAPTION if tilt else CROPPED_CAPTION
    if found_garment:
        cropped_height = len(on_white)
        on_white = proportions.stretch_to_square(on_white, upright_mask[garment_window])
        if len(on_white) > cropped_height:
            caption = f"{caption} {proportions.CAPTION}"
    small, resize_step = _resize_garment(on_white)
    sharpened = authors_conversion.sharpen(small)
    centered = authors_conversion.extend(sharpened)
    result = authors_conversion.to_grayscale(authors_conversion.negate(centered))
    steps = (
        PreprocessingStep(title="Photo", image=photo, caption="Rotated upright and resized."),
        PreprocessingStep(
            title="Garment", image=_cut_out(photo, mask), caption="Cut out from the background."
        ),
        PreprocessingStep(title="White background", image=on_white, caption=caption),
        resize_step,
        PreprocessingStep(
            title="Sharpened", image=sharpened, caption="With a Gaussian of radius 1."
        ),
        PreprocessingStep(
            title="Centered", image=centered, caption="In the middle of 28 × 28 pixels."
        ),
        PreprocessingStep(title="Inverted", image=result, caption=INVERTED_CAPTION),
    )
    upright_box = compose_boxes(
        window_to_box(garment_window, upright.shape),
        input_box_around(authors_conversion.centered_window(small.shape)),
    )
    input_box = compose_boxes(crop, turn_box_back(upright_box, tilt, photo.shape))
    pair = find_pair(mask) if found_garment and adjustments.box is None else ()
    return Preprocessed(
        image=result,
        steps=steps,
        inverted=inverted,
        warning=_warning(found_garment, darkest),
        found_garment=found_garment,
        hint=PAIR_TEXT if pair else None,
        pair=pair,
        original=OriginalImage(
            image=image,
            input_box=input_box,
            tilt=tilt,
            mask=_mask_of_image(mask, window, image.shape),
        ),
    )


def _crop_window(shape: tuple[int, ...], box: Box) -> Window:
    """Rows and columns of a box in an image of this shape, at least `MIN_EDGE` of each."""
    rows, columns = (
        slice(min(edge.start, length - MIN_EDGE), max(edge.stop, edge.start + MIN_EDGE))
        for edge, length in zip(box_window(box, shape), shape, strict=False)
    )
    return rows, columns


def _stroke_in_crop(stroke: Stroke, crop: Box) -> Stroke:
    """Express a stroke in fractions of the crop."""
    left, top, right, bottom = crop
    points = [((x - left) / (right - left), (y - top) / (bottom - top)) for x, y in stroke.points]
    return replace(stroke, points=tuple(points))


def _mask_of_image(mask: np.ndarray, window: Window, shape: tuple[int, ...]) -> np.ndarray:
    """Put the mask of a window, bool [h, w], at its place in the whole image, at a low resolution.

    `shape` is that of the image.
    """
    if mask.shape == shape[:2]:
        return mask
    scale = min(1.0, MAX_WORKING_EDGE / max(shape[:2]))
    height, width = (max(1, round(edge * scale)) for edge in shape[:2])
    rows, columns = box_window(window_to_box(window, shape), (height, width))
    size = max(1, columns.stop - columns.start), max(1, rows.stop - rows.start)
    whole = np.zeros((height, width), dtype=bool)
    part = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    top, left = min(rows.start, height - size[1]), min(columns.start, width - size[0])
    whole[top : top + size[1], left : left + size[0]] = part
    return whole


def shrink_to_edge(image: np.ndarray, max_edge: int) -> np.ndarray:
    """Shrink the longest edge to `max_edge` pixels by averaging areas, which avoids aliasing."""
    height, width = image.shape[:2]
    scale = max_edge / max(height, width)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def _is_preprocessed(image: np.ndarray) -> bool:
    """Whether an image already has the format of the data set: 28×28 and gray."""
    shape = (IMAGE_SIZE, IMAGE_SIZE, 3)
    return image.shape == shape and bool((image == image[..., :1]).all())


def _keep_as_is(image: np.ndarray, adjustments: PhotoAdjustments) -> Preprocessed:
    """Return an image in the format of the data set, inverted if its corners are bright."""
    inverted = adjustments.inverted
    if inverted is None:
        corners = image[[0, 0, -1, -1], [0, -1, 0, -1], 0]
        inverted = bool(np.median(corners) > 127)
    result = authors_conversion.to_grayscale(
        authors_conversion.negate(image) if inverted else image
    )
    steps = [
        PreprocessingStep(
            title="Image", image=image, caption="Already 28 × 28 and gray: kept as is."
        )
    ]
    if inverted:
        steps.append(PreprocessingStep(title="Inverted", image=result, caption=INVERTED_CAPTION))
    original = OriginalImage(image=image, input_box=FULL_IMAGE)
    return Preprocessed(image=result, steps=tuple(steps), inverted=inverted, original=original)


def _warning(found_garment: bool, darkest: float) -> str | None:
    if not found_garment:
        return NO_GARMENT_TEXT
    return LOW_CONTRAST_TEXT if darkest < MIN_CONTRAST else None


def _garment_tones(
    photo: np.ndarray,
    background: Background,
    mask: np.ndarray,
    *,
    is_plain: bool,
    inverted: bool | None,
) -> tuple[np.ndarray, bool]:
    """The garment on white, 0 for white to 1 [H, W], and whether dark became bright.

    On a plain background, which shows through a light or sheer garment and evens out the light, a
    tone is the difference from it. On any other the garment's own gray is taken as it is: on half
    of the development photographs, stretching or normalizing it cost 1 to 4 points of accuracy.
    """
    luma = authors_conversion.LUMA_WEIGHTS.astype(np.float32)
    gray = photo.astype(np.float32) @ luma
    surface = cv2.cvtColor(background.surface, cv2.COLOR_LAB2RGB) * 255
    background_gray = np.clip(surface @ luma, 1, 254)
    garment_level = float(np.median(gray[mask]))
    background_level = float(np.median(background_gray[mask]))
    if inverted is None:
        is_light_on_dark = background_level < DARK_BACKGROUND and garment_level > background_level
        inverted = not (is_plain and is_light_on_dark)
    if not is_plain:
        tones = 1 - gray / 255 if inverted else gray / 255
    elif inverted:
        tones = 1 - gray / background_gray
    else:
        tones = (gray - background_gray) / (255 - background_gray)
    if is_plain:
        # Tones fade to the background by themselves; the outermost ones must not be lost.
        mask = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3))) > 0
    alpha = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), EDGE_BLUR)
    return np.clip(tones, 0, 1) * alpha, inverted


def _garment_window(tones: np.ndarray, mask: np.ndarray) -> Window:
    """Rows and columns that the garment occupies."""
    visible = mask & (tones > authors_conversion.FUZZ)
    rows, columns = np.nonzero(visible if visible.mean() >= MIN_AREA_FRACTION else mask)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


def _on_white_background(tones: np.ndarray) -> np.ndarray:
    """Make an image like the authors' thumbnails, RGB uint8 [h, w, 3]."""
    gray = np.rint(authors_conversion.BACKGROUND_GRAY * (1 - tones)).astype(np.uint8)
    return np.repeat(gray[..., None], 3, axis=2)


def _resize_garment(image: np.ndarray) -> tuple[np.ndarray, PreprocessingStep]:
    """Resize the longest edge to 28 pixels.

    An image no larger than a thumbnail is subsampled, as by the authors. A photo has grain, which
    subsampling lets through: subsampled from 56 pixels, accuracy on paper dropped by 1.1 to 1.8
    percentage points; with averaged areas, by 0.7 to 0.9.
    """
    if max(image.shape[:2]) <= authors_conversion.THUMBNAIL_HEIGHT:
        small = authors_conversion.subsample(image)
        title, caption = "Subsampled", "To 28 pixels, by skipping rows and columns."
    else:
        small = shrink_to_edge(image, IMAGE_SIZE)
        title, caption = "Shrunk to 28 px", "Each pixel is the average of an area."
    return small, PreprocessingStep(title=title, image=small, caption=caption)


def _cut_out(photo: np.ndarray, mask: np.ndarray) -> np.ndarray:
    background = authors_conversion.BACKGROUND_GRAY
    return np.where(mask[..., None], photo, background).astype(np.uint8)
