"""Page tests compute with one thread; a model that cannot process its input size."""

import json
import shutil

import pytest

from fmnist_core import paths
from fmnist_core.models.classifier import Classifier
from fmnist_core.runs import zoo
from fmnist_core.runs.run import Run


@pytest.fixture(autouse=True)
def _page_fixtures(one_thread, no_cookies):
    """One thread, since on batches this small more would wait for each other; no cookies."""


@pytest.fixture
def too_small_run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A finished run whose model cannot process images of its recipe's input size, 32×32."""
    source, forward = zoo.get_checkpoint("cnn-lite"), Classifier.forward
    run = Run(shutil.copytree(source.path, paths.runs_folder() / "too-small"))
    recipe = json.loads(run.recipe_file.read_text())
    run.recipe_file.write_text(json.dumps(recipe | {"input_size": 32}))

    def fail_at_32(self, inputs):
        if inputs.shape[-1] == 32:
            raise RuntimeError("Kernel size can't be greater than actual input size")
        return forward(self, inputs)

    monkeypatch.setattr(Classifier, "forward", fail_at_32)
    return run
