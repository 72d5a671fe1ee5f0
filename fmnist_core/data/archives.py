"""Pictures that somebody hands in, as files or in a zip archive; nothing is unpacked to disk."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath

from fmnist_core.data.limits import (
    ARCHIVE_WORDS,
    MOST_ARCHIVE_BYTES,
    MOST_BYTES,
    MOST_PICTURES,
    MOST_UNPACKED_BYTES,
)
from fmnist_core.errors import DataError

SYSTEM_NAMES = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What computers put into archives by themselves."""
DIRECTORY_END = b"PK\x05\x06"
LONGEST_ENTRY = 1000
"""Bytes of an entry in an archive's directory, long names included."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file that was handed in."""

    name: str
    contents: Callable[[], bytes]
    """Raises `DataError`, which names it."""


def is_archive(name: str) -> bool:
    """Whether a file of that name is taken for a zip archive."""
    return name.lower().endswith(".zip")


def members(files: Sequence[tuple[str, bytes]]) -> list[Member]:
    """All that was handed in under these names, archives opened.

    Raises `DataError` for too many pictures, and for an archive that is damaged or too large.
    """
    found: list[Member] = []
    for name, contents in files:
        if is_archive(name):
            found += unpacked(name, contents)
        else:
            found.append(Member(name=name, contents=partial(bytes, contents)))
    if len(found) > MOST_PICTURES:
        raise DataError(
            f"These are {len(found):,} files; at most {MOST_PICTURES:,} are taken at once."
        )
    return found


def unpacked(name: str, contents: bytes) -> list[Member]:
    """What an archive holds, in its order; raises `DataError` for a damaged or too large one."""
    if len(contents) > MOST_ARCHIVE_BYTES:
        raise DataError(f"{name} has {len(contents) / 1e6:.0f} MB. {ARCHIVE_WORDS}")
    _check_number(name, contents)
    try:
        archive = zipfile.ZipFile(BytesIO(contents))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataError(f"{name} is not a zip archive, or a damaged one.") from error
    entries = [entry for entry in archive.infolist() if not _is_clutter(entry)]
    whole = sum(entry.file_size for entry in entries)
    if whole > MOST_UNPACKED_BYTES:
        raise DataError(
            f"{name} would unpack to {whole / 1e6:,.0f} MB; at most "
            f"{MOST_UNPACKED_BYTES / 1e6:.0f} MB are unpacked."
        )
    if not entries:
        raise DataError(f"{name} holds no files.")
    return [
        Member(name=entry.filename, contents=partial(_contents, archive, entry))
        for entry in entries
    ]


def _check_number(name: str, contents: bytes) -> None:
    """Before Python reads a directory of a million entries; what it says of itself decides."""
    end = contents.rfind(DIRECTORY_END)
    if end < 0 or len(contents) < end + 16:
        raise DataError(f"{name} is not a zip archive, or a damaged one.")
    number, size = struct.unpack("<HL", contents[end + 10 : end + 16])
    if number > MOST_PICTURES or size > MOST_PICTURES * LONGEST_ENTRY:
        raise DataError(f"{name} holds too many files. {ARCHIVE_WORDS}")


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.split("/")
    return entry.is_dir() or any(part in SYSTEM_NAMES or part.startswith("._") for part in parts)


def _contents(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file of an archive, never more of it than a picture may have."""
    name = entry.filename
    if _climbs(name):
        raise DataError(f"{name} has a name that leads out of its archive, so it is left out.")
    if is_archive(name):
        raise DataError(f"{name} is an archive inside an archive; unpack it and try again.")
    try:
        with archive.open(entry) as file:
            contents = file.read(MOST_BYTES + 1)
    except RuntimeError as error:
        raise DataError(f"{name} is locked with a password.") from error
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DataError(f"{name} is damaged inside its archive.") from error
    return contents


def _climbs(name: str) -> bool:
    """Whether it would land outside of the folder that an archive is unpacked to."""
    return (
        ".." in PureWindowsPath(name).parts
        or PurePosixPath(name).is_absolute()
        or bool(PureWindowsPath(name).drive or PureWindowsPath(name).root)
    )
