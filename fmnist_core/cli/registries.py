"""`models` and `recipes`: list the model architectures and the named recipes."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from fmnist_core.cli.command import Command, CommandResult, format_table
from fmnist_core.models.registry import MODELS, ModelSpec
from fmnist_core.training.presets import PRESETS, get_preset
from fmnist_core.training.recipe import allowed_values, field_info, flatten


def list_models(arguments: Namespace) -> CommandResult:
    """List every model that a recipe can name."""
    del arguments
    specs = MODELS.values()
    rows = [(spec.key, spec.title, spec.family, spec.teaches) for spec in specs]
    return CommandResult(
        facts={"models": [_model_facts(spec) for spec in specs]},
        lines=format_table(rows, header=("KEY", "TITLE", "FAMILY", "TEACHES")),
    )


def _model_facts(spec: ModelSpec) -> dict[str, object]:
    pretrained = asdict(spec.pretrained) if spec.pretrained else None
    return vars(spec) | {"options": dict(spec.options), "pretrained": pretrained}


def recipe_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="show all fields of this recipe")


def show_recipes(arguments: Namespace) -> CommandResult:
    """List the named recipes, or show one."""
    return show_recipe(arguments.name) if arguments.name else list_recipes()


def list_recipes() -> CommandResult:
    """List one recipe per line."""
    presets = PRESETS.values()
    rows = [
        (
            preset.key,
            preset.recipe.model,
            preset.recipe.total_epochs,
            preset.reported or "",
            preset.summary,
        )
        for preset in presets
    ]
    return CommandResult(
        facts={"recipes": [_facts(preset.key) for preset in presets]},
        lines=format_table(rows, header=("NAME", "MODEL", "EPOCHS", "REPORTED", "PURPOSE")),
    )


def show_recipe(name: str) -> CommandResult:
    """Show each field with its value, allowed values and effect; raises `RecipeError`."""
    values = flatten(get_preset(name).recipe)
    rows = [
        (
            field,
            "-" if value is None else value,
            allowed_values(field),
            field_info(field).description,
        )
        for field, value in values.items()
    ]
    header = ("FIELD", "VALUE", "ALLOWED", "EFFECT")
    return CommandResult(
        facts=_facts(name), lines=[get_preset(name).summary, "", *format_table(rows, header=header)]
    )


def _facts(name: str) -> dict[str, object]:
    preset = get_preset(name)
    return {
        "name": preset.key,
        "title": preset.title,
        "summary": preset.summary,
        "reported": preset.reported,
        "recipe": preset.recipe.model_dump(),
    }


COMMANDS = (
    Command(name="models", help="list the model architectures", run=list_models),
    Command(
        name="recipes",
        help="list the named recipes, or show one",
        run=show_recipes,
        arguments=recipe_arguments,
    ),
)
