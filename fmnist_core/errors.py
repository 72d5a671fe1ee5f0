"""The errors that a user may see: one clear sentence each, with a way on.

Everything else that is raised is our own mistake and shows as a traceback.
"""


class LabError(Exception):
    """Base of all errors whose text is meant for the user as it stands."""


class DataError(LabError):
    """Images are missing, damaged, or outside what is allowed."""


class ModelError(LabError):
    """A model is unknown or its weights do not fit."""


class RecipeError(LabError):
    """A recipe has a value that is not allowed."""


class RunError(LabError):
    """A run is missing, damaged, or not in the state that an action needs."""


class DivergedError(LabError):
    """Training cannot go on: its loss is no longer a number."""
