"""The selected settings, resolved for each model: methods, target class and layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from fmnist_core.attribution.methods import METHODS, Method, supported_methods
from fmnist_core.attribution.overlay import HeatmapStyle
from fmnist_core.attribution.target import Target
from fmnist_core.errors import ModelError
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.models.registry import MODELS
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction

FALLBACK_METHODS = (METHODS["input-gradient"], METHODS["occlusion"])
"""Used for models without feature maps if none of the chosen methods supports them."""


class TargetChoice(Enum):
    """A class that depends on the model's prediction or on the image."""

    PREDICTED = "predicted"
    RUNNER_UP = "runner-up"
    LABEL = "label"
    """The true class."""
    NONE = "none"
    """No class, where a class to contrast with is optional."""


ClassChoice = TargetChoice | int
"""A relative choice, or one of the ten classes by its index."""


@dataclass(frozen=True, kw_only=True)
class TargetSelection:
    """The class to explain and the one to contrast it with, as chosen in the controls."""

    label: ClassChoice = TargetChoice.PREDICTED
    against: ClassChoice = TargetChoice.NONE

    def resolve(self, probabilities: np.ndarray, label: int | None) -> Target:
        """Resolve it for probabilities [10] and the true class, if known; raises `ModelError`."""
        explained = _resolve_class(self.label, probabilities, label)
        assert explained is not None
        return Target(label=explained, against=_resolve_class(self.against, probabilities, label))


def _resolve_class(choice: ClassChoice, probabilities: np.ndarray, label: int | None) -> int | None:
    match choice:
        case TargetChoice.NONE:
            return None
        case TargetChoice.LABEL:
            if label is None:
                raise ModelError("The true class of this image is unknown. Choose a class.")
            return label
        case TargetChoice.PREDICTED:
            return int(probabilities.argmax())
        case TargetChoice.RUNNER_UP:
            return int(probabilities.argsort()[-2])
        case index:
            return index


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """The settings for one model."""

    name: str
    """Unique on the page."""
    run: RunSummary
    prediction: Prediction
    methods: tuple[Method, ...]
    uses_fallback: bool = False
    """Whether none of the chosen methods supports this model."""
    target: Target | None = None
    problem: str | None = None
    """Why there is no target, in a sentence."""
    layer: str | None = None
    """`None` for the default one."""


@dataclass(frozen=True, kw_only=True)
class ExplainRequest:
    """The settings for explaining one image."""

    image: InputImage
    models: tuple[ModelRequest, ...]
    methods: tuple[Method, ...]
    """As chosen, whatever the models support."""
    selection: TargetSelection = field(default_factory=TargetSelection)
    """For views that resolve it again, as each epoch of a run has its own prediction."""
    smooth: bool = False
    style: HeatmapStyle = field(default_factory=HeatmapStyle)


def resolve_models(
    runs: Mapping[str, RunSummary],
    predictions: Mapping[str, Prediction],
    *,
    methods: Sequence[Method],
    selection: TargetSelection,
    label: int | None,
    layers: Mapping[str, str],
) -> tuple[ModelRequest, ...]:
    """Resolve the choices for each model, by its name; `layers` are names of layers by run id."""
    return tuple(
        _resolve_model(
            name,
            run,
            predictions[name],
            methods=methods,
            selection=selection,
            label=label,
            layer=layers.get(run.id),
        )
        for name, run in runs.items()
    )


def _resolve_model(
    name: str,
    run: RunSummary,
    prediction: Prediction,
    *,
    methods: Sequence[Method],
    selection: TargetSelection,
    label: int | None,
    layer: str | None,
) -> ModelRequest:
    supported = supported_methods(MODELS[run.model])
    usable = tuple(method for method in methods if method in supported)
    target, problem = None, prediction.error
    if prediction.probabilities is not None:
        try:
            target = selection.resolve(prediction.probabilities, label)
        except ModelError as error:
            problem = str(error)
    return ModelRequest(
        name=name,
        run=run,
        prediction=prediction,
        methods=usable or FALLBACK_METHODS,
        uses_fallback=not usable,
        target=target,
        problem=problem,
        layer=layer,
    )
