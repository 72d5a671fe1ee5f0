"""Limits on uploaded images and archives, and the sentences that state them.

Sizes are checked before anything is decoded or unpacked.
"""

from collections.abc import Mapping
from types import MappingProxyType

FORMATS = ("JPEG", "HEIF", "PNG", "WEBP", "AVIF", "BMP", "GIF")
"""Formats that Pillow may decode; of an animation, the first frame is used."""
FORMATS_TEXT = "JPEG, HEIC, PNG, WebP, AVIF, BMP or GIF"
SUFFIXES = ("jpg", "jpeg", "heic", "heif", "png", "webp", "avif", "bmp", "gif")
MAX_FILE_BYTES = 50 * 10**6
"""Of an image file; phones with 200 megapixels write 20 to 45 MB."""
MAX_PIXELS = 25 * 10**6
"""Decoding a WebP file of this size takes 390 MB of memory, the other formats less."""
MAX_HEIC_PIXELS = 50 * 10**6
"""Of HEIC, as phones with 48 megapixels write it: 350 MB."""
MAX_JPEG_PIXELS = 200 * 10**6
"""Of a JPEG whose pixels are all in one scan, as cameras write it: it is decoded reduced, line by
line, which takes 90 MB."""
MAX_FORMAT_PIXELS: Mapping[str, int] = MappingProxyType(
    {"JPEG": MAX_JPEG_PIXELS, "HEIF": MAX_HEIC_PIXELS}
)
"""Limit on width times height of the formats that may be larger than `MAX_PIXELS`."""
MAX_MULTI_SCAN_PIXELS = 50 * 10**6
"""Of a JPEG with several scans: libjpeg keeps the coefficients of the whole image, 350 MB."""
LARGE_PIXELS = 13 * 10**6
"""Larger images are decoded one at a time; most phones take 12 megapixels."""
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
    f"Up to {MAX_FILE_BYTES / 1e6:.0f} MB each: JPEG up to {MAX_JPEG_PIXELS / 1e6:.0f} megapixels, "
    f"HEIC up to {MAX_HEIC_PIXELS / 1e6:.0f}, PNG, WebP, AVIF, BMP and GIF up to "
    f"{MAX_PIXELS / 1e6:.0f}."
)
ARCHIVE_LIMITS_TEXT = (
    f"Zip archives: up to {MAX_ARCHIVE_BYTES / 1e6:.0f} MB and {MAX_IMAGES:,} images."
)
