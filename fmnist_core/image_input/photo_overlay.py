"""Draw over a photo what models see of it: the garment's outline, a dimmed background, the marks.

Sizes are in pixels of the picture that is drawn, which is shown at half its size, so that it is
sharp on phones.
"""

import base64

import cv2
import numpy as np

from fmnist_core.image_input.photo_edits import BACKGROUND_COLOR, GARMENT_COLOR, PhotoEdits
from fmnist_core.preprocessing.preprocessed import Box

MAX_WIDTH, MAX_HEIGHT = 680, 800
"""Twice the width of the column and the height that leaves room for the tools on a laptop."""
BACKGROUND_SHARE = 0.38
"""Of a pixel's color that the background keeps."""
WHITE, DARK = (255, 255, 255), (20, 26, 43)
OUTLINE_WIDTH, STROKE_WIDTH = 4, 16
STROKE_OPACITY = 0.8
DASH = 16
JPEG_QUALITY = 88


def picture_size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Width and height at which a photo of this shape is drawn, as large as it fits."""
    height, width = shape[:2]
    scale = min(MAX_WIDTH / width, MAX_HEIGHT / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def draw_overlay(photo: np.ndarray, mask: np.ndarray | None, edits: PhotoEdits) -> np.ndarray:
    """Draw the outline of `mask`, bool [h, w], and the marks over a photo, RGB uint8 [H, W, 3].

    Both cover the same view. Without a mask there is no outline, and nothing is dimmed.
    """
    size = picture_size(photo.shape)
    is_smaller = size[0] < photo.shape[1]
    picture = cv2.resize(
        photo, size, interpolation=cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC
    )
    if mask is not None:
        picture = _draw_garment(picture, mask)
    picture = _draw_strokes(picture, edits)
    if edits.box is not None:
        _draw_box(picture, edits.box)
    return picture


def jpeg_url(picture: np.ndarray) -> str:
    """A picture, RGB uint8 [H, W, 3], as a JPEG data URL."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, contents = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return "data:image/jpeg;base64," + base64.b64encode(contents.tobytes()).decode()


def _draw_garment(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    size = picture.shape[1], picture.shape[0]
    soft = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    soft = cv2.GaussianBlur(soft, (0, 0), 2)
    share = BACKGROUND_SHARE + (1 - BACKGROUND_SHARE) * soft[..., None]
    dimmed = np.rint(picture * share).astype(np.uint8)
    outlines, _ = cv2.findContours(
        (soft > 0.5).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    cv2.drawContours(dimmed, outlines, -1, DARK, OUTLINE_WIDTH + 4, cv2.LINE_AA)
    cv2.drawContours(dimmed, outlines, -1, WHITE, OUTLINE_WIDTH, cv2.LINE_AA)
    return dimmed


def _draw_strokes(picture: np.ndarray, edits: PhotoEdits) -> np.ndarray:
    if not edits.strokes:
        return picture
    marked = picture.copy()
    size = np.array([picture.shape[1], picture.shape[0]])
    for stroke in edits.strokes:
        points = np.rint(np.array(stroke.points) * size).astype(np.int32)
        color = _rgb(GARMENT_COLOR if stroke.is_garment else BACKGROUND_COLOR)
        cv2.circle(marked, tuple(points[0].tolist()), STROKE_WIDTH // 2, color, -1, cv2.LINE_AA)
        cv2.polylines(marked, [points], False, color, STROKE_WIDTH, cv2.LINE_AA)
    blended: np.ndarray = cv2.addWeighted(marked, STROKE_OPACITY, picture, 1 - STROKE_OPACITY, 0)
    return blended


def _draw_box(picture: np.ndarray, box: Box) -> None:
    """Draw a dashed box into the picture."""
    height, width = picture.shape[:2]
    left, right = (round(box[side] * (width - 1)) for side in (0, 2))
    top, bottom = (round(box[side] * (height - 1)) for side in (1, 3))
    for color, thickness in ((DARK, 7), (WHITE, 3)):
        for start in range(left, right, 2 * DASH):
            for y in (top, bottom):
                cv2.line(picture, (start, y), (min(start + DASH, right), y), color, thickness)
        for start in range(top, bottom, 2 * DASH):
            for x in (left, right):
                cv2.line(picture, (x, start), (x, min(start + DASH, bottom)), color, thickness)


def _rgb(color: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue
