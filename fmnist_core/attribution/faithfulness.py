"""Measure how faithful a heatmap is to the model; `verdict.py` interprets the measurements.

The caller needs exclusive use of the model, as in `heatmap.py`. ROAD and re-initialization draw
from torch's global generator: it is seeded temporarily and then restored, on the CPU only.
Another thread that draws from it in between gets different numbers.
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

from fmnist_core.attribution.heatmap import BATCH_SIZE, Heatmap, compute_heatmap
from fmnist_core.attribution.layers import Layer
from fmnist_core.attribution.methods import Method
from fmnist_core.attribution.target import Target
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.classifier import Classifier

SEED = 181003292
"""Not 0, the default training seed: re-initialization would reproduce the weights that the model
started from (it did for the MLP).
"""
NUM_PIXELS = IMAGE_SIZE**2
STEP = 28
"""Pixels removed or inserted at a time."""
NUM_RANDOM = 8
"""Random orders; a heatmap has to beat their mean."""
PERCENTILES = (10, 20, 30, 40, 50, 60, 70, 80, 90)
"""Of the pixels that ROAD keeps; the library's default. Both averages take 60 ms at 28 pixels,
220 ms at 64, 6 s at 224 (two cores); four percentiles would take half the time, and be noisier for
a single image.
"""
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


@dataclass(frozen=True, kw_only=True)
class Faithfulness:
    """The measurements of one heatmap.

    Confidence is a probability from 0 to 1; for a contrast, the difference of two, from -1 to 1.
    """

    road_most: float
    """ROAD, most relevant first: change in confidence when the most relevant pixels are imputed."""
    road_least: float
    """ROAD, least relevant first."""
    fractions: np.ndarray
    """Of the pixels removed or inserted; float32 [K] from 0 to 1."""
    deletion: np.ndarray
    """Confidence at each fraction as pixels turn black, the most relevant first; float32 [K]."""
    insertion: np.ndarray
    """The same as pixels are inserted into a black image."""
    random_deletion: np.ndarray
    random_insertion: np.ndarray
    """Means over `NUM_RANDOM` random orders."""
    randomized: Heatmap
    """The heatmap of the same model with re-initialized weights."""
    similarity: float | None
    """Spearman's rank correlation of both heatmaps' pixels; `None` if one of them is constant."""

    @property
    def deletion_area(self) -> float:
        """Area under the curve, that is the mean confidence; lower is better."""
        return self._area(self.deletion)

    @property
    def insertion_area(self) -> float:
        """Area under the curve; higher is better."""
        return self._area(self.insertion)

    @property
    def random_deletion_area(self) -> float:
        return self._area(self.random_deletion)

    @property
    def random_insertion_area(self) -> float:
        return self._area(self.random_insertion)

    @property
    def confidence_range(self) -> float:
        """Difference between the highest and lowest confidence on any of the curves."""
        curves = (self.deletion, self.insertion, self.random_deletion, self.random_insertion)
        return float(np.ptp(np.concatenate(curves)))

    def _area(self, curve: np.ndarray) -> float:
        return float(np.trapezoid(curve, self.fractions))


def measure_faithfulness(
    model: Classifier,
    input_spec: InputSpec,
    image: np.ndarray,
    heatmap: Heatmap,
    *,
    method: Method,
    target: Target,
    layer: Layer | None = None,
    smooth: bool = False,
) -> Faithfulness:
    """Measure a heatmap of an image uint8 [28, 28]; the options are those it was computed with.

    Raises `ModelError` if the heatmap is empty.
    """
    if heatmap.problem:
        raise ModelError(f"There is no heatmap to check. {heatmap.problem}")
    model.eval()
    road_most, road_least = _measure_road(model, input_spec, image, heatmap, target=target)
    randomized = compute_heatmap(
        reinitialize(model, input_spec, image), input_spec, image,
        method=method, target=target, layer=layer or heatmap.layer, smooth=smooth,
    )  # fmt: skip
    fractions, (deletions, insertions) = _measure_curves(
        model, input_spec, image, heatmap, target=target
    )
    return Faithfulness(
        road_most=road_most,
        road_least=road_least,
        fractions=fractions,
        deletion=deletions[0],
        insertion=insertions[0],
        random_deletion=deletions[1:].mean(axis=0),
        random_insertion=insertions[1:].mean(axis=0),
        randomized=randomized,
        similarity=_rank_correlation(heatmap, randomized),
    )


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """Probability of the target, from logits [10] or [N, 10]; a difference for a contrast."""

    target: Target

    def __call__(self, logits: Tensor) -> Tensor:
        return self.target(logits.softmax(dim=-1))


def reinitialize(model: Classifier, input_spec: InputSpec, image: np.ndarray) -> Classifier:
    """Return a re-initialized copy (Adebayo et al. 2018, arXiv:1810.03292).

    Layers re-initialize themselves as in a new model; parameters outside a layer (positions,
    scales) are drawn from a zero-mean normal distribution with their previous magnitude. Batch
    normalization takes its statistics from rotations and mirror images of `image`: with those of a
    new layer, 0 and 1, activations fade from block to block, and EfficientNet gives the same output
    for every image.
    """
    new_model = copy.deepcopy(model).cpu()
    with _seed_torch(SEED), torch.no_grad():
        for module in new_model.modules():
            if callable(reset := getattr(module, "reset_parameters", None)):
                reset()
                continue
            for weight in module.parameters(recurse=False):
                weight.normal_(std=weight.square().mean().sqrt().item())
    rotations = np.stack([np.rot90(view, turns) for view in (image, image.T) for turns in range(4)])
    _set_norm_statistics(new_model.eval(), to_inputs(torch.from_numpy(rotations), input_spec))
    return new_model.to(next(model.parameters()).device)


@torch.no_grad()
def _set_norm_statistics(model: Classifier, inputs: Tensor) -> None:
    """Set the statistics of every batch normalization to those of `inputs`."""
    norms = [module for module in model.modules() if isinstance(module, NORMS)]
    for norm in norms:
        norm.train().momentum = 1.0
    model(inputs)
    model.eval()


@contextmanager
def _seed_torch(seed: int) -> Iterator[None]:
    """Seed the CPU generator, then restore it; `torch.manual_seed` would seed every device."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def _rank_pixels(values: np.ndarray, *, seed: int = SEED) -> np.ndarray:
    """Rank from 0, the least relevant: int [h, w]. Ties are shuffled, not broken row by row."""
    shuffled = np.random.default_rng(seed).permutation(values.size)
    order = shuffled[np.argsort(values.ravel()[shuffled], kind="stable")]
    ranks = np.empty(values.size, dtype=np.int64)
    ranks[order] = np.arange(values.size)
    return ranks.reshape(values.shape)


