"""Uploaded files are decoded, or refused with a clear sentence."""

import io
import struct
import subprocess
import sys
import threading
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from fmnist_core.errors import DataError
from fmnist_core.preprocessing import image_io
from fmnist_core.preprocessing.authors_conversion import BACKGROUND_GRAY
from fmnist_core.preprocessing.upload_limits import FORMATS, MAX_FILE_BYTES

image_io._prepare_pillow()

EDGE = 40
RED = np.zeros((EDGE, EDGE, 3), dtype=np.uint8) + np.array([200, 10, 10], dtype=np.uint8)


def encode(image: Image.Image, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A file that claims a size and contains no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13)
    return start + body + struct.pack(">I", zlib.crc32(body)) + end


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_is_decoded(file_format):
    decoded = image_io.decode_image(encode(Image.fromarray(RED), file_format), name="red")
    assert decoded.shape == (EDGE, EDGE, 3)
    assert np.abs(decoded.astype(int) - RED).mean() < 6


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr"])
def test_every_mode_becomes_rgb(mode):
    image = Image.fromarray(RED).convert(mode)
    file_format = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    assert image_io.decode_image(encode(image, file_format), name="red").shape == (EDGE, EDGE, 3)


def test_sixteen_bits_are_not_clipped():
    deep = np.full((EDGE, EDGE), 32_896, dtype=np.uint16)
    decoded = image_io.decode_image(encode(Image.fromarray(deep), "PNG"), name="deep")
    assert (decoded == 128).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_become_background(mode):
    image = Image.new("RGBA", (EDGE, EDGE), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": image.getpixel((0, 0))} if mode == "P" else {}
    decoded = image_io.decode_image(encode(image, "PNG", **options), name="glass")
    assert (decoded == BACKGROUND_GRAY).all()


def test_exif_orientation_is_applied():
    image = Image.fromarray(RED[:20])
    exif = Image.Exif()
    exif[274] = 6
    assert image_io.decode_image(encode(image, "JPEG", exif=exif), name="turned").shape == (
        EDGE,
        20,
        3,
    )


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation_is_used(file_format):
    other = Image.fromarray(255 - RED)
    content = encode(Image.fromarray(RED), file_format, save_all=True, append_images=[other])
    decoded = image_io.decode_image(content, name="moving")
    assert np.abs(decoded.astype(int) - RED).mean() < 6


def with_declared_size(file: bytes, width: int, height: int) -> bytes:
    """The same HEIC or AVIF file with another size in its header."""
    start = file.index(b"ispe") + 8
    return file[:start] + struct.pack(">II", width, height) + file[start + 8 :]


def jpeg_header(width: int, height: int, *, frame: int = 0xC0) -> bytes:
    """A JPEG that claims a size and has no pixels."""
    content = bytearray(encode(Image.new("RGB", (16, 16)), "JPEG"))
    start = content.index(b"\xff\xc0")
    content[start + 1] = frame
    content[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def avif_of_two_frames() -> bytes:
    other = Image.fromarray(255 - RED)
    return encode(Image.fromarray(RED), "AVIF", save_all=True, append_images=[other])


AVIF = encode(Image.new("RGB", (6000, 5000)), "AVIF", speed=10)
HEIC = encode(Image.new("RGB", (64, 64)), "HEIF")
REFUSED = {
    "empty": (b"", "cannot be read as an image"),
    "another file type": (b"%PDF-1.4 hello", "not JPEG, HEIC, PNG, WebP, AVIF, BMP or GIF"),
    "truncated": (encode(Image.fromarray(RED), "PNG")[:60], "cannot be read as an image"),
    "half a jpeg": (encode(Image.fromarray(RED), "JPEG")[:400], "cannot be read as an image"),
    "one pixel": (encode(Image.new("RGB", (1, 1)), "PNG"), "1×1 pixels; it needs at least 8"),
    "a line": (encode(Image.new("RGB", (500, 2)), "PNG"), "500×2 pixels; it needs at least 8"),
    "30 megapixels": (png_header(6000, 5000), "6000×5000 pixels; the limit is 25 megapixels"),
    "60 megapixels of HEIC": (
        with_declared_size(HEIC, 10_000, 6000),
        "10000×6000 pixels; the limit is 50 megapixels for HEIC",
    ),
    "a HEIC larger than it says": (with_declared_size(HEIC, 8, 8), "cannot be read as an image"),
    "30 megapixels of AVIF": (AVIF, "the limit is 25 megapixels for AVIF; JPEG may be larger"),
    "an AVIF larger than it says": (
        with_declared_size(AVIF, 100, 100),
        "holds a larger picture than it declares",
    ),
    "an animated AVIF": (avif_of_two_frames(), "is an animated AVIF; save one of its frames"),
    "half a HEIC": (HEIC[:-20], "cannot be read as an image"),
    "progressive": (
        jpeg_header(9000, 6000, frame=0xC2),
        "the limit is 50 megapixels for a progressive JPEG",
    ),
    "210 megapixels of JPEG": (jpeg_header(21_000, 10_000), "larger than 200 megapixels"),
    "decompression bomb": (png_header(30_000, 30_000), "larger than 200 megapixels"),
    "another format": (encode(Image.fromarray(RED), "TIFF"), "cannot be read as an image"),
    "100 MB": (bytes(100 * 10**6), "is 100 MB; the limit is 50 MB"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_a_sentence(case):
    content, message = REFUSED[case]
    with pytest.raises(DataError, match=message) as refused:
        image_io.decode_image(content, name="ファイル.png")
    assert str(refused.value).startswith("ファイル.png ")


def test_large_file_is_not_read(tmp_path):
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(DataError, match="the limit is 50 MB"):
        image_io.read_file(large)


def test_missing_file_is_reported(tmp_path):
    with pytest.raises(DataError, match="cannot be read: No such file"):
        image_io.read_file(tmp_path / "nothing.png")


MEASURE = """
import sys
from pathlib import Path
from fmnist_core.preprocessing import image_io

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1000

image_io.decode_image(Path(sys.argv[1]).read_bytes(), name="small")
before = peak()
shape = image_io.decode_image(Path(sys.argv[2]).read_bytes(), name="large").shape
print(*shape, peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory through /proc")
def test_two_hundred_megapixels_are_decoded_in_little_memory(tmp_path):
    small, large = tmp_path / "small.jpg", tmp_path / "large.jpg"
    Image.new("RGB", (64, 64)).save(small)
    Image.new("RGB", (16_320, 12_240)).save(large)  # as the largest sensors of phones
    command = [sys.executable, "-c", MEASURE, str(small), str(large)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    height, width, _, megabytes = map(float, result.stdout.split())
    assert (width, height) == (2040, 1530)
    assert megabytes < 150


def test_heic_of_a_phone_is_turned_upright():
    image = Image.fromarray(RED[:20])
    exif = Image.Exif()
    exif[274] = 6
    content = encode(image, "HEIF", exif=exif.tobytes())
    assert image_io.decode_image(content, name="turned.heic").shape == (EDGE, 20, 3)


def test_further_images_and_a_video_behind_a_jpeg_are_ignored():
    other = Image.fromarray(255 - RED)
    content = encode(Image.fromarray(RED), "MPO", save_all=True, append_images=[other])
    decoded = image_io.decode_image(content + b"\xff\xda" * 100, name="motion.jpg")
    assert np.abs(decoded.astype(int) - RED).mean() < 6


def test_jpeg_with_many_scans_is_refused():
    file = io.BytesIO()
    Image.new("L", (400, 400)).save(file, "JPEG", progressive=True)
    content = file.getvalue()
    last = content[content.rfind(b"\xff\xda") : -2]
    with pytest.raises(DataError, match="more than 50 scans"):
        image_io.decode_image(content[:-2] + last * 200 + b"\xff\xd9", name="x.jpg")
    assert image_io.decode_image(content, name="x.jpg").shape == (400, 400, 3)


def test_damaged_exif_is_ignored():
    exif = (
        b"Exif\0\0II*\0\x08\0\0\0\x02\0"
        b"\x12\1\3\0\1\0\0\0\6\0\0\0"
        b"\x0f\1\x0c\0\4\0\0\0\0\0\0\0" + b"\0" * 40
    )
    file = io.BytesIO()
    Image.new("RGB", (9, 20)).save(file, "JPEG", exif=exif)
    assert image_io.decode_image(file.getvalue(), name="x").shape == (9, 20, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_undone_as_pillow_does(orientation):
    image = Image.fromarray(np.arange(10 * 20 * 3, dtype=np.uint8).reshape(10, 20, 3))
    exif = Image.Exif()
    exif[274] = orientation
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(file.getvalue())))
    np.testing.assert_array_equal(
        image_io.decode_image(file.getvalue(), name="x"), np.asarray(upright)
    )


@pytest.mark.parametrize(
    ("file_format", "mode"), [("PNG", "RGBA"), ("JPEG", "RGB"), ("PNG", "I;16")]
)
def test_large_image_is_reduced_and_keeps_its_proportions(file_format, mode):
    image = Image.new(mode, (5000, 2500))
    file = io.BytesIO()
    image.save(file, file_format)
    height, width, _ = image_io.decode_image(file.getvalue(), name="x").shape
    assert width == pytest.approx(2 * height, abs=2)
    assert 1600 <= width < 3200


def test_large_images_are_decoded_one_at_a_time():
    large = encode(Image.new("L", (4000, 3500)), "PNG")
    shapes = []
    thread = threading.Thread(
        target=lambda: shapes.append(image_io.decode_image(large, name="large").shape)
    )
    with image_io.LARGE_TURN:
        thread.start()
        assert image_io.decode_image(encode(Image.fromarray(RED), "PNG"), name="red").shape
        thread.join(0.2)
        assert shapes == []
    thread.join()
    assert shapes == [(1750, 2000, 3)]


def test_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="is not a file"):
        image_io.read_file(tmp_path)
