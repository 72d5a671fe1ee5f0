"""Several models at once: their averaged answer, what none can, and which are worth their price."""

from collections.abc import Sequence

import numpy as np


def averaged(probabilities: np.ndarray) -> np.ndarray:
    """Mean over models, [N, 10] from [M, N, 10]: a soft vote."""
    mean: np.ndarray = probabilities.mean(axis=0)
    return mean


def wrong_for_all(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Indices of the images that every model gets wrong, the most confident mistakes first.

    Probabilities [M, N, 10], labels int [N].
    """
    wrong = (probabilities.argmax(axis=2) != labels).all(axis=0)
    (found,) = np.nonzero(wrong)
    confidence = averaged(probabilities).max(axis=1)
    return found[np.argsort(-confidence[found], kind="stable")]


def pareto_front(costs: Sequence[float], accuracies: Sequence[float]) -> list[int]:
    """Whom nobody beats: indices, cheapest first, of those without a cheaper one as accurate.

    Of equals in both, the first.
    """
    order = sorted(range(len(costs)), key=lambda index: (costs[index], -accuracies[index]))
    front: list[int] = []
    for index in order:
        if not front or accuracies[index] > accuracies[front[-1]]:
            front.append(index)
    return front
