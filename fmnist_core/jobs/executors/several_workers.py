"""Train a run on this machine: in this process, or in several that Ray starts and ends with it.

Imports neither Ray nor torch before they are needed.
"""

import importlib.util
import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fmnist_core.jobs import slots
from fmnist_core.jobs.executors.executor import ExecutorError
from fmnist_core.training.recipe import Recipe

if TYPE_CHECKING:
    from fmnist_core.data.datasets import Dataset
    from fmnist_core.jobs.executors.ray_train import WorkersFit
    from fmnist_core.training.events import Event

Fit = Callable[..., "Iterator[Event]"]
"""`fit_here`, or a function that takes the same and lets it run elsewhere."""
OBJECT_STORE_BYTES = 10**9
"""For the images, and the snapshots on their way to the run folder."""
LOOPBACK = "127.0.0.1"


def check_workers(recipe: Recipe, *, num_gpus: int, num_cores: int, where: str) -> None:
    """Raise `ExecutorError` if a recipe's workers could not have a device each.

    `where` begins the sentence: "This machine", "A job on Slurm".
    """
    if recipe.workers == 1:
        return
    if importlib.util.find_spec("ray") is None:
        raise ExecutorError(
            f"Training with {recipe.workers} workers needs Ray: pip install -r "
            "requirements-cluster.txt. Or choose one worker."
        )
    on_gpus = uses_gpus(recipe, num_gpus=num_gpus)
    available, device = (num_gpus, "GPU") if on_gpus else (num_cores, "processor core")
    if available < recipe.workers:
        plural = "" if available == 1 else "s"
        raise ExecutorError(
            f"{where} has {available} {device}{plural}, but the recipe asks for {recipe.workers} "
            f"workers, which need one each. Choose at most {max(1, available)}."
        )


def uses_gpus(recipe: Recipe, *, num_gpus: int) -> bool:
    """Whether the workers of a recipe train on GPUs, on a machine with so many."""
    return recipe.device != "cpu" and (num_gpus > 0 or recipe.device != "auto")


def num_own_gpus() -> int:
    """The GPUs that this process may use."""
    return sum(name != "cpu" for name in slots.slot_names())


def num_own_cores() -> int:
    """The processor cores that this process may use."""
    has_affinity = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1


def fit_here(recipe: Recipe, data: "Dataset", **options: Any) -> "Iterator[Event]":
    """`fit` on this machine, with as many workers as the recipe asks for; the same arguments.

    Raises what `fit` raises, `ExecutorError` and `RunInterruptedError`.
    """
    if recipe.workers == 1:
        from fmnist_core.training.loop import fit

        yield from fit(recipe, data, **options)
    else:
        with start_workers(recipe) as fit_together:
            yield from fit_together(recipe, data, **options)


@contextmanager
def start_workers(recipe: Recipe) -> "Iterator[WorkersFit]":
    """Start a Ray on this machine alone, and end it afterwards; raises `ExecutorError`.

    It listens only on this machine, and lets nobody in who does not know its token.
    """
    num_gpus, num_cores = num_own_gpus(), num_own_cores()
    check_workers(recipe, num_gpus=num_gpus, num_cores=num_cores, where="This machine")
    if "ray" not in sys.modules:  # it reads these when it is imported
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    import ray

    from fmnist_core.jobs.executors.ray_cluster.resources import Resources
    from fmnist_core.jobs.executors.ray_train import WorkersFit

    on_gpus = uses_gpus(recipe, num_gpus=num_gpus)
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        try:
            ray.init(
                address="local",
                num_cpus=num_cores,
                num_gpus=num_gpus if on_gpus else 0,
                object_store_memory=OBJECT_STORE_BYTES,
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.ERROR,
                _node_ip_address=LOOPBACK,
                _temp_dir=folder,
            )
        except Exception as error:  # Ray raises errors of many types here
            first_line = str(error).strip().partition("\n")[0]
            raise ExecutorError(
                f"Ray could not be started for {recipe.workers} workers: {first_line} Try again, "
                "or choose one worker."
            ) from error
        try:
            yield WorkersFit(
                Resources(num_gpus=1.0)
                if on_gpus
                else Resources(num_cpus=float(num_cores // recipe.workers))
            )
        finally:
            ray.shutdown()
