"""All views of a comparison: one entry each, loaded when they are opened."""

from dataclasses import dataclass

from fmnist_core.ui import view


@dataclass(frozen=True, kw_only=True)
class View(view.View):
    """One way to look at the picked runs; its module has `show(contest)` and `report(contest)`."""

    package = "fmnist_core.compare"
    at_least: int = 1
    """Runs that it needs."""


_ALL = (
    View(
        key="real",
        title="Is it real?",
        hint="Which of two runs is better, and whether chance alone would do that.",
        module="reality",
        at_least=2,
    ),
    View(
        key="confusion",
        title="Confusion",
        hint="What is taken for what.",
        module="matrices",
    ),
    View(
        key="curves",
        title="Curves",
        hint="How they learned, laid over each other.",
        module="learning",
    ),
    View(
        key="time",
        title="Over time",
        hint="How their answers change from epoch to epoch.",
        module="over_time",
    ),
    View(
        key="hardest",
        title="Hardest images",
        hint="The test images that they find hardest.",
        module="hard",
    ),
    View(
        key="classes",
        title="Per class",
        hint="How well each class is recognised, as in scikit-learn's classification report.",
        module="per_class",
    ),
    View(
        key="calibration",
        title="Calibration",
        hint="Whether they are right as often as they are sure.",
        module="sureness",
    ),
    View(
        key="cost",
        title="Cost",
        hint="What accuracy costs, and which runs nobody beats.",
        module="price",
    ),
    View(
        key="together",
        title="Together",
        hint="What they can as a team, and what none of them can.",
        module="ensemble",
        at_least=2,
    ),
)
VIEWS = view.by_key(_ALL)