def _measure_road(
    model: Classifier,
    input_spec: InputSpec,
    image: np.ndarray,
    heatmap: Heatmap,
    *,
    target: Target,
) -> tuple[float, float]:
    """Compute both ROAD averages (Rong et al. 2022, arXiv:2202.00449) with the library.

    It gets ranks, not values: where much of a heatmap is zero it would remove all pixels and have
    none left to impute them from (a singular system, and NaN).
    """
    from pytorch_grad_cam.metrics import road

    inputs = to_inputs(torch.from_numpy(np.array(image))[None], input_spec)
    inputs = inputs.to(next(model.parameters()).device)
    ranks = (_rank_pixels(heatmap.values) / (heatmap.values.size - 1)).astype(np.float32)
    # The library passes tensors to NumPy in a way that NumPy has deprecated.
    warnings.filterwarnings("ignore", "__array_wrap__ must accept", DeprecationWarning)
    averages = (road.ROADMostRelevantFirstAverage, road.ROADLeastRelevantFirstAverage)
    with _seed_torch(SEED):  # imputed values are slightly noisy
        most, least = (
            average(PERCENTILES)(inputs, ranks[None], [Confidence(target=target)], model)
            for average in averages
        )
    return float(most[0]), float(least[0])


def _measure_curves(
    model: Classifier,
    input_spec: InputSpec,
    image: np.ndarray,
    heatmap: Heatmap,
    *,
    target: Target,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute deletion and insertion curves (Petsiuk, Das, Saenko 2018, arXiv:1806.07421).

    Returns the fractions [K] and the confidences [2, 1 + NUM_RANDOM, K]: deletion and insertion, in
    the heatmap's order and in random ones. Removed pixels are black in both, as the data set's
    background is: a blurred image, the paper's other choice, gives a garment away by its outline.
    """
    rng = np.random.default_rng(SEED)
    orders = [_rank_pixels(pixel_relevance(heatmap))]
    orders += [rng.permutation(NUM_PIXELS).reshape(image.shape) for _ in range(NUM_RANDOM)]
    counts = np.arange(0, NUM_PIXELS + 1, STEP)
    selected = np.stack(orders)[:, None] >= NUM_PIXELS - counts[:, None, None]
    images = np.stack([np.where(selected, 0, image), np.where(selected, image, 0)])
    confidences = _compute_confidences(
        model, input_spec, images.reshape(-1, *image.shape), target=target
    )
    fractions = (counts / NUM_PIXELS).astype(np.float32)
    return fractions, confidences.reshape(2, len(orders), len(counts))


@torch.inference_mode()
def _compute_confidences(
    model: Classifier, input_spec: InputSpec, images: np.ndarray, *, target: Target
) -> np.ndarray:
    """Float32 [N], for images uint8 [N, 28, 28]."""
    device, confidence = next(model.parameters()).device, Confidence(target=target)
    batches = torch.from_numpy(images).split(BATCH_SIZE)
    confidences = [
        confidence(model(to_inputs(batch.to(device), input_spec))).cpu() for batch in batches
    ]
    return torch.cat(confidences).float().numpy()


def pixel_relevance(heatmap: Heatmap) -> np.ndarray:
    """Average a heatmap over each pixel of the image: float32 [28, 28]."""
    shape = (IMAGE_SIZE, IMAGE_SIZE)
    means = functional.adaptive_avg_pool2d(torch.from_numpy(heatmap.values)[None], shape)
    relevance: np.ndarray = means[0].numpy()
    return relevance


def _rank_correlation(heatmap: Heatmap, randomized: Heatmap) -> float | None:
    from scipy.stats import spearmanr

    relevances = [pixel_relevance(compared).ravel() for compared in (heatmap, randomized)]
    if any(np.ptp(relevance) == 0 for relevance in relevances):
        return None
    return float(spearmanr(*relevances).statistic)
