"""What an executor need not define itself."""

from fmnist_core.errors import RunError
from fmnist_core.jobs.executors.executor import Capacity, Executor, ExecutorError


class Refusing(Executor):
    """An executor that never starts anything."""

    def capacity(self, *_):
        return Capacity(num_slots=1)

    def is_full(self, *_):
        return True

    def start(self, *_):
        return None


def test_by_default_every_recipe_may_be_queued_and_there_is_nothing_to_connect(recipe, tmp_path):
    executor = Refusing()
    executor.check(recipe)
    with executor.connect(tmp_path):
        assert executor.capacity(tmp_path) == Capacity(num_slots=1, num_gpus=0)


def test_its_errors_reach_the_user():
    assert issubclass(ExecutorError, RunError)
