"""Archives as somebody hands them in: whole, damaged, hostile; nothing touches the disk."""

import io
import struct
import tomllib
import zipfile

import pytest

from fmnist_core import paths
from fmnist_core.errors import DataError
from fmnist_core.preprocessing import zip_uploads
from fmnist_core.preprocessing.upload_limits import MAX_ARCHIVE_BYTES, MAX_FILE_BYTES, MAX_IMAGES


def packed(files: dict[str, bytes], **options) -> bytes:
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return contents.getvalue()


def test_files_and_archives_are_taken_in_order():
    found = zip_uploads.list_uploads(
        [("a.png", b"1"), ("b.ZIP", packed({"c.png": b"2", "d/e.png": b"3"}))]
    )
    assert [each.name for each in found] == ["a.png", "c.png", "d/e.png"]
    assert [each.read() for each in found] == [b"1", b"2", b"3"]


@pytest.mark.parametrize("name", ["платье.png", "衣服/靴.png", "فستان.png", "a b'&<.png"])
def test_names_in_any_script(name):
    (member,) = zip_uploads.list_archive("x.zip", packed({name: b"1"}))
    assert (member.name, member.read()) == (name, b"1")


def test_what_computers_add_is_left_out():
    files = {
        "__MACOSX/._a.png": b"",
        ".DS_Store": b"",
        "x/Thumbs.db": b"",
        "x/": b"",
        "a.png": b"1",
    }
    assert [each.name for each in zip_uploads.list_archive("x.zip", packed(files))] == ["a.png"]


@pytest.mark.parametrize("name", ["../a.png", "x/../../a.png", "/a.png", "C:\\a.png", "..\\a.png"])
def test_path_that_climbs_out_is_left_out_and_said(name):
    (member,) = zip_uploads.list_archive("x.zip", packed({name: b"1"}))
    with pytest.raises(DataError, match="leads out of its archive"):
        member.read()


def test_archive_inside_an_archive_is_said():
    (member,) = zip_uploads.list_archive("x.zip", packed({"inner.zip": packed({"a.png": b"1"})}))
    with pytest.raises(DataError, match="archive inside an archive"):
        member.read()


def test_bomb_is_refused_before_it_is_unpacked():
    contents = packed({f"{number}.png": bytes(20 * 10**6) for number in range(30)})
    assert len(contents) < 10**6
    with pytest.raises(DataError, match="would unpack to 600 MB"):
        zip_uploads.list_archive("x.zip", contents)


def test_bomb_that_lies_about_its_size_is_not_unpacked():
    contents = packed({"a.png": bytes(40 * 10**6)})
    lie = contents.replace(struct.pack("<L", 40 * 10**6), struct.pack("<L", 100))
    (member,) = zip_uploads.list_archive("x.zip", lie)
    with pytest.raises(DataError, match="damaged inside its archive"):
        member.read()


def test_of_a_large_member_no_more_is_unpacked_than_a_picture_may_have():
    (member,) = zip_uploads.list_archive("x.zip", packed({"a.png": bytes(40 * 10**6)}))
    assert len(member.read()) == MAX_FILE_BYTES + 1


def test_too_many_files_are_refused():
    contents = packed({f"{number}.png": b"" for number in range(10_000)})
    with pytest.raises(DataError, match="too many files"):
        zip_uploads.list_archive("x.zip", contents)
    with pytest.raises(DataError, match=r"at most 2,000 are taken at once"):
        zip_uploads.list_uploads([(f"{number}.png", b"") for number in range(MAX_IMAGES + 1)])


def test_server_takes_what_an_archive_may_have():
    config = tomllib.loads((paths.PROJECT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] * 10**6 == MAX_ARCHIVE_BYTES


def test_large_archive_is_refused():
    with pytest.raises(DataError, match="has 51 MB"):
        zip_uploads.list_archive("x.zip", bytes(MAX_ARCHIVE_BYTES + 10**6))


@pytest.mark.parametrize(
    "contents",
    [b"", b"PK\x05\x06", b"not a zip", packed({"a": b"1"})[:-30], b"PK\x05\x06" + bytes(99)],
)
def test_damaged_archive_is_said(contents):
    with pytest.raises(DataError, match=r"x\.zip (is not a zip archive|holds no files)"):
        zip_uploads.list_archive("x.zip", contents)


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_to_pack_that_unpack_without_limit_are_refused(way):
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w", way) as archive:
        archive.writestr("a.png", bytes(1000))
    (member,) = zip_uploads.list_archive("x.zip", contents.getvalue())
    with pytest.raises(DataError, match="packed in a rare way"):
        member.read()


def test_zip64_record_counts():
    whole = bytearray(packed({f"{number}.png": b"" for number in range(70_000)}))
    end = whole.rfind(b"PK\5\6")
    whole[end + 8 : end + 20] = struct.pack("<HHLL", 1, 1, 46, 0)
    with pytest.raises(DataError, match="too many files"):
        zip_uploads.list_archive("x.zip", bytes(whole))


def test_names_that_are_none():
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a\x1b[31m\u202e.png"), b"1")
        archive.open(zipfile.ZipInfo(""), "w").close()
    (member,) = zip_uploads.list_archive("x.zip", contents.getvalue())
    assert member.name == "a\ufffd[31m\ufffd.png"
    assert member.read() == b"1"


def test_entry_whose_place_or_name_is_wrong_is_damaged():
    whole = bytearray(packed({"a.png": b"1" * 50}))
    whole[whole.rfind(b"PK\5\6") + 16] += 10
    (member,) = zip_uploads.list_archive("x.zip", bytes(whole))
    with pytest.raises(DataError, match="damaged inside its archive"):
        member.read()


def test_damaged_and_locked_members_are_said():
    contents = packed({"a.png": b"1234567890" * 50})
    broken = contents.replace(contents[40:44], b"\xff\xff\xff\xff", 1)
    (member,) = zip_uploads.list_archive("x.zip", broken)
    with pytest.raises(DataError, match="damaged inside its archive"):
        member.read()
    locked = bytearray(packed({"a.png": b"1"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (member,) = zip_uploads.list_archive("x.zip", bytes(locked))
    with pytest.raises(DataError, match="locked with a password"):
        member.read()
