"""Calibration: does a model's confidence match its accuracy?"""

from dataclasses import dataclass

import numpy as np

NUM_BINS = 15
"""Of equal width from 0 to 1, as usual since Guo et al. 2017, arXiv:1706.04599."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Confidence and accuracy in `NUM_BINS` bins of confidence; NaN for an empty bin."""

    edges: np.ndarray
    """[bins + 1]; a bin includes its upper edge but not its lower one."""
    counts: np.ndarray
    """Number of images, int [bins]."""
    confidence: np.ndarray
    """Mean probability of the predicted class, [bins]."""
    accuracy: np.ndarray
    """Fraction predicted correctly, [bins]."""

    @property
    def expected_error(self) -> float:
        """Expected calibration error: mean gap between confidence and accuracy over all images."""
        filled = self.counts > 0
        gaps = np.abs(self.confidence[filled] - self.accuracy[filled])
        return float((gaps * self.counts[filled]).sum() / self.counts.sum())


def measure_calibration(confidences: np.ndarray, is_correct: np.ndarray) -> Calibration:
    """Bin predictions by confidence, the probabilities of the predicted classes [N].

    `is_correct` says which predictions are right, bool [N].
    """
    confidences, correct = confidences.astype(float), is_correct.astype(float)
    edges = np.linspace(0, 1, NUM_BINS + 1)
    bins = np.clip(np.searchsorted(edges, confidences, side="left") - 1, 0, NUM_BINS - 1)
    counts = np.bincount(bins, minlength=NUM_BINS)
    with np.errstate(invalid="ignore"):
        return Calibration(
            edges=edges,
            counts=counts,
            confidence=np.bincount(bins, confidences, NUM_BINS) / counts,
            accuracy=np.bincount(bins, correct, NUM_BINS) / counts,
        )
