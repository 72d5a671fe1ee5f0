"""Is a heatmap to be trusted? Four measurements of one map; `verdict.py` says what they mean.

Whoever measures holds the model alone, as whoever explains does. The library and the layers draw
from torch's global generator: it is seeded for a moment and put back, on the processor alone. What
another thread draws from it meanwhile is not what it would have been.
"""

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from fmnist_core.attribution import heatmap
from fmnist_core.attribution.heatmap import BATCH_SIZE, Heatmap, Target
from fmnist_core.attribution.layers import Layer
from fmnist_core.attribution.methods import Method
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.classifier import Classifier

SEED = 181003292
"""Not 0, as in a recipe: the weights drawn anew would be the very ones that a model began with (the
MLP's were).
"""
NUM_PIXELS = IMAGE_SIZE**2
STEP = 28
"""Pixels that go or come at a time."""
NUM_RANDOM = 8
"""Random orders whose mean is what a map has to beat."""
PERCENTILES = (10, 20, 30, 40, 50, 60, 70, 80, 90)
"""Of pixels that ROAD keeps: the library's own. Both averages take 60 ms at 28 pixels, 220 ms at
64, 6 s at 224 (two cores); four percentiles would take half, and be the rougher for one picture.
"""
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


@dataclass(frozen=True, kw_only=True)
class Faithfulness:
    """What was measured of one map; confidence from 0 to 1, of a class against another from -1."""

    road_most: float
    """Change in confidence as the most relevant pixels are filled from their neighbours."""
    road_least: float
    """The same with the least relevant ones."""
    shares: np.ndarray
    """Of the pixels that are gone, or come; float32 [K] from 0 to 1."""
    deletion: np.ndarray
    """Confidence at each share as pixels turn black, the most relevant first; float32 [K]."""
    insertion: np.ndarray
    """The same as they come onto a black picture."""
    random_deletion: np.ndarray
    random_insertion: np.ndarray
    """Means of `NUM_RANDOM` random orders."""
    randomised: Heatmap
    """By the same model with weights drawn anew."""
    similarity: float | None
    """Spearman's rank correlation of both maps' pixels; `None` where one of them is even."""

    @property
    def deletion_area(self) -> float:
        """Mean confidence under the curve; the lower, the better the map."""
        return self._area(self.deletion)

    @property
    def insertion_area(self) -> float:
        """The higher, the better the map."""
        return self._area(self.insertion)

    @property
    def random_deletion_area(self) -> float:
        return self._area(self.random_deletion)

    @property
    def random_insertion_area(self) -> float:
        return self._area(self.random_insertion)

    @property
    def span(self) -> float:
        """From the least to the greatest confidence on any of the curves."""
        curves = (self.deletion, self.insertion, self.random_deletion, self.random_insertion)
        return float(np.ptp(np.concatenate(curves)))

    def _area(self, curve: np.ndarray) -> float:
        return float(np.trapezoid(curve, self.shares))


def measure_faithfulness(
    model: Classifier,
    input_spec: InputSpec,
    image: np.ndarray,
    found: Heatmap,
    *,
    method: Method,
    target: Target,
    layer: Layer | None = None,
    smooth: bool = False,
) -> Faithfulness:
    """Of the map that `method` found for an image uint8 [28, 28], with what it was asked for.

    Raises `ModelError` for a map in which there is nothing.
    """
    if found.problem:
        raise ModelError(f"There is no map whose faithfulness could be measured. {found.problem}")
    model.eval()
    road_most, road_least = _road(model, input_spec, image, found, target=target)
    randomised = heatmap.compute_heatmap(
        reinitialize(model, input_spec, image), input_spec, image,
        method=method, target=target, layer=layer or found.layer, smooth=smooth,
    )  # fmt: skip
    shares, (deletions, insertions) = _curves(model, input_spec, image, found, target=target)
    return Faithfulness(
        road_most=road_most,
        road_least=road_least,
        shares=shares,
        deletion=deletions[0],
        insertion=insertions[0],
        random_deletion=deletions[1:].mean(axis=0),
        random_insertion=insertions[1:].mean(axis=0),
        randomised=randomised,
        similarity=_similarity(found, randomised),
    )


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """Probability of the class, less that of the one it is set against; logits [10] or [N, 10]."""

    target: Target

    def __call__(self, logits: Tensor) -> Tensor:
        return self.target(logits.softmax(dim=-1))


def reinitialize(model: Classifier, input_spec: InputSpec, image: np.ndarray) -> Classifier:
    """A copy with nothing of what was learned (Adebayo et al. 2018, arXiv:1810.03292).

    Each layer begins anew as it does in a new model; parameters that belong to none (positions,
    scales) are drawn about zero, as large as they were on average. Batch normalisation takes its
    statistics from the image mirrored and turned: with those of a new layer, 0 and 1, signals fade
    from block to block, and EfficientNet's answer is the same to every picture.
    """
    own = copy.deepcopy(model).cpu()
    with _seeded(SEED), torch.no_grad():
        for module in own.modules():
            if callable(begin_anew := getattr(module, "reset_parameters", None)):
                begin_anew()
                continue
            for weight in module.parameters(recurse=False):
                weight.normal_(std=weight.square().mean().sqrt().item())
    turned = np.stack([np.rot90(each, turns) for each in (image, image.T) for turns in range(4)])
    _settle(own.eval(), to_inputs(torch.from_numpy(turned), input_spec))
    return own.to(next(model.parameters()).device)


