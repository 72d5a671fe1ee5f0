"""Open zip archives that anybody may have made, and read their files without trusting them.

Nothing is unpacked to disk here, and no size that an archive declares is believed.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

from fmnist_core.errors import DataError

SYSTEM_NAMES = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that operating systems add to archives."""
DIRECTORY_END, DIRECTORY_END_BYTES = b"PK\x05\x06", 22
"""Start of the end-of-central-directory record, and its size without a comment."""
MAX_COMMENT_BYTES = 2**16 - 1
ZIP64_DIRECTORY_END, ZIP64_DIRECTORY_END_BYTES = b"PK\x06\x06", 56
ZIP64_LOCATOR, ZIP64_LOCATOR_BYTES = b"PK\x06\x07", 20
"""Zip64's own record precedes the usual one, with a locator between them."""
COMPRESSION_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Only for these does `zipfile` unpack no more than the number of bytes asked for."""
UNSUPPORTED_COMPRESSION_TEXT = (
    "uses an unsupported compression method; create an ordinary zip archive."
)
MAX_ENTRY_BYTES = 1000
"""Of an entry in an archive's directory, including a long name."""
CHUNK_BYTES = 2**20


def sanitize_name(text: str) -> str:
    """Replace control and bidirectional characters in an untrusted name."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def open_archive(file: BinaryIO, *, name: str, max_files: int) -> zipfile.ZipFile:
    """Open an archive; raises `DataError` if it is damaged or has more than `max_files` entries."""
    _check_directory_size(file, name=name, max_files=max_files)
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise DataError(f"{name} is damaged or not a zip archive.") from error


def list_files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive, in order, without folders and what operating systems add."""
    return [entry for entry in archive.infolist() if not _is_system_file(entry)]


def escapes_folder(name: str) -> bool:
    """Whether unpacking this path would write outside the target folder."""
    return (
        ".." in PureWindowsPath(name).parts
        or PurePosixPath(name).is_absolute()
        or bool(PureWindowsPath(name).drive or PureWindowsPath(name).root)
    )


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a symbolic link, or a device, as UNIX archives may contain."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind not in (0, stat.S_IFREG)


def read_chunks(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, name: str, max_bytes: int
) -> Iterator[bytes]:
    """Unpack a file in parts, at most one byte more than `max_bytes` in all.

    Raises `DataError` that starts with `name` if the file cannot be unpacked.
    """
    if entry.compress_type not in COMPRESSION_METHODS:
        raise DataError(f"{name} {UNSUPPORTED_COMPRESSION_TEXT}")
    num_left = max_bytes + 1
    try:
        with archive.open(entry) as file:
            while num_left and (chunk := file.read(min(num_left, CHUNK_BYTES))):
                num_left -= len(chunk)
                yield chunk
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, struct.error) as error:
        raise DataError(f"{name} is damaged inside its archive.") from error
    except NotImplementedError as error:
        raise DataError(f"{name} {UNSUPPORTED_COMPRESSION_TEXT}") from error
    except RuntimeError as error:
        raise DataError(f"{name} is protected by a password.") from error


def _check_directory_size(file: BinaryIO, *, name: str, max_files: int) -> None:
    """Refuse an archive whose directory claims too many entries, before Python reads them all."""
    tail = _read_tail(file)
    end = _directory_end(tail)
    if end < 0 or len(tail) < end + 16:
        raise DataError(f"{name} is damaged or not a zip archive.")
    num_entries, num_bytes = struct.unpack("<HL", tail[end + 10 : end + 16])
    locator = end - ZIP64_LOCATOR_BYTES
    if locator >= 0 and tail.startswith(ZIP64_LOCATOR, locator):
        zip64_end = locator - ZIP64_DIRECTORY_END_BYTES
        if zip64_end < 0 or not tail.startswith(ZIP64_DIRECTORY_END, zip64_end):
            raise DataError(f"{name} is damaged or not a zip archive.")
        # The zip64 record takes precedence, whatever the other one says.
        num_entries, num_bytes = struct.unpack("<QQ", tail[zip64_end + 32 : zip64_end + 48])
    if num_entries > max_files or num_bytes > max_files * MAX_ENTRY_BYTES:
        raise DataError(f"{name} contains too many files; the limit is {max_files:,}.")


def _read_tail(file: BinaryIO) -> bytes:
    """The end of a file, in which the record at the end of its directory must be."""
    num_bytes = (
        ZIP64_DIRECTORY_END_BYTES + ZIP64_LOCATOR_BYTES + DIRECTORY_END_BYTES + MAX_COMMENT_BYTES
    )
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - num_bytes))
    return file.read(num_bytes)


def _directory_end(tail: bytes) -> int:
    """Where the record starts that Python would use, or -1."""
    last = len(tail) - DIRECTORY_END_BYTES
    if last >= 0 and tail.startswith(DIRECTORY_END, last) and tail.endswith(b"\0\0"):
        return last
    return tail.rfind(DIRECTORY_END, max(0, last - MAX_COMMENT_BYTES))


def _is_system_file(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a folder or was added by an operating system."""
    parts = entry.filename.split("/")
    return not parts[-1] or any(part in SYSTEM_NAMES or part.startswith("._") for part in parts)
