"""Section: the ensemble of all runs, and the images that every run misclassifies."""

import numpy as np

from fmnist_core.comparison_report import image_cards
from fmnist_core.comparison_report.blocks import Block, Gallery, Paragraph, Table
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.evaluation.ensemble import misclassified_by_all, soft_vote
from fmnist_core.evaluation.significance import PairedTest, mcnemar_test
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison

ENSEMBLE = "Ensemble of all runs"
MISCLASSIFIED_HINT = (
    "Most confident mistakes first. Look at the labels: some of these images are mislabeled, and "
    "no model can be blamed for those."
)
MISCLASSIFIED_PHOTOGRAPHS_HINT = (
    "Most confident mistakes first. Look at what models see: is the garment still recognizable?"
)


def report_ensemble(source: ReportSource) -> list[Block]:
    """Make the ensemble's accuracy and the first images that every run misclassifies."""
    comparison = source.comparison
    indices = misclassified(comparison)
    cards = image_cards.make_cards(
        comparison, indices[: image_cards.CARDS_IN_REPORT], source.images
    )
    gallery = Gallery(
        title=misclassified_title(indices), hint=misclassified_hint(comparison), cards=cards
    )
    return [*ensemble_blocks(comparison), gallery]


def misclassified(comparison: Comparison) -> np.ndarray:
    """Return the indices of the test images that every run misclassifies."""
    return misclassified_by_all(comparison.probabilities, comparison.predictions, comparison.labels)


def misclassified_title(indices: np.ndarray) -> str:
    return f"Misclassified by every model: {pluralize(len(indices), 'image')}"


def misclassified_hint(comparison: Comparison) -> str:
    on_photographs = isinstance(comparison, PhotographComparison)
    return MISCLASSIFIED_PHOTOGRAPHS_HINT if on_photographs else MISCLASSIFIED_HINT


def ensemble_blocks(comparison: Comparison) -> list[Block]:
    """Compare the ensemble's accuracy with that of each run."""
    predictions = comparison.resolve(soft_vote(comparison.probabilities).argmax(axis=1))
    best = int(comparison.accuracies.argmax())
    test = mcnemar_test(comparison.labels, predictions, comparison.predictions[best])
    rows = [
        {"Run": name, "Accuracy": float(accuracy)}
        for name, accuracy in zip(comparison.names, comparison.accuracies, strict=True)
    ]
    rows.append({"Run": ENSEMBLE, "Accuracy": float((predictions == comparison.labels).mean())})
    return [
        Paragraph(text=_verdict(escape_markdown(comparison.names[best]), test), kind="finding"),
        Table(
            title="Single models and their ensemble",
            columns={"Run": "text", "Accuracy": "percent"},
            rows=rows,
            hint="The ensemble predicts the class with the highest mean probability (soft vote).",
        ),
    ]


def _verdict(best: str, test: PairedTest) -> str:
    points = f"{100 * abs(test.difference):.2f} percentage points"
    if test.difference > 0:
        text = f"The ensemble is {points} better than the best single model, **{best}**"
    elif test.difference < 0:
        text = f"The ensemble is {points} worse than the best single model, **{best}**"
    else:
        text = f"The ensemble matches the best single model, **{best}**"
    doubt = "" if test.significant or not test.difference else ", which may well be chance"
    return f"{text}{doubt} (exact McNemar test, p = {test.p_value:.2g})."
