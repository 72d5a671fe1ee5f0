"""The coded size of an AVIF file is read from its data, also of hostile files."""

import io
import struct

import pytest
from PIL import Image

from fmnist_core.preprocessing import avif_size


def avif(width: int = 72, height: int = 40, **options) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((width, height), 50).convert("RGBA").save(file, "AVIF", **options)
    return file.getvalue()


@pytest.mark.parametrize("options", [{}, {"subsampling": "4:4:4"}, {"xmp": b"<x/>"}])
def test_size_is_that_of_the_data(options):
    assert avif_size.largest_picture(avif(**options)) == 72 * 40


def test_size_does_not_depend_on_what_the_file_declares():
    content = avif(400, 300)
    lie = content.replace(struct.pack(">II", 400, 300), struct.pack(">II", 10, 10))
    assert lie != content
    assert avif_size.largest_picture(lie) == 400 * 300


def test_image_sequence_is_known_by_its_brand():
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "green")]
    file = io.BytesIO()
    frames[0].save(file, "AVIF", save_all=True, append_images=frames[1:])
    assert avif_size.is_animated(file.getvalue())
    assert not avif_size.is_animated(avif())


def test_empty_file_has_no_picture():
    assert avif_size.largest_picture(b"") == 0


@pytest.mark.parametrize("length", [8, 40, 100, 200, 300])
def test_file_that_ends_early_is_refused(length):
    with pytest.raises(SyntaxError, match="damaged"):
        avif_size.largest_picture(avif()[:length])


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def file_with_items(count: int, *, length: int, data: bytes) -> bytes:
    """A file whose items all claim the same `length` bytes of `data`."""
    items = b"".join(struct.pack(">HHHII", number, 0, 1, 8, length) for number in range(count))
    head = bytes(4) + b"\x44\x00" + struct.pack(">H", count)
    return box(b"free", data) + box(b"meta", bytes(4) + box(b"iloc", head + items))


@pytest.mark.parametrize(
    "content",
    [
        file_with_items(100, length=1000, data=bytes(2000)),
        file_with_items(60_000, length=1, data=b""),
        file_with_items(1, length=10**6, data=b"\x12\x00" * 10**6),
        box(b"free", b"") * 10**6,
    ],
    ids=["claimed often", "many items", "many units", "many boxes"],
)
def test_endless_files_are_refused(content):
    with pytest.raises(SyntaxError, match="absurd"):
        avif_size.largest_picture(content)
