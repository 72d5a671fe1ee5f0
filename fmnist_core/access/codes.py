"""The class code, which lets a browser in, and the teacher's code, which lets it do more.

Both are drawn at random and kept in the cache folder: the class code for a day, so that a restart
does not change it during a lesson, the teacher's until it is replaced. The settings may name
others.
"""

import hmac
import secrets
import time
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fmnist_core import atomic, paths
from fmnist_core.access import signing
from fmnist_core.settings import get_settings

ALPHABET = "CDFHJKMNPRTVWXY34679"
"""Without look-alikes (0 O, 1 I L, 2 Z, 5 S, 8 B, U V, G 6) and without vowels, so that no code is
a word.
"""
CLASS_CODE_LENGTH, TEACHER_CODE_LENGTH = 8, 12
MIN_LENGTH = 6
GROUP_LENGTH = 4
Role = Literal["class", "teacher"]


class Codes(BaseModel):
    """The codes of a day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    class_code: str = Field(min_length=MIN_LENGTH)
    teacher_code: str = Field(min_length=TEACHER_CODE_LENGTH)
    drawn_on: date
    """The day of the class code."""
    valid_from: float = 0
    """UNIX time of the last replacement by hand; who got in before has to get in again."""


def current_codes() -> Codes:
    """The codes that are valid now; draws those that are missing or of another day.

    Raises `SettingsError` if the settings are damaged.
    """
    settings = get_settings().access
    codes = _read()
    if codes is None or codes.drawn_on != date.today():
        codes = _draw(replaces=codes)
    own = {"class_code": settings.class_code, "teacher_code": settings.teacher_code}
    return codes.model_copy(update={name: code for name, code in own.items() if code})


def replace_codes(*, teacher: bool = False) -> Codes:
    """Draw another class code, if `teacher` also another teacher's code.

    Whoever got in with an earlier one has to get in again. Codes that the settings name stay.
    """
    return _draw(replaces=_read(), by_hand=True, teacher=teacher)


def link_code() -> str:
    """What stands for the class code in a link that is scanned: too long to be guessed."""
    return signing.pseudonym(f"class code {current_codes().class_code}")


def role_of_long_code(entered: str) -> Role | None:
    """Whose code this is, if it is so long that nobody guesses it, at any number of attempts.

    A teacher's code in the settings may be a word, and is not among them.
    """
    if _is_same(entered, link_code()):
        return "class"
    is_drawn = not get_settings().access.teacher_code
    return "teacher" if is_drawn and role_of(entered) == "teacher" else None


def role_of(entered: str) -> Role | None:
    """Whose code this is; `None` if it is wrong. Takes the same time for every code.

    Case, spaces and dashes do not matter.
    """
    codes = current_codes()
    is_teacher = _is_same(entered, codes.teacher_code)
    is_class = _is_same(entered, codes.class_code)
    if is_teacher:
        return "teacher"
    return "class" if is_class else None


def format_code(code: str) -> str:
    """A code as it is shown and read out: `KFRD-7394`. One from the settings stays as it is."""
    if not set(code) <= set(ALPHABET):
        return code
    return "-".join(
        code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH)
    )


def _is_same(entered: str, code: str) -> bool:
    normalized = normalize_code(code).encode()
    return hmac.compare_digest(normalize_code(entered).encode(), normalized) and normalized != b""


def normalize_code(code: str) -> str:
    """A code without what does not matter: case, spaces and dashes."""
    return "".join(filter(str.isalnum, code)).casefold()


def _file() -> Path:
    return signing.private_folder() / "codes.json"


def _read() -> Codes | None:
    """The kept codes; `None` if there are none or the file is damaged."""
    try:
        file = _file()
        return _parse(file, file.stat().st_mtime_ns)
    except (OSError, ValidationError):
        return _UNSAVED.get(paths.cache_folder())


@lru_cache(maxsize=4)
def _parse(file: Path, modified: int) -> Codes:  # noqa: ARG001 (part of the key)
    return Codes.model_validate_json(file.read_bytes())


def _draw(*, replaces: Codes | None, by_hand: bool = False, teacher: bool = False) -> Codes:
    """Draw a class code and, if there is none or `teacher`, a teacher's code; keep them.

    If another process has replaced the codes in the meantime, return the ones it has drawn.
    """
    try:
        with FileLock(_file().with_suffix(".lock")):
            kept = _read()
            if kept is not None and kept != replaces:
                return kept
            codes = _drawn(kept, by_hand=by_hand, teacher=teacher)
            atomic.write_bytes(_file(), codes.model_dump_json().encode())
    except OSError:  # a read-only folder: they are valid until the server ends
        codes = _UNSAVED[paths.cache_folder()] = _drawn(replaces, by_hand=by_hand, teacher=teacher)
    return codes


def _drawn(kept: Codes | None, *, by_hand: bool, teacher: bool) -> Codes:
    teacher_code = kept.teacher_code if kept and not teacher else ""
    return Codes(
        class_code=_random_code(CLASS_CODE_LENGTH),
        teacher_code=teacher_code or _random_code(TEACHER_CODE_LENGTH),
        drawn_on=date.today(),
        valid_from=time.time() if by_hand else kept.valid_from if kept else 0,
    )


def _random_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


_UNSAVED: dict[Path, Codes] = {}
"""Codes by the cache folder in which they could not be kept."""
