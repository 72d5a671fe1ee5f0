"""Read the JSON files of run and search folders, and say what is wrong with a damaged one."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fmnist_core.errors import LabError, RunError

Model = TypeVar("Model", bound=BaseModel)


def read_model(path: Path, model: type[Model], *, subject: str) -> Model:
    """Read and validate a file; raises `RunError`, which begins with `subject`, as `Run 1234`."""
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise RunError(f"{subject} has no {path.name}.") from None
    except OSError as error:
        raise RunError(f"{subject}: {path.name} cannot be read ({error}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "its JSON"
        raise RunError(f"{subject} is damaged: {path.name}, {field}: {first['msg']}.") from error
    except LabError as error:  # raised by the recipe's own validators
        raise RunError(f"{subject} is damaged: {path.name}: {error}") from error
