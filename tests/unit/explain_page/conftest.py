"""A request to explain an image with one model, and an explanation of it."""

import numpy as np
import pytest

from fmnist_core.attribution.heatmap import Heatmap
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.overlay import enlarge
from fmnist_core.attribution.target import Target
from fmnist_core.explain_page.compute import Explanation, HeatmapKey
from fmnist_core.explain_page.request import ExplainRequest, ModelRequest
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing.preprocessed import OriginalImage, Preprocessed
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction
from fmnist_core.synthetic.garments import draw_garment
from fmnist_core.training.recipe import Recipe

IMAGE = draw_garment(0, 3)


@pytest.fixture
def run(tmp_path):
    return RunSummary(
        run=Run(tmp_path / "a"), state="finished", name="=A", recipe=Recipe(model="cnn")
    )


@pytest.fixture
def request_one(run):
    """A request for one image and one model, which predicts Dress."""
    original = OriginalImage(image=np.full((40, 80, 3), 99, dtype=np.uint8), input_box=(0, 0, 1, 1))
    preprocessed = Preprocessed(image=IMAGE, steps=(), inverted=False, original=original)
    model = ModelRequest(
        name="=A",
        run=run,
        prediction=Prediction(name="=A", probabilities=np.eye(10)[3]),
        methods=(METHODS["gradcam"],),
        target=Target(label=3, against=4),
    )
    return ExplainRequest(
        image=InputImage(name="x", preprocessed=preprocessed),
        models=(model,),
        methods=model.methods,
    )


@pytest.fixture
def corner():
    """Weights of a 7×7 grid with evidence in one corner."""
    weights = np.zeros((7, 7), dtype=np.float32)
    weights[0, 0] = 1
    return weights


@pytest.fixture
def explain(request_one, corner):
    """Make an explanation of the request, with a problem or without."""

    def make(*, problem=None):
        (model,) = request_one.models
        heatmap = Heatmap(grid=corner, values=enlarge(corner, 28), layer=None, problem=problem)
        key = HeatmapKey(
            run=model.run.run, weights_version=0, image=IMAGE.tobytes(), method=model.methods[0],
            target=model.target,
        )  # fmt: skip
        return Explanation(
            model=model, method=model.methods[0], key=key, heatmap=heatmap, problem=problem
        )

    return make
