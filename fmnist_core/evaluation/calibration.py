"""Does a model know what it does not know? Confidence against accuracy."""

from dataclasses import dataclass

import numpy as np

NUM_BINS = 15
"""Of equal width from 0 to 1, as usual since Guo et al. 2017, arXiv:1706.04599."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """By confidence, in `NUM_BINS` bins; NaN where no image falls into one."""

    edges: np.ndarray
    """[bins + 1]; a bin holds its upper edge, not its lower one."""
    counts: np.ndarray
    """Images, int [bins]."""
    confidence: np.ndarray
    """Mean probability of the answer, [bins]."""
    accuracy: np.ndarray
    """Share that is right, [bins]."""

    @property
    def expected_error(self) -> float:
        """Expected calibration error: mean gap between confidence and accuracy over all images."""
        filled = self.counts > 0
        gaps = np.abs(self.confidence[filled] - self.accuracy[filled])
        return float((gaps * self.counts[filled]).sum() / self.counts.sum())


def calibrate(probabilities: np.ndarray, labels: np.ndarray) -> Calibration:
    """From probabilities [N, 10] and labels int [N]."""
    confidences = probabilities.max(axis=1).astype(float)
    right = (probabilities.argmax(axis=1) == labels).astype(float)
    edges = np.linspace(0, 1, NUM_BINS + 1)
    bins = np.clip(np.searchsorted(edges, confidences, side="left") - 1, 0, NUM_BINS - 1)
    counts = np.bincount(bins, minlength=NUM_BINS)
    with np.errstate(invalid="ignore"):
        return Calibration(
            edges=edges,
            counts=counts,
            confidence=np.bincount(bins, confidences, NUM_BINS) / counts,
            accuracy=np.bincount(bins, right, NUM_BINS) / counts,
        )
