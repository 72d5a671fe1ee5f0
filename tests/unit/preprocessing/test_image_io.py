"""Whatever somebody hands in is read, or refused in a sentence."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from fmnist_core.errors import DataError
from fmnist_core.preprocessing import image_io
from fmnist_core.preprocessing.authors_conversion import BACKGROUND_GRAY

EDGE = 40
RED = np.zeros((EDGE, EDGE, 3), dtype=np.uint8) + np.array([200, 10, 10], dtype=np.uint8)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A file that promises so many pixels and holds none."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13)
    return start + body + struct.pack(">I", zlib.crc32(body)) + end


@pytest.mark.parametrize("kind", image_io.FORMATS)
def test_every_format_is_read(kind):
    read = image_io.decode_image(saved(Image.fromarray(RED), kind), name="red")
    assert read.shape == (EDGE, EDGE, 3)
    assert np.abs(read.astype(int) - RED).mean() < 6


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr"])
def test_every_mode_becomes_rgb(mode):
    picture = Image.fromarray(RED).convert(mode)
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    assert image_io.decode_image(saved(picture, kind), name="red").shape == (EDGE, EDGE, 3)


def test_sixteen_bits_are_not_clipped():
    deep = np.full((EDGE, EDGE), 32_896, dtype=np.uint16)
    read = image_io.decode_image(saved(Image.fromarray(deep), "PNG"), name="deep")
    assert (read == 128).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_paper(mode):
    picture = Image.new("RGBA", (EDGE, EDGE), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": picture.getpixel((0, 0))} if mode == "P" else {}
    read = image_io.decode_image(saved(picture, "PNG", **options), name="glass")
    assert (read == BACKGROUND_GRAY).all()


def test_exif_says_what_is_up():
    picture = Image.fromarray(RED[:20])
    exif = Image.Exif()
    exif[274] = 6
    assert image_io.decode_image(saved(picture, "JPEG", exif=exif), name="turned").shape == (
        EDGE,
        20,
        3,
    )


def test_first_frame_of_an_animation_counts():
    other = Image.fromarray(255 - RED)
    contents = saved(Image.fromarray(RED), "GIF", save_all=True, append_images=[other])
    read = image_io.decode_image(contents, name="moving")
    assert np.abs(read.astype(int) - RED).mean() < 6


REFUSED = {
    "empty": (b"", "cannot be read as a picture"),
    "no picture": (b"%PDF-1.4 hello", "none of PNG, JPEG, WEBP, BMP, GIF"),
    "truncated": (saved(Image.fromarray(RED), "PNG")[:60], "cannot be read as a picture"),
    "half a jpeg": (saved(Image.fromarray(RED), "JPEG")[:400], "cannot be read as a picture"),
    "a pixel": (saved(Image.new("RGB", (1, 1)), "PNG"), "1×1 pixels; it needs at least 8"),
    "a line": (saved(Image.new("RGB", (500, 2)), "PNG"), "500×2 pixels; it needs at least 8"),
    "30 megapixels": (png_header(6000, 5000), "6000×5000 pixels; at most 25 megapixels"),
    "a bomb": (png_header(30_000, 30_000), "larger than 25 megapixels"),
    "another format": (saved(Image.fromarray(RED), "TIFF"), "cannot be read as a picture"),
    "100 MB": (bytes(100 * 10**6), "has 100 MB; at most 10 MB are read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_in_a_sentence(case):
    contents, words = REFUSED[case]
    with pytest.raises(DataError, match=words) as refused:
        image_io.decode_image(contents, name="ファイル.png")
    assert str(refused.value).startswith("ファイル.png ")


def test_large_file_is_not_opened(tmp_path):
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(image_io.MOST_BYTES + 1)
    with pytest.raises(DataError, match="at most 10 MB"):
        image_io.read_file(large)


def test_missing_file_is_said(tmp_path):
    with pytest.raises(DataError, match="cannot be read: No such file"):
        image_io.read_file(tmp_path / "nothing.png")


def test_jpeg_that_goes_over_itself_again_and_again_is_refused():
    file = io.BytesIO()
    Image.new("L", (400, 400)).save(file, "JPEG", progressive=True)
    contents = file.getvalue()
    last = contents[contents.rfind(b"\xff\xda") : -2]
    with pytest.raises(DataError, match="more than 50 scans"):
        image_io.decode_image(contents[:-2] + last * 200 + b"\xff\xd9", name="x.jpg")
    assert image_io.decode_image(contents, name="x.jpg").shape == (400, 400, 3)


def test_odd_exif_does_not_matter():
    exif = (
        b"Exif\0\0II*\0\x08\0\0\0\x02\0"
        b"\x12\1\3\0\1\0\0\0\6\0\0\0"
        b"\x0f\1\x0c\0\4\0\0\0\0\0\0\0" + b"\0" * 40
    )
    file = io.BytesIO()
    Image.new("RGB", (9, 20)).save(file, "JPEG", exif=exif)
    assert image_io.decode_image(file.getvalue(), name="x").shape == (9, 20, 3)


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_undone_as_pillow_does(turn):
    picture = Image.fromarray(np.arange(10 * 20 * 3, dtype=np.uint8).reshape(10, 20, 3))
    exif = Image.Exif()
    exif[274] = turn
    file = io.BytesIO()
    picture.save(file, "PNG", exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(file.getvalue())))
    np.testing.assert_array_equal(
        image_io.decode_image(file.getvalue(), name="x"), np.asarray(upright)
    )


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("JPEG", "RGB"), ("PNG", "I;16")])
def test_large_picture_is_reduced_and_keeps_its_proportions(kind, mode):
    picture = Image.new(mode, (5000, 2500))
    file = io.BytesIO()
    picture.save(file, kind)
    height, width, _ = image_io.decode_image(file.getvalue(), name="x").shape
    assert width == pytest.approx(2 * height, abs=2)
    assert 1600 <= width < 3200


def test_what_is_no_file_is_told(tmp_path):
    with pytest.raises(DataError, match="is not a file"):
        image_io.read_file(tmp_path)
