"""Pictures that somebody hands in, as files or in a zip archive; nothing is unpacked to disk."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath

from fmnist_core.errors import DataError
from fmnist_core.preprocessing.upload_limits import ARCHIVE_LIMITS_TEXT, MAX_ARCHIVE_BYTES, MAX_FILE_BYTES, MAX_IMAGES, MAX_UNPACKED_BYTES

SYSTEM_NAMES = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What computers put into archives by themselves."""
DIRECTORY_END = b"PK\x05\x06"
LARGE_END, LARGE_END_BYTES, LOCATOR_BYTES = b"PK\x06\x06", 56, 20
"""Of zip64: its record, and what stands between it and the usual one."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How members may be packed: of these alone no more is unpacked than is asked for."""
RARE_WORDS = "is packed in a rare way; pack it as an ordinary zip archive."
LONGEST_ENTRY = 1000
"""Bytes of an entry in an archive's directory, long names included."""


@dataclass(frozen=True, kw_only=True)
class UploadedPicture:
    """One file that was handed in."""

    name: str
    contents: Callable[[], bytes]
    """Raises `DataError`, which names it."""


def sanitize_name(text: str) -> str:
    """A name from elsewhere without what would move a cursor or turn the writing round."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def is_archive(name: str) -> bool:
    """Whether a file of that name is taken for a zip archive."""
    return name.lower().endswith(".zip")


def list_uploads(files: Sequence[tuple[str, bytes]]) -> list[UploadedPicture]:
    """All that was handed in under these names, archives opened.

    Raises `DataError` for too many pictures, and for an archive that is damaged or too large.
    """
    found: list[UploadedPicture] = []
    for name, contents in files:
        if is_archive(name):
            found += list_archive(name, contents)
        else:
            found.append(UploadedPicture(name=sanitize_name(name), contents=partial(bytes, contents)))
    if len(found) > MAX_IMAGES:
        raise DataError(
            f"These are {len(found):,} files; at most {MAX_IMAGES:,} are taken at once."
        )
    return found


def list_archive(name: str, contents: bytes) -> list[UploadedPicture]:
    """What an archive holds, in its order; raises `DataError` for a damaged or too large one."""
    if len(contents) > MAX_ARCHIVE_BYTES:
        raise DataError(f"{name} has {len(contents) / 1e6:.0f} MB. {ARCHIVE_LIMITS_TEXT}")
    _check_number(name, contents)
    try:
        archive = zipfile.ZipFile(BytesIO(contents))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataError(f"{name} is not a zip archive, or a damaged one.") from error
    entries = [entry for entry in archive.infolist() if not _is_clutter(entry)]
    whole = sum(entry.file_size for entry in entries)
    if whole > MAX_UNPACKED_BYTES:
        raise DataError(
            f"{name} would unpack to {whole / 1e6:,.0f} MB; at most "
            f"{MAX_UNPACKED_BYTES / 1e6:.0f} MB are unpacked."
        )
    if not entries:
        raise DataError(f"{name} holds no files.")
    return [
        UploadedPicture(name=sanitize_name(entry.filename), contents=partial(_contents, archive, entry))
        for entry in entries
    ]


def _check_number(name: str, contents: bytes) -> None:
    """Before Python reads a directory of a million entries; what it says of itself decides."""
    end = contents.rfind(DIRECTORY_END)
    if end < 0 or len(contents) < end + 16:
        raise DataError(f"{name} is not a zip archive, or a damaged one.")
    number, size = struct.unpack("<HL", contents[end + 10 : end + 16])
    large = end - LOCATOR_BYTES - LARGE_END_BYTES
    if large >= 0 and contents.startswith(LARGE_END, large):
        # In zip64 this record counts, whatever the other one says.
        number, size = struct.unpack("<QQ", contents[large + 32 : large + 48])
    if number > MAX_IMAGES or size > MAX_IMAGES * LONGEST_ENTRY:
        raise DataError(f"{name} holds too many files. {ARCHIVE_LIMITS_TEXT}")


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.split("/")
    return not parts[-1] or any(part in SYSTEM_NAMES or part.startswith("._") for part in parts)


def _contents(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file of an archive, never more of it than a picture may have."""
    name = sanitize_name(entry.filename)
    if _climbs(entry.filename):
        raise DataError(f"{name} has a name that leads out of its archive, so it is left out.")
    if is_archive(name):
        raise DataError(f"{name} is an archive inside an archive; unpack it and try again.")
    if entry.compress_type not in METHODS:
        raise DataError(f"{name} {RARE_WORDS}")
    try:
        with archive.open(entry) as file:
            return file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DataError(f"{name} is damaged inside its archive.") from error
    except NotImplementedError as error:
        raise DataError(f"{name} {RARE_WORDS}") from error
    except RuntimeError as error:
        raise DataError(f"{name} is locked with a password.") from error


def _climbs(name: str) -> bool:
    """Whether it would land outside of the folder that an archive is unpacked to."""
    return (
        ".." in PureWindowsPath(name).parts
        or PurePosixPath(name).is_absolute()
        or bool(PureWindowsPath(name).drive or PureWindowsPath(name).root)
    )
