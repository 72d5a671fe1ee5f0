"""All views of a comparison: one entry each, loaded when they are opened."""

from dataclasses import dataclass

from fmnist_core.ui import view


@dataclass(frozen=True, kw_only=True)
class CompareView(view.View):
    """One way to look at the picked runs; its module has `show(contest)` and `report(contest)`."""

    package = "fmnist_core.compare_page"
    at_least: int = 1
    """Runs that it needs."""


_ALL = (
    CompareView(
        key="real",
        title="Is it real?",
        hint="Which of two runs is better, and whether chance alone would do that.",
        module="significance",
        at_least=2,
    ),
    CompareView(
        key="confusion",
        title="Confusion",
        hint="What is taken for what.",
        module="confusion",
    ),
    CompareView(
        key="curves",
        title="Curves",
        hint="How they learned, laid over each other.",
        module="curves",
    ),
    CompareView(
        key="time",
        title="Over time",
        hint="How their answers change from epoch to epoch.",
        module="epochs",
    ),
    CompareView(
        key="hardest",
        title="Hardest images",
        hint="The test images that they find hardest.",
        module="hard_examples",
    ),
    CompareView(
        key="classes",
        title="Per class",
        hint="How well each class is recognised, as in scikit-learn's classification report.",
        module="per_class",
    ),
    CompareView(
        key="calibration",
        title="Calibration",
        hint="Whether they are right as often as they are sure.",
        module="calibration",
    ),
    CompareView(
        key="cost",
        title="Cost",
        hint="What accuracy costs, and which runs nobody beats.",
        module="cost",
    ),
    CompareView(
        key="together",
        title="Together",
        hint="What they can as a team, and what none of them can.",
        module="ensemble",
        at_least=2,
    ),
)
VIEWS = view.by_key(_ALL)
