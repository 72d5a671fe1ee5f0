"""What may be handed in: every limit on pictures and archives, and the sentence that states them.

Sizes are checked before anything is decoded or unpacked.
"""

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
"""What Pillow may try; of an animated one, the first frame counts."""
SUFFIXES = ("png", "jpg", "jpeg", "webp", "bmp", "gif")
MOST_BYTES = 10 * 10**6
"""Of a picture file."""
MOST_PIXELS = 25 * 10**6
FEWEST_PIXELS = 8
"""Of either edge."""
MOST_SCANS = 50
"""Of a progressive JPEG: each goes over the whole picture, however few bytes it has."""
KEPT_EDGE = 1600
"""Larger pictures are reduced to less than twice this before anything else is done with them."""
MOST_PICTURES = 2000
"""Handed in at once, as files or in a zip archive."""
MOST_ARCHIVE_BYTES = 50 * 10**6
MOST_UNPACKED_BYTES = 500 * 10**6
"""Of all that an archive holds."""
WORDS = (
    f"PNG, JPEG, WebP, BMP or GIF, up to {MOST_BYTES / 1e6:.0f} MB and "
    f"{MOST_PIXELS / 1e6:.0f} megapixels each."
)
ARCHIVE_WORDS = (
    f"A zip archive may have {MOST_ARCHIVE_BYTES / 1e6:.0f} MB and hold {MOST_PICTURES:,} pictures."
)
