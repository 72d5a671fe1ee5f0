"""Arguments that several commands share: which recipe, which run, which folder of runs."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, get_args

from fmnist_core import paths
from fmnist_core.errors import RecipeError
from fmnist_core.runs import store
from fmnist_core.runs.run import Run
from fmnist_core.training.presets import PRESETS, get_preset
from fmnist_core.training.recipe import Recipe, field_info


def add_recipe(parser: ArgumentParser) -> None:
    """`--recipe NAME --set FIELD=VALUE …`."""
    parser.add_argument(
        "--recipe", required=True, metavar="NAME", help=f"one of {', '.join(PRESETS)}"
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


def chosen_recipe(arguments: Namespace) -> Recipe:
    """The named recipe with its changes; raises `RecipeError` or `ModelError`."""
    changes = dict(parse_change(text) for text in arguments.changes)
    return get_preset(arguments.recipe).recipe.changed(**changes)


def parse_change(text: str) -> tuple[str, Any]:
    """`epochs=3` as ("epochs", 3); raises `RecipeError` for what is no field."""
    name, equals, value = text.partition("=")
    if not equals:
        raise RecipeError(f"--set {text} has no value; write --set {text}=VALUE.")
    info = field_info(name)
    is_choice = value in get_args(info.annotation)  # 'none' is a flip, and no flip is empty
    return name, value if is_choice else parse_value(value)


def parse_value(text: str) -> Any:
    """A JSON number or truth value, `None` for nothing or `none`, else the text itself."""
    if text.lower() in ("", "none", "null"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, str | list | dict) else value


def add_runs_folder(parser: ArgumentParser) -> None:
    """`--runs DIR`."""
    parser.add_argument(
        "--runs", type=Path, metavar="DIR", help=f"the folder of runs (else {paths.runs_folder()})"
    )


def runs_folder(arguments: Namespace) -> Path:
    """Where runs are kept, absolute: workers run elsewhere."""
    folder: Path = arguments.runs or paths.runs_folder()
    return folder.absolute()


def add_run(parser: ArgumentParser) -> None:
    """`RUN --runs DIR`."""
    parser.add_argument("run", metavar="RUN", help="a run's id, or the path of its folder")
    add_runs_folder(parser)


def chosen_run(arguments: Namespace) -> Run:
    """The run that was named, shipped ones among them; raises `RunError`."""
    run = store.get_run(arguments.run, runs_folder(arguments), paths.checkpoints_folder())
    return Run(run.path.absolute())
