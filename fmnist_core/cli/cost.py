"""`cost`: what a recipe will take on this machine."""

from argparse import Namespace
from contextlib import suppress

from fmnist_core.cli import asking
from fmnist_core.cli.command import Answer, Command, duration
from fmnist_core.training.estimate import keep_estimate


def measure_cost(arguments: Namespace) -> Answer:
    """Train a few batches and reckon; raises `RecipeError`."""
    recipe = asking.chosen_recipe(arguments)

    from fmnist_core.training import cost

    estimate = cost.measure(recipe)
    with suppress(OSError):  # not kept means measured again
        keep_estimate(recipe, estimate)
    seconds = estimate.seconds(recipe)
    return Answer(
        facts=estimate.model_dump() | {"epochs": recipe.epochs, "seconds": seconds},
        lines=[
            f"parameters       {estimate.parameters:,}",
            f"FLOPs per image  {estimate.flops_per_image:,} (forward; multiply and add count as 2)",
            f"images/s         {estimate.images_per_second:,.0f}",
            f"an epoch         {duration(estimate.seconds_per_epoch)}",
            f"all {recipe.epochs} epochs    {duration(seconds)}, start and test included",
            f"memory           {estimate.memory_bytes / 2**20:,.0f} MiB",
            f"device           {estimate.device}, {estimate.precision}",
        ],
    )


COMMANDS = (
    Command(
        words="cost",
        help="measure what a recipe will take on this machine",
        run=measure_cost,
        arguments=asking.add_recipe,
    ),
)
