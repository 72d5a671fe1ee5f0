"""List uploaded images, single files and those in zip archives; nothing is unpacked to disk."""

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO

from fmnist_core import zip_archives
from fmnist_core.errors import DataError
from fmnist_core.preprocessing.upload_limits import (
    ARCHIVE_LIMITS_TEXT,
    MAX_ARCHIVE_BYTES,
    MAX_FILE_BYTES,
    MAX_IMAGES,
    MAX_UNPACKED_BYTES,
)
from fmnist_core.zip_archives import sanitize_name


@dataclass(frozen=True, kw_only=True)
class UploadedPicture:
    """One uploaded file, read on demand."""

    name: str
    read: Callable[[], bytes]
    """Raises `DataError` that names the file."""


def is_archive(name: str) -> bool:
    """Whether a file of this name is treated as a zip archive."""
    return name.lower().endswith(".zip")


def list_uploads(files: Sequence[tuple[str, bytes]]) -> list[UploadedPicture]:
    """List all uploaded files, given as (name, content), and the files in archives among them.

    Raises `DataError` for too many images, and for an archive that is damaged or too large.
    """
    uploads: list[UploadedPicture] = []
    for name, content in files:
        if is_archive(name):
            uploads += list_archive(name, content)
        else:
            uploads.append(UploadedPicture(name=sanitize_name(name), read=partial(bytes, content)))
    if len(uploads) > MAX_IMAGES:
        raise DataError(f"These are {len(uploads):,} files; the limit is {MAX_IMAGES:,} at once.")
    return uploads


def list_archive(name: str, content: bytes) -> list[UploadedPicture]:
    """List the files in an archive, in order; raises `DataError` if it is damaged or too large."""
    if len(content) > MAX_ARCHIVE_BYTES:
        raise DataError(f"{name} is {len(content) / 1e6:.0f} MB. {ARCHIVE_LIMITS_TEXT}")
    archive = zip_archives.open_archive(BytesIO(content), name=name, max_files=MAX_IMAGES)
    entries = zip_archives.list_files(archive)
    unpacked_bytes = sum(entry.file_size for entry in entries)
    if unpacked_bytes > MAX_UNPACKED_BYTES:
        raise DataError(
            f"{name} would unpack to {unpacked_bytes / 1e6:,.0f} MB; the limit is "
            f"{MAX_UNPACKED_BYTES / 1e6:.0f} MB."
        )
    if not entries:
        raise DataError(f"{name} contains no files.")
    return [
        UploadedPicture(
            name=sanitize_name(entry.filename), read=partial(_read_entry, archive, entry)
        )
        for entry in entries
    ]


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read one file of an archive, at most one byte more than an image file may have."""
    name = sanitize_name(entry.filename)
    if zip_archives.escapes_folder(entry.filename):
        raise DataError(f"{name} has a path that leads out of its archive and is skipped.")
    if is_archive(name):
        raise DataError(f"{name} is an archive inside an archive; unpack it and try again.")
    return b"".join(zip_archives.read_chunks(archive, entry, name=name, max_bytes=MAX_FILE_BYTES))