@torch.no_grad()
def _settle(model: Classifier, inputs: Tensor) -> None:
    """Set the statistics of every batch normalisation to those of `inputs`."""
    norms = [module for module in model.modules() if isinstance(module, NORMS)]
    for norm in norms:
        norm.train().momentum = 1.0
    model(inputs)
    model.eval()


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Repeatable numbers on the processor; `torch.manual_seed` would seed every device."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def _ranks(values: np.ndarray, *, seed: int = SEED) -> np.ndarray:
    """Int [h, w] from 0, the least relevant; equal values are shuffled, not taken row by row."""
    shuffled = np.random.default_rng(seed).permutation(values.size)
    order = shuffled[np.argsort(values.ravel()[shuffled], kind="stable")]
    ranks = np.empty(values.size, dtype=np.int64)
    ranks[order] = np.arange(values.size)
    return ranks.reshape(values.shape)


def _road(
    model: Classifier, input_spec: InputSpec, image: np.ndarray, found: Heatmap, *, target: Target
) -> tuple[float, float]:
    """Both changes in confidence (Rong et al. 2022, arXiv:2202.00449), by the library's own.

    It gets ranks, not values: where much of a map is zero it would take all pixels away, and fill
    them from none (a singular system, and NaN).
    """
    from pytorch_grad_cam.metrics import road

    inputs = to_inputs(torch.from_numpy(np.array(image))[None], input_spec)
    inputs = inputs.to(next(model.parameters()).device)
    ranks = (_ranks(found.values) / (found.values.size - 1)).astype(np.float32)
    # The library hands tensors to numpy in a way that numpy is going to stop.
    warnings.filterwarnings("ignore", "__array_wrap__ must accept", DeprecationWarning)
    averages = (road.ROADMostRelevantFirstAverage, road.ROADLeastRelevantFirstAverage)
    with _seeded(SEED):  # what it fills in is a little noisy
        most, least = (
            average(PERCENTILES)(inputs, ranks[None], [Confidence(target=target)], model)
            for average in averages
        )
    return float(most[0]), float(least[0])


def _curves(
    model: Classifier, input_spec: InputSpec, image: np.ndarray, found: Heatmap, *, target: Target
) -> tuple[np.ndarray, np.ndarray]:
    """Shares [K], and confidence [2, 1 + NUM_RANDOM, K]: deletion and insertion, the map's order
    and random ones (Petsiuk, Das, Saenko 2018, arXiv:1806.07421).

    Pixels begin from black in both, as the data set's background is: a blurred picture, the
    paper's other choice, gives a garment away by its outline.
    """
    rng = np.random.default_rng(SEED)
    orders = [_ranks(pixel_relevance(found))]
    orders += [rng.permutation(NUM_PIXELS).reshape(image.shape) for _ in range(NUM_RANDOM)]
    counts = np.arange(0, NUM_PIXELS + 1, STEP)
    first = np.stack(orders)[:, None] >= NUM_PIXELS - counts[:, None, None]
    pictures = np.stack([np.where(first, 0, image), np.where(first, image, 0)])
    confidences = _confidences(model, input_spec, pictures.reshape(-1, *image.shape), target=target)
    shares = (counts / NUM_PIXELS).astype(np.float32)
    return shares, confidences.reshape(2, len(orders), len(counts))


@torch.inference_mode()
def _confidences(
    model: Classifier, input_spec: InputSpec, images: np.ndarray, *, target: Target
) -> np.ndarray:
    """Float32 [N], of images uint8 [N, 28, 28]."""
    device, confidence = next(model.parameters()).device, Confidence(target=target)
    parts = torch.from_numpy(images).split(BATCH_SIZE)
    found = [confidence(model(to_inputs(part.to(device), input_spec))).cpu() for part in parts]
    return torch.cat(found).float().numpy()


def pixel_relevance(found: Heatmap) -> np.ndarray:
    """A map's mean over each pixel of the image, float32 [28, 28]."""
    shape = (IMAGE_SIZE, IMAGE_SIZE)
    means = functional.adaptive_avg_pool2d(torch.from_numpy(found.values)[None], shape)
    relevance: np.ndarray = means[0].numpy()
    return relevance


def _similarity(found: Heatmap, randomised: Heatmap) -> float | None:
    from scipy.stats import spearmanr

    pair = [pixel_relevance(each).ravel() for each in (found, randomised)]
    if any(np.ptp(each) == 0 for each in pair):
        return None
    return float(spearmanr(*pair).statistic)
