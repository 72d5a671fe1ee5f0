"""Values that a browser keeps for the server and can neither change nor invent.

They are signed (HMAC-SHA256, by itsdangerous) with a key that this machine draws once and keeps in
its cache folder, so that they stay valid when the server restarts. They are not secret: whoever
holds them can read them.
"""

import hashlib
import secrets
import time
from functools import cache
from pathlib import Path
from typing import TypeVar

from filelock import FileLock
from itsdangerous import BadSignature, Signer, TimestampSigner

from fmnist_core import atomic, paths

KEY_BYTES = 32
AnySigner = TypeVar("AnySigner", bound=Signer)


def private_folder() -> Path:
    """The folder of keys and codes, which only the server's user may read; raises `OSError`."""
    folder = paths.cache_folder() / "access"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def sign(value: str, *, purpose: str) -> str:
    """`value` with its signature; always the same text. Only `read` with this purpose takes it."""
    return _signer(Signer, purpose).sign(value).decode()


def read(signed: str, *, purpose: str) -> str | None:
    """The value that was signed for this purpose, or `None` if it was not."""
    try:
        return _signer(Signer, purpose).unsign(signed).decode()
    except (BadSignature, UnicodeError):
        return None


def sign_dated(value: str, *, purpose: str) -> str:
    """`value` with the time and their signature."""
    return _signer(TimestampSigner, purpose).sign(value).decode()


def read_dated(signed: str, *, purpose: str, max_age: float, not_before: float = 0) -> str | None:
    """The value that was signed for this purpose, or `None` if it was not.

    Also `None` if that was more than `max_age` seconds ago, or before the UNIX time `not_before`.
    """
    signer = _signer(TimestampSigner, purpose)
    try:
        value, signed_at = signer.unsign(signed, return_timestamp=True)
        text: str = value.decode()
    except (BadSignature, UnicodeError):
        return None
    # The time is in whole seconds: what was signed in the same second as `not_before` is valid.
    is_valid = signed_at.timestamp() + 1 > max(not_before, time.time() - max_age)
    return text if is_valid else None


def pseudonym(name: str) -> str:
    """An id that stands for a name, such as an e-mail address, that is not to be stored.

    The same name always gets the same id, and only this machine can compute it.
    """
    return hashlib.blake2b(name.encode(), digest_size=8, key=_key(paths.cache_folder())).hexdigest()


def _signer(kind: type[AnySigner], purpose: str) -> AnySigner:
    key = _key(paths.cache_folder())
    return kind(key, salt=purpose, key_derivation="hmac", digest_method=hashlib.sha256)


@cache
def _key(_: Path) -> bytes:
    """The key kept in this cache folder; all servers use the one that the first has drawn."""
    drawn = secrets.token_bytes(KEY_BYTES)
    try:
        file = private_folder() / "key"
        with FileLock(file.with_suffix(".lock")):
            if not file.exists() or file.stat().st_size != KEY_BYTES:
                atomic.write_bytes(file, drawn)
                file.chmod(0o600)
            return file.read_bytes()
    except OSError:  # a read-only folder: the values are valid until the server ends
        return drawn
