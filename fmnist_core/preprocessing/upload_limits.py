"""What may be handed in: every limit on pictures and archives, and the sentence that states them.

Sizes are checked before anything is decoded or unpacked.
"""

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
"""What Pillow may try; of an animated one, the first frame counts."""
SUFFIXES = ("png", "jpg", "jpeg", "webp", "bmp", "gif")
MAX_FILE_BYTES = 10 * 10**6
"""Of a picture file."""
MAX_PIXELS = 25 * 10**6
MIN_EDGE = 8
"""Of either edge."""
MAX_JPEG_SCANS = 50
"""Of a progressive JPEG: each goes over the whole picture, however few bytes it has."""
DECODED_EDGE = 1600
"""Larger pictures are reduced to less than twice this before anything else is done with them."""
MAX_IMAGES = 2000
"""Handed in at once, as files or in a zip archive."""
MAX_ARCHIVE_BYTES = 50 * 10**6
MAX_UNPACKED_BYTES = 500 * 10**6
"""Of all that an archive holds."""
IMAGE_LIMITS_TEXT = (
    f"PNG, JPEG, WebP, BMP or GIF, up to {MAX_FILE_BYTES / 1e6:.0f} MB and "
    f"{MAX_PIXELS / 1e6:.0f} megapixels each."
)
ARCHIVE_LIMITS_TEXT = (
    f"A zip archive may have {MAX_ARCHIVE_BYTES / 1e6:.0f} MB and hold {MAX_IMAGES:,} pictures."
)
