"""`cost`: estimate the time and memory that a recipe needs on this machine."""

from argparse import Namespace
from contextlib import suppress

from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.formatting import format_duration
from fmnist_core.training.cost_estimate import CostEstimate, save_estimate
from fmnist_core.training.recipe import Recipe


def report_cost(arguments: Namespace) -> CommandResult:
    """Train a few batches and estimate the cost; raises `RecipeError`."""
    recipe = shared_arguments.get_recipe(arguments)

    from fmnist_core.training import measure_cost

    estimate = measure_cost.measure(recipe)
    with suppress(OSError):  # without a cache it is measured again next time
        save_estimate(recipe, estimate)
    seconds = estimate.total_seconds(recipe)
    return CommandResult(
        facts=estimate.model_dump() | {"epochs": recipe.epochs, "seconds": seconds},
        lines=[
            f"parameters       {estimate.parameters:,}",
            f"FLOPs per image  {estimate.flops_per_image:,} (forward; multiply and add count as 2)",
            *phase_lines(recipe, estimate),
            f"total time       {format_duration(seconds)}, including start and test",
            f"memory           {estimate.memory_bytes / 1e6:,.0f} MB, "
            f"{estimate.micro_batch} images at a time",
            f"device           {estimate.device}, {estimate.precision}",
        ],
    )


def phase_lines(recipe: Recipe, estimate: CostEstimate) -> list[str]:
    """One line per phase: duration of its epochs, and of computing features before them."""
    lines = []
    for number, (phase, cost) in enumerate(zip(recipe.phases, estimate.phases, strict=True), 1):
        once = (
            f", after {format_duration(cost.seconds_once)} for features"
            if cost.seconds_once
            else ""
        )
        lines.append(
            f"phase {number}          {phase.epochs} × {format_duration(cost.seconds_per_epoch)} "
            f"({cost.images_per_second:,.0f} images/s), {phase.title}{once}"
        )
    return lines


COMMANDS = (
    Command(
        name="cost",
        help="estimate the time and memory that a recipe needs on this machine",
        run=report_cost,
        arguments=shared_arguments.add_recipe,
    ),
)
