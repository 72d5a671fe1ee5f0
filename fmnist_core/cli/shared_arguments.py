"""Arguments shared by several commands: the recipe, the run, the folder of runs, the box."""

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import Any, get_args

from fmnist_core import paths
from fmnist_core.errors import RecipeError
from fmnist_core.preprocessing.preprocessed import Box
from fmnist_core.runs import store
from fmnist_core.runs.run import Run
from fmnist_core.training.presets import PRESETS, get_preset
from fmnist_core.training.recipe import Recipe, field_info


def add_recipe(parser: ArgumentParser) -> None:
    """Add `--recipe NAME --set FIELD=VALUE …`."""
    parser.add_argument(
        "--recipe", required=True, metavar="NAME", help=f"the recipe: {', '.join(PRESETS)}"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="changes",
        metavar="FIELD=VALUE",
        help="change a field of the recipe, such as epochs=3 or augmentation.flip=random; "
        "may be repeated",
    )


def get_recipe(arguments: Namespace) -> Recipe:
    """The recipe with the changes of `--set`; raises `RecipeError` or `ModelError`."""
    changes = dict(parse_change(text) for text in arguments.changes)
    return get_preset(arguments.recipe).recipe.changed(**changes)


def parse_change(text: str) -> tuple[str, Any]:
    """Parse `epochs=3` as ("epochs", 3); raises `RecipeError` for an unknown field."""
    name, equals, value = text.partition("=")
    if not equals:
        raise RecipeError(f"--set {text} has no value; write --set {text}=VALUE.")
    info = field_info(name)
    is_choice = value in get_args(
        info.annotation
    )  # the flip 'none' is a choice, not an empty value
    return name, value if is_choice else parse_value(value)


def parse_value(text: str) -> Any:
    """Parse a JSON number or boolean; empty text and `none` are `None`, other text stays."""
    if text.lower() in ("", "none", "null"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, str | list | dict) else value


def add_runs_folder(parser: ArgumentParser) -> None:
    """Add `--runs DIR`."""
    parser.add_argument(
        "--runs",
        type=Path,
        metavar="DIR",
        help="the folder of runs (default: runs/ in the project, or $FMNIST_RUNS_DIR)",
    )


def runs_folder(arguments: Namespace) -> Path:
    """The folder of runs as an absolute path: workers have another working directory."""
    folder: Path = arguments.runs or paths.runs_folder()
    return folder.absolute()


def add_run(parser: ArgumentParser) -> None:
    """Add `RUN --runs DIR`."""
    parser.add_argument("run", metavar="RUN", help="the id of a run, or the path of its folder")
    add_runs_folder(parser)


def get_run(arguments: Namespace) -> Run:
    """The named run, which may be an example model; raises `RunError`."""
    run = store.get_run(arguments.run, runs_folder(arguments), paths.checkpoints_folder())
    return Run(run.path.absolute())


def add_box(parser: ArgumentParser) -> None:
    """Add `--box L,T,R,B`."""
    parser.add_argument(
        "--box",
        type=parse_box,
        metavar="L,T,R,B",
        help="the garment is inside this box: left, top, right, bottom as fractions of the photo's "
        "width and height, such as 0.1,0.2,0.9,0.8, or as percentages",
    )


def parse_box(text: str) -> Box:
    """Parse `0.1,20%,0.9,80%`; raises `ArgumentTypeError`."""
    parts = text.split(",")
    try:
        left, top, right, bottom = map(_parse_fraction, parts)
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is not a box; write four numbers from 0 to 1, such as 0.1,0.2,0.9,0.8, or "
            "percentages"
        ) from None
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise ArgumentTypeError(
            f"{text!r} is not a box inside the photo; left must be less than right, top less than "
            "bottom, and all from 0 to 1 (or 0% to 100%)"
        )
    return left, top, right, bottom


def _parse_fraction(text: str) -> float:
    number = text.strip()
    if number.endswith("%"):
        return float(number[:-1]) / 100
    return float(number)
