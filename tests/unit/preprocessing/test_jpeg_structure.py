"""How a JPEG would be decoded is read from its markers, also of hostile files."""

import io

import pytest
from PIL import Image

from fmnist_core.preprocessing.jpeg_structure import read_structure


def jpeg(**options) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(file, "JPEG", **options)
    return file.getvalue()


@pytest.mark.parametrize("options", [{}, {"restart_marker_rows": 1}, {"optimize": True}])
def test_one_scan_is_decoded_line_by_line(options):
    structure = read_structure(jpeg(**options))
    assert structure.num_scans == 1
    assert structure.is_one_pass


def test_progressive_has_several_scans():
    structure = read_structure(jpeg(progressive=True))
    assert structure.num_scans > 5
    assert not structure.is_one_pass


def test_scan_of_one_component_is_not_the_whole_image():
    content = bytearray(jpeg())
    content[content.index(b"\xff\xda") + 4] = 1
    assert not read_structure(bytes(content)).is_one_pass


def test_a_second_frame_is_not_one_pass():
    content = jpeg()
    start = content.index(b"\xff\xc0")
    frame = content[start : start + 19]
    assert not read_structure(content[:start] + frame + content[start:]).is_one_pass


def test_a_preview_inside_and_a_video_behind_do_not_count():
    content = jpeg()
    preview = b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content
    behind = b"\xff\xda" * 200
    assert read_structure(content[:2] + preview + content[2:] + behind) == read_structure(content)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", jpeg()[:200], b"\xff\xd8\xff\xc0"])
def test_a_file_that_ends_early_is_read_to_its_end(content):
    assert read_structure(content).num_scans == 0


@pytest.mark.parametrize("unit", [b"\xff\xda\0\0", b"\xff\x01", b"\xff\xe0\0\2"])
def test_endless_markers_are_refused(unit):
    with pytest.raises(SyntaxError, match="too many markers"):
        read_structure(b"\xff\xd8" + unit * 10**6)
