"""Uploaded archives: intact, damaged and malicious."""

import io
import struct
import tomllib
import zipfile

import pytest

from fmnist_core import paths
from fmnist_core.errors import DataError
from fmnist_core.preprocessing import zip_uploads
from fmnist_core.preprocessing.upload_limits import MAX_ARCHIVE_BYTES, MAX_FILE_BYTES, MAX_IMAGES


def make_zip(files: dict[str, bytes], **options) -> bytes:
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return contents.getvalue()


def test_files_and_archives_are_listed_in_order():
    uploads = zip_uploads.list_uploads(
        [("a.png", b"1"), ("b.ZIP", make_zip({"c.png": b"2", "d/e.png": b"3"}))]
    )
    assert [upload.name for upload in uploads] == ["a.png", "c.png", "d/e.png"]
    assert [upload.read() for upload in uploads] == [b"1", b"2", b"3"]


@pytest.mark.parametrize("name", ["платье.png", "衣服/靴.png", "فستان.png", "a b'&<.png"])
def test_names_in_any_script_are_kept(name):
    (upload,) = zip_uploads.list_archive("x.zip", make_zip({name: b"1"}))
    assert (upload.name, upload.read()) == (name, b"1")


def test_system_files_are_skipped():
    files = {
        "__MACOSX/._a.png": b"",
        ".DS_Store": b"",
        "x/Thumbs.db": b"",
        "x/": b"",
        "a.png": b"1",
    }
    uploads = zip_uploads.list_archive("x.zip", make_zip(files))
    assert [upload.name for upload in uploads] == ["a.png"]


@pytest.mark.parametrize("name", ["../a.png", "x/../../a.png", "/a.png", "C:\\a.png", "..\\a.png"])
def test_path_outside_the_archive_is_refused(name):
    (upload,) = zip_uploads.list_archive("x.zip", make_zip({name: b"1"}))
    with pytest.raises(DataError, match="leads out of its archive"):
        upload.read()


def test_archive_inside_an_archive_is_refused():
    (upload,) = zip_uploads.list_archive(
        "x.zip", make_zip({"inner.zip": make_zip({"a.png": b"1"})})
    )
    with pytest.raises(DataError, match="archive inside an archive"):
        upload.read()


def test_zip_bomb_is_refused_before_it_is_unpacked():
    contents = make_zip({f"{number}.png": bytes(20 * 10**6) for number in range(30)})
    assert len(contents) < 10**6
    with pytest.raises(DataError, match="would unpack to 600 MB"):
        zip_uploads.list_archive("x.zip", contents)


def test_zip_bomb_with_a_false_size_is_not_unpacked():
    contents = make_zip({"a.png": bytes(2 * MAX_FILE_BYTES)})
    lie = contents.replace(struct.pack("<L", 2 * MAX_FILE_BYTES), struct.pack("<L", 100))
    (upload,) = zip_uploads.list_archive("x.zip", lie)
    with pytest.raises(DataError, match="damaged inside its archive"):
        upload.read()


def test_no_more_is_unpacked_than_an_image_file_may_have():
    (upload,) = zip_uploads.list_archive("x.zip", make_zip({"a.png": bytes(2 * MAX_FILE_BYTES)}))
    assert len(upload.read()) == MAX_FILE_BYTES + 1


def test_too_many_files_are_refused():
    contents = make_zip({f"{number}.png": b"" for number in range(10_000)})
    with pytest.raises(DataError, match="too many files"):
        zip_uploads.list_archive("x.zip", contents)
    with pytest.raises(DataError, match=r"the limit is 2,000 at once"):
        zip_uploads.list_uploads([(f"{number}.png", b"") for number in range(MAX_IMAGES + 1)])


def test_server_accepts_the_largest_archive():
    config = tomllib.loads((paths.PROJECT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] * 10**6 == MAX_ARCHIVE_BYTES


def test_large_archive_is_refused():
    with pytest.raises(DataError, match="is 51 MB"):
        zip_uploads.list_archive("x.zip", bytes(MAX_ARCHIVE_BYTES + 10**6))


@pytest.mark.parametrize(
    "contents",
    [b"", b"PK\x05\x06", b"not a zip", make_zip({"a": b"1"})[:-30], b"PK\x05\x06" + bytes(99)],
)
def test_damaged_archive_is_refused(contents):
    with pytest.raises(
        DataError, match=r"x\.zip (is damaged or not a zip archive|contains no files)"
    ):
        zip_uploads.list_archive("x.zip", contents)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_that_unpacks_without_limit_is_refused(method):
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w", method) as archive:
        archive.writestr("a.png", bytes(1000))
    (upload,) = zip_uploads.list_archive("x.zip", contents.getvalue())
    with pytest.raises(DataError, match="unsupported compression method"):
        upload.read()


def test_zip64_record_takes_precedence():
    whole = bytearray(make_zip({f"{number}.png": b"" for number in range(70_000)}))
    end = whole.rfind(b"PK\5\6")
    whole[end + 8 : end + 20] = struct.pack("<HHLL", 1, 1, 46, 0)
    with pytest.raises(DataError, match="too many files"):
        zip_uploads.list_archive("x.zip", bytes(whole))


def test_control_characters_in_names_are_replaced():
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a\x1b[31m\u202e.png"), b"1")
        archive.open(zipfile.ZipInfo(""), "w").close()
    (upload,) = zip_uploads.list_archive("x.zip", contents.getvalue())
    assert upload.name == "a\ufffd[31m\ufffd.png"
    assert upload.read() == b"1"


def test_entry_at_a_wrong_offset_is_damaged():
    whole = bytearray(make_zip({"a.png": b"1" * 50}))
    whole[whole.rfind(b"PK\5\6") + 16] += 10
    (upload,) = zip_uploads.list_archive("x.zip", bytes(whole))
    with pytest.raises(DataError, match="damaged inside its archive"):
        upload.read()


def test_damaged_and_encrypted_entries_are_refused():
    contents = make_zip({"a.png": b"1234567890" * 50})
    broken = contents.replace(contents[40:44], b"\xff\xff\xff\xff", 1)
    (upload,) = zip_uploads.list_archive("x.zip", broken)
    with pytest.raises(DataError, match="damaged inside its archive"):
        upload.read()
    locked = bytearray(make_zip({"a.png": b"1"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (upload,) = zip_uploads.list_archive("x.zip", bytes(locked))
    with pytest.raises(DataError, match="protected by a password"):
        upload.read()
