"""Limits on uploaded images and archives, and the sentences that state them.

Sizes are checked before anything is decoded or unpacked.
"""

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
"""Formats that Pillow may decode; of an animation, the first frame is used."""
SUFFIXES = ("png", "jpg", "jpeg", "webp", "bmp", "gif")
MAX_FILE_BYTES = 10 * 10**6
"""Of an image file."""
MAX_PIXELS = 25 * 10**6
MIN_EDGE = 8
"""Minimum width and height in pixels."""
MAX_JPEG_SCANS = 50
"""Of a progressive JPEG: each scan covers the whole image, however few bytes it has."""
DECODED_EDGE = 1600
"""Images are reduced by a whole factor to less than twice this edge before further processing."""
MAX_IMAGES = 2000
"""Per upload, as files or in a zip archive."""
MAX_ARCHIVE_BYTES = 50 * 10**6
MAX_UNPACKED_BYTES = 500 * 10**6
"""Of all files in an archive together."""
IMAGE_LIMITS_TEXT = (
    f"PNG, JPEG, WebP, BMP or GIF, up to {MAX_FILE_BYTES / 1e6:.0f} MB and "
    f"{MAX_PIXELS / 1e6:.0f} megapixels each."
)
ARCHIVE_LIMITS_TEXT = (
    f"Zip archives: up to {MAX_ARCHIVE_BYTES / 1e6:.0f} MB and {MAX_IMAGES:,} images."
)
