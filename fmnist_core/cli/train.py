"""`train`: queue a run and follow it."""

from argparse import ArgumentParser, Namespace

from fmnist_core.cli import progress, shared_arguments
from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.data import sources
from fmnist_core.jobs import queue
from fmnist_core.runs import event_log, initial_weights
from fmnist_core.training.cost_estimate import expected_seconds
from fmnist_core.training.recipe import Recipe


def train_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_recipe(parser)
    shared_arguments.add_runs_folder(parser)
    progress.add_arguments(parser)
    parser.add_argument("--name", default="", help="the name of the run (default: its recipe's)")
    parser.add_argument("--by", default="", metavar="NAME", help="the student who starts the run")


def train(arguments: Namespace) -> CommandResult:
    """Queue a recipe and follow it to its end; raises `LabError`."""
    recipe = shared_arguments.get_recipe(arguments)
    require_data(recipe)
    initial_weights.require_available(recipe, shared_arguments.runs_folder(arguments))
    run = queue.submit_run(
        recipe,
        name=arguments.name or arguments.recipe,
        by=arguments.by,
        expected_seconds=expected_seconds(recipe),
        folder=shared_arguments.runs_folder(arguments),
    )
    return progress.follow_run(run, event_log.Follower(run.events_file), detach=arguments.detach)


def require_data(recipe: Recipe) -> None:
    """Raise `DataError` if the data set is missing, before the run is queued."""
    if recipe.data == "fashion-mnist" and sources.available_source() is None:
        sources.load_images()


COMMANDS = (
    Command(
        name="train", help="train a recipe and follow the run", run=train, arguments=train_arguments
    ),
)
