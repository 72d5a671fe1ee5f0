"""Errors that a user may see: each message is one clear sentence and says what to do.

Any other exception is a bug and shows as a traceback.
"""

from collections.abc import Iterable
from typing import TypeVar


class LabError(Exception):
    """Base class of errors whose message is shown to the user as it is.

    If one value is invalid, `field` names it, `value` is that value, and `allowed` describes or
    lists what is accepted; the message says the same.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        value: object = None,
        allowed: object = None,
    ) -> None:
        super().__init__(message)
        self.field = field
        self.value = value
        self.allowed = allowed


class DataError(LabError):
    """Images are missing, damaged, or outside what is allowed."""


class ModelError(LabError):
    """A model is unknown, its weights do not fit, or it cannot be explained as requested."""


class RecipeError(LabError):
    """A recipe has a value that is not allowed."""


class RunError(LabError):
    """A run is missing, damaged, or not in the state that an action needs."""


class SettingsError(LabError):
    """The settings file is damaged, or has a value that is not allowed."""


class DivergedError(LabError):
    """Training cannot continue: the loss became NaN or infinite."""


Error = TypeVar("Error", bound=LabError)


def unknown_key(
    error: type[Error], noun: str, key: str, known: Iterable[str], *, max_listed: int | None = None
) -> Error:
    """Build the error for a failed lookup, such as `No model 'cn'. Known: mlp, cnn.`

    Its `allowed` has all known keys; the message lists at most `max_listed` of them.
    """
    known = tuple(known)
    listed = known[:max_listed]
    text = ", ".join(listed) or "none yet"
    if len(listed) < len(known):
        text += f" and {len(known) - len(listed)} more"
    return error(f"No {noun} '{key}'. Known: {text}.", field=noun, value=key, allowed=known)
