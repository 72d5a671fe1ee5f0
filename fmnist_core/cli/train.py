"""`train`: queue a run and watch it learn."""

from argparse import ArgumentParser, Namespace

from fmnist_core.cli import progress, shared_arguments
from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.data import sources
from fmnist_core.jobs import queue
from fmnist_core.runs import event_log, initial_weights
from fmnist_core.training.cost_estimate import load_estimate
from fmnist_core.training.recipe import Recipe


def train_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_recipe(parser)
    shared_arguments.add_runs_folder(parser)
    progress.add_arguments(parser)
    parser.add_argument("--name", default="", help="what the run is called (else its recipe)")
    parser.add_argument("--by", default="", metavar="NAME", help="who asks for it")


def train(arguments: Namespace) -> CommandResult:
    """Queue a recipe and follow it to its end; raises `LabError`."""
    recipe = shared_arguments.chosen_recipe(arguments)
    require_data(recipe)
    initial_weights.require_available(recipe, shared_arguments.runs_folder(arguments))
    estimate = load_estimate(recipe)
    run = queue.submit_run(
        recipe,
        name=arguments.name or arguments.recipe,
        by=arguments.by,
        expected_seconds=estimate.total_seconds(recipe) if estimate else None,
        folder=shared_arguments.runs_folder(arguments),
    )
    return progress.answer(run, event_log.Follower(run.events_file), detach=arguments.detach)


def require_data(recipe: Recipe) -> None:
    """Raises `DataError` before anything is queued, rather than in a worker later."""
    if recipe.data == "fashion-mnist" and sources.available_source() is None:
        sources.load_images()


COMMANDS = (
    Command(
        words="train", help="train a recipe and follow it", run=train, arguments=train_arguments
    ),
)
