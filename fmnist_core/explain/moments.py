"""What a run said of one picture after each epoch whose weights were kept, and why."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fmnist_core.attribution.captions import caption
from fmnist_core.attribution.methods import Method
from fmnist_core.errors import LabError
from fmnist_core.explain.kept import kept
from fmnist_core.explain.question import class_of
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs.run import Run

if TYPE_CHECKING:
    from fmnist_core.attribution.heatmap import Heatmap


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One epoch of a run and what is asked of it; equal ones are worked out once."""

    run: Run
    epoch: int
    written: int
    """When its weights were written."""
    image: bytes
    method: Method
    label: str
    """The class that is explained, by its name or by whose it is; the answer is that epoch's."""
    against: str
    truth: int | None
    smooth: bool


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What the model was after one epoch."""

    epoch: int
    probabilities: np.ndarray
    """[10]."""
    why: str = ""
    """What the map says."""
    heatmap: "Heatmap | None" = None
    problem: str | None = None
    """Why there is no map."""


def moment(wanted: Wanted) -> Moment:
    """Raises `LabError` where its weights cannot be read."""
    return kept(wanted, lambda: _moment(wanted))


def _moment(wanted: Wanted) -> Moment:
    import torch

    from fmnist_core.attribution import heatmap
    from fmnist_core.attribution.heatmap import Target
    from fmnist_core.models.inference import predict
    from fmnist_core.runs import epoch_checkpoints

    model, form = epoch_checkpoints.load(wanted.run, wanted.epoch)
    image = np.frombuffer(wanted.image, dtype=np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE)
    device = next(model.parameters()).device
    images = torch.from_numpy(image.copy())[None].to(device)
    probabilities = predict(model, images, form=form)[0].cpu().numpy()
    try:
        label, against = (
            class_of(whose, probabilities, wanted.truth) for whose in (wanted.label, wanted.against)
        )
        assert label is not None
        found = heatmap.explain(
            model, form, image, method=wanted.method, smooth=wanted.smooth,
            target=Target(label=label, against=against),
        )  # fmt: skip
    except LabError as error:
        return Moment(epoch=wanted.epoch, probabilities=probabilities, problem=str(error))
    return Moment(
        epoch=wanted.epoch, probabilities=probabilities, heatmap=found, problem=found.problem,
        why=caption(wanted.method, label, against, probabilities),
    )  # fmt: skip
