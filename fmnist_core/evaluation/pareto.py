"""Models that no other model beats in both cost and accuracy."""

import numpy as np


def pareto_front(costs: np.ndarray, accuracies: np.ndarray) -> list[int]:
    """Return the indices of the Pareto-optimal models, cheapest first.

    No other model is both at most as expensive and at least as accurate; of models equal in both,
    the first one counts. `costs` and `accuracies` are [M].
    """
    front: list[int] = []
    for index in np.lexsort((-accuracies, costs)).tolist():
        if not front or accuracies[index] > accuracies[front[-1]]:
            front.append(index)
    return front
