"""Zip archives that nobody vouches for."""

import io
import stat
import zipfile

import pytest

from fmnist_core import zip_archives
from fmnist_core.errors import DataError


def open_zip(*entries, comment=b"", max_files=10):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for entry in entries:
            archive.writestr(entry, b"content")
        archive.comment = comment
    return zip_archives.open_archive(content, name="x.zip", max_files=max_files)


def test_files_are_listed_without_what_systems_add():
    archive = open_zip("a", "b/c", "b/", "__MACOSX/a", "b/.DS_Store")
    assert [entry.filename for entry in zip_archives.list_files(archive)] == ["a", "b/c"]


def test_directory_that_is_counted_is_the_one_that_is_read():
    """A comment can be a second, empty directory: Python takes the last one."""
    fake = zip_archives.DIRECTORY_END + bytes(18)
    for comment in (fake, fake + b"x"):
        assert open_zip(*map(str, range(300)), comment=comment).infolist() == []
    with pytest.raises(DataError, match="too many files; the limit is 10"):
        open_zip(*map(str, range(300)))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_noticed(kind):
    entry = zipfile.ZipInfo("a")
    entry.external_attr = (kind | 0o644) << 16
    assert zip_archives.is_link(entry)
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    assert not zip_archives.is_link(entry)


def test_no_more_is_unpacked_than_allowed():
    archive = open_zip("a")
    (entry,) = archive.infolist()
    chunks = zip_archives.read_chunks(archive, entry, name="a", max_bytes=3)
    assert b"".join(chunks) == b"cont"
