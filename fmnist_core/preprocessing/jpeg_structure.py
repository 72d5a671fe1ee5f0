"""Read from a JPEG file how it would be decoded: how many scans, and whether line by line.

Markers as in ITU-T T.81, annex B. Nothing is decoded. What follows the image, such as the video of
a motion photo, is not looked at.
"""

import re
from dataclasses import dataclass

START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers that begin a frame."""
SEQUENTIAL_FRAMES = frozenset({0xC0, 0xC1})
"""Baseline and extended sequential frames, which libjpeg decodes line by line."""
WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that nothing belongs to."""
MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
"""In a scan's data, 0xFF is followed by 0 or a restart marker."""

MAX_MARKERS = 10_000
"""More than a camera writes by far; each costs time."""


@dataclass(frozen=True, kw_only=True)
class JpegStructure:
    """How a JPEG image is stored."""

    num_scans: int
    is_one_pass: bool
    """Whether one scan holds all components of every block, so that lines can be decoded one by
    one; otherwise the coefficients of the whole image are kept in memory."""


def read_structure(content: bytes) -> JpegStructure:
    """Walk the markers of the first image in a JPEG file, up to its end or the file's.

    Raises `SyntaxError`, as Pillow does for a damaged file, if there are more than `MAX_MARKERS`.
    """
    num_scans, num_components, num_markers = 0, 0, 0
    is_one_pass = True
    position = 2
    while (match := MARKER.search(content, position)) is not None:
        marker, position = match[1][0], match.end()
        num_markers += 1
        if num_markers > MAX_MARKERS:
            raise SyntaxError("too many markers in a JPEG file")
        if marker == END_OF_IMAGE:
            break
        if marker in WITHOUT_LENGTH:
            continue
        length = int.from_bytes(content[position : position + 2], "big")
        if marker in FRAMES:
            is_one_pass &= marker in SEQUENTIAL_FRAMES and num_components == 0
            num_components = _byte_at(content, position + 7)
        elif marker == START_OF_SCAN:
            num_scans += 1
            is_one_pass &= num_scans == 1 and _byte_at(content, position + 2) == num_components
        position += max(length, 2)
    return JpegStructure(num_scans=num_scans, is_one_pass=is_one_pass)


def _byte_at(content: bytes, position: int) -> int:
    return content[position] if position < len(content) else 0
