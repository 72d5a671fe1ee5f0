"""What is asked: which picture, models and methods, which class against which, in which layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fmnist_core.attribution.methods import METHODS, Method, supported_methods
from fmnist_core.attribution.overlay import HeatmapStyle
from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.models.registry import MODELS
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction

ANSWER, TRUTH, SECOND, NOTHING = "its answer", "the true class", "its second choice", "nothing"
WITHOUT_LAYERS = ("input-gradient", "occlusion")
"""What stands in where a model has no feature maps."""


@dataclass(frozen=True, kw_only=True)
class ExplainRequest:
    """All that the controls say."""

    models: Mapping[str, RunSummary]
    given: InputImage
    said: Mapping[str, Prediction]
    """What each model answers, by its name."""
    methods: Sequence[Method]
    label: str = ANSWER
    """The class that is explained: one of the ten, or whose."""
    against: str = NOTHING
    layers: Mapping[str, str] = field(default_factory=dict)
    """By a run's id, where another than the usual one is chosen."""
    smooth: bool = False
    look: HeatmapStyle = field(default_factory=HeatmapStyle)

    def methods_of(self, row: RunSummary) -> list[Method]:
        """The chosen ones that this model allows, else those that need no feature maps."""
        allowed = supported_methods(MODELS[row.model])
        chosen = [method for method in self.methods if method in allowed]
        return chosen or [METHODS[key] for key in WITHOUT_LAYERS]

    def is_replaced(self, row: RunSummary) -> bool:
        """Whether none of the chosen methods can explain this model."""
        return not any(method in self.methods for method in self.methods_of(row))

    def classes(self, name: str) -> tuple[int, int | None]:
        """The class that is explained to the model of that name, and against which; raises
        `ModelError` where it is not known.
        """
        said = self.said[name]
        if said.probabilities is None:
            raise ModelError(said.error or "It has not answered.")
        label, against = (
            class_of(whose, said.probabilities, self.given.label)
            for whose in (self.label, self.against)
        )
        assert label is not None
        return label, against


def class_of(whose: str, probabilities: np.ndarray, truth: int | None) -> int | None:
    """One of the ten by its name or by whose it is, `None` for nothing; raises `ModelError`."""
    if whose == NOTHING:
        return None
    if whose == TRUTH:
        if truth is None:
            raise ModelError("The true class of this picture is not known. Choose one of the ten.")
        return truth
    if whose in CLASSES:
        return CLASSES.index(whose)
    places = probabilities.argsort()
    return int(places[-1] if whose == ANSWER else places[-2])
