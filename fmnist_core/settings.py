"""Settings of a laboratory: the optional file `lab.toml` in the project's folder.

Without the file, or without a key in it, the defaults below apply. `FMNIST_SETTINGS` names another
file. A change applies at once: the file is read again when it changes.
"""

import os
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from fmnist_core import paths
from fmnist_core.errors import SettingsError, unknown_key


class Section(BaseModel):
    """A section of the file; a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _check_length(minimum: int) -> AfterValidator:
    """Check that a code, if there is one, has so many letters and digits; others do not count."""

    def check(code: str) -> str:
        if code and sum(map(str.isalnum, code)) < minimum:
            raise PydanticCustomError(
                "code_too_short",
                "a code needs at least {minimum} letters and digits",
                {"minimum": minimum},
            )
        return code

    return AfterValidator(check)


class Access(Section):
    """Who gets in where more than this machine can connect, and who teaches."""

    class_code_required: bool = Field(
        default=False,
        description="ask for the class code although only this machine can connect; "
        "for a server behind a reverse proxy",
    )
    class_code: Annotated[str, _check_length(6)] = Field(
        default="",
        description="a class code of your own, at least 6 letters and digits; empty: one a day",
    )
    teacher_code: Annotated[str, _check_length(10)] = Field(
        default="",
        description="a teacher's code of your own, at least 10 letters and digits; empty: drawn",
    )
    hours: int = Field(
        default=12, ge=1, le=8760, description="hours for which a browser need not ask again"
    )
    address: str = Field(
        default="",
        pattern=r"^$|^https?://\S+$",
        description="the address that pupils open, where the app cannot know it",
    )
    members: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="with a login: the e-mail addresses, or domains as @school.example, "
        "that get in; empty: everybody who can log in",
    )
    teachers: tuple[str, ...] = Field(
        default=(), strict=False, description="with a login: the teachers' e-mail addresses"
    )


class Limits(Section):
    """What one person may use; a teacher and the command line have no limits."""

    waiting_runs: int = Field(
        default=3, ge=1, le=1000, description="runs of one person that wait at once"
    )
    training_minutes: int = Field(
        default=120,
        ge=1,
        le=100_000,
        description="minutes of training of one person within 24 hours",
    )
    imported_runs: int = Field(
        default=20, ge=0, le=10_000, description="runs that one person imports within 24 hours"
    )
    import_megabytes: int = Field(
        default=64, ge=1, le=1000, description="size of a run that is imported in the browser"
    )


class Disk(Section):
    """What is kept on the disk."""

    runs_gigabytes: float = Field(
        default=20.0,
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="gigabytes that all runs together may take; 0: no limit",
    )
    bin_days: int = Field(
        default=7,
        ge=0,
        le=3650,
        description="days after which a deleted run is gone for good; sooner if the runs need "
        "the space",
    )


class ExecutorChoice(Section):
    """Where runs train."""

    name: str = Field(
        default="local",
        description="where runs train: local (on this machine), slurm, ray or ray://host:port; "
        "the environment variable FMNIST_EXECUTOR goes before it",
    )
    cpus_per_run: int = Field(
        default=1,
        ge=1,
        le=1024,
        description="processor cores for each run on a cluster",
    )


class Slurm(Section):
    """The jobs in which runs train on Slurm."""

    cluster: Literal["slurm", "local"] = Field(
        default="slurm",
        description="slurm; or local: jobs are processes of this machine, to try it out",
    )
    partition: str = Field(default="", description="partition of the jobs; empty: Slurm's default")
    account: str = Field(
        default="", description="account that the jobs are charged to; empty: Slurm's default"
    )
    jobs: int = Field(
        default=4, ge=1, le=1000, description="jobs that wait and train at once; others wait here"
    )
    minutes: int = Field(
        default=60,
        ge=1,
        le=43_200,
        description="time limit of a job; a run that takes longer is requeued and goes on",
    )
    gpus: int = Field(
        default=1,
        ge=0,
        le=64,
        description="GPUs that a run may have; 0: it trains on the processor",
    )
    memory_gigabytes: int = Field(
        default=8, ge=1, le=1024, description="gigabytes of memory for each run"
    )


class Settings(Section):
    """All sections; each has its defaults."""

    limits: Limits = Limits()
    disk: Disk = Disk()
    access: Access = Access()
    executor: ExecutorChoice = ExecutorChoice()
    slurm: Slurm = Slurm()


def settings_file() -> Path:
    """`FMNIST_SETTINGS`, or `lab.toml` in the project's folder; it need not exist."""
    return Path(os.environ.get("FMNIST_SETTINGS") or paths.PROJECT / "lab.toml").absolute()


def get_settings() -> Settings:
    """The settings as the file is now; raises `SettingsError` if it is damaged."""
    path = settings_file()
    try:
        modified = path.stat().st_mtime_ns
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise _unreadable(path, error) from error
    return _read(path, modified)


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> Settings:  # noqa: ARG001 (part of the key)
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise _unreadable(path, error) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} is not valid TOML: {error}.") from error
    except ValidationError as error:
        raise _invalid(path, error) from error


def _unreadable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"{path} cannot be read: {error.strerror or error}.")


def _invalid(path: Path, error: ValidationError) -> SettingsError:
    """One sentence about the first problem."""
    problem = error.errors()[0]
    name = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        known = unknown_key(SettingsError, "setting", name, setting_names())
        return SettingsError(f"{path.name}: {known}", field=name, allowed=known.allowed)
    return SettingsError(
        f"{path.name}: {name} is {problem['input']!r}; {problem['msg'].lower()}.",
        field=name,
        value=problem["input"],
    )


def setting_names() -> tuple[str, ...]:
    """All keys of the file, with their section: `limits.waiting_runs`."""
    return tuple(
        f"{section}.{name}"
        for section, info in Settings.model_fields.items()
        for name in type(info.default).model_fields
    )
