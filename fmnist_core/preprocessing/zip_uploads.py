"""List uploaded images, single files and those in zip archives; nothing is unpacked to disk."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath

from fmnist_core.errors import DataError
from fmnist_core.preprocessing.upload_limits import (
    ARCHIVE_LIMITS_TEXT,
    MAX_ARCHIVE_BYTES,
    MAX_FILE_BYTES,
    MAX_IMAGES,
    MAX_UNPACKED_BYTES,
)

SYSTEM_NAMES = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that operating systems add to archives."""
DIRECTORY_END = b"PK\x05\x06"
"""Start of the end-of-central-directory record."""
ZIP64_DIRECTORY_END, ZIP64_DIRECTORY_END_BYTES, ZIP64_LOCATOR_BYTES = b"PK\x06\x06", 56, 20
"""Zip64's own record precedes the usual one, with a locator between them."""
COMPRESSION_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Only for these does `zipfile` unpack no more than the number of bytes asked for."""
UNSUPPORTED_COMPRESSION_TEXT = (
    "uses an unsupported compression method; create an ordinary zip archive."
)
MAX_ENTRY_BYTES = 1000
"""Of an entry in an archive's directory, including a long name."""


@dataclass(frozen=True, kw_only=True)
class UploadedPicture:
    """One uploaded file, read on demand."""

    name: str
    read: Callable[[], bytes]
    """Raises `DataError` that names the file."""


def sanitize_name(text: str) -> str:
    """Replace control and bidirectional characters in an untrusted name."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


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
    _check_directory_size(name, content)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataError(f"{name} is damaged or not a zip archive.") from error
    entries = [entry for entry in archive.infolist() if not _is_system_file(entry)]
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


def _check_directory_size(name: str, content: bytes) -> None:
    """Refuse an archive whose directory claims too many entries, before Python reads them all."""
    end = content.rfind(DIRECTORY_END)
    if end < 0 or len(content) < end + 16:
        raise DataError(f"{name} is damaged or not a zip archive.")
    num_entries, num_bytes = struct.unpack("<HL", content[end + 10 : end + 16])
    zip64_end = end - ZIP64_LOCATOR_BYTES - ZIP64_DIRECTORY_END_BYTES
    if zip64_end >= 0 and content.startswith(ZIP64_DIRECTORY_END, zip64_end):
        # The zip64 record takes precedence, whatever the other one says.
        num_entries, num_bytes = struct.unpack("<QQ", content[zip64_end + 32 : zip64_end + 48])
    if num_entries > MAX_IMAGES or num_bytes > MAX_IMAGES * MAX_ENTRY_BYTES:
        raise DataError(f"{name} contains too many files. {ARCHIVE_LIMITS_TEXT}")


def _is_system_file(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a folder or was added by an operating system."""
    parts = entry.filename.split("/")
    return not parts[-1] or any(part in SYSTEM_NAMES or part.startswith("._") for part in parts)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read one file of an archive, at most one byte more than an image file may have."""
    name = sanitize_name(entry.filename)
    if _escapes_folder(entry.filename):
        raise DataError(f"{name} has a path that leads out of its archive and is skipped.")
    if is_archive(name):
        raise DataError(f"{name} is an archive inside an archive; unpack it and try again.")
    if entry.compress_type not in COMPRESSION_METHODS:
        raise DataError(f"{name} {UNSUPPORTED_COMPRESSION_TEXT}")
    try:
        with archive.open(entry) as file:
            return file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DataError(f"{name} is damaged inside its archive.") from error
    except NotImplementedError as error:
        raise DataError(f"{name} {UNSUPPORTED_COMPRESSION_TEXT}") from error
    except RuntimeError as error:
        raise DataError(f"{name} is protected by a password.") from error


def _escapes_folder(name: str) -> bool:
    """Whether unpacking this path would write outside the target folder."""
    return (
        ".." in PureWindowsPath(name).parts
        or PurePosixPath(name).is_absolute()
        or bool(PureWindowsPath(name).drive or PureWindowsPath(name).root)
    )
