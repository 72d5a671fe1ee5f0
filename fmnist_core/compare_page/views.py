"""All views of a comparison: one entry each, loaded when they are opened."""

import importlib
from dataclasses import dataclass
from typing import Any

from fmnist_core.ui import view


@dataclass(frozen=True, kw_only=True)
class CompareView(view.View):
    """One way to look at the picked runs; its module has `show(contest)` and `report(contest)`."""

    at_least: int = 1
    """Runs that it needs."""
    module: str

    def load(self) -> Any:
        return importlib.import_module(f"fmnist_core.compare_page.{self.module}")


_ALL = (
    CompareView(
        key="real",
        title="Is it real?",
        hint="Which of two runs is better, and whether chance alone would do that.",
        draw="fmnist_core.compare_page.significance:show",
        module="significance",
        at_least=2,
    ),
    CompareView(
        key="confusion",
        title="Confusion",
        hint="What is taken for what.",
        draw="fmnist_core.compare_page.confusion:show",
        module="confusion",
    ),
    CompareView(
        key="curves",
        title="Curves",
        hint="How they learned, laid over each other.",
        draw="fmnist_core.compare_page.curves:show",
        module="curves",
    ),
    CompareView(
        key="time",
        title="Over time",
        hint="How their answers change from epoch to epoch.",
        draw="fmnist_core.compare_page.epochs:show",
        module="epochs",
    ),
    CompareView(
        key="hardest",
        title="Hardest images",
        hint="The test images that they find hardest.",
        draw="fmnist_core.compare_page.hard_examples:show",
        module="hard_examples",
    ),
    CompareView(
        key="classes",
        title="Per class",
        hint="How well each class is recognised, as in scikit-learn's classification report.",
        draw="fmnist_core.compare_page.per_class:show",
        module="per_class",
    ),
    CompareView(
        key="calibration",
        title="Calibration",
        hint="Whether they are right as often as they are sure.",
        draw="fmnist_core.compare_page.calibration:show",
        module="calibration",
    ),
    CompareView(
        key="cost",
        title="Cost",
        hint="What accuracy costs, and which runs nobody beats.",
        draw="fmnist_core.compare_page.cost:show",
        module="cost",
    ),
    CompareView(
        key="together",
        title="Together",
        hint="What they can as a team, and what none of them can.",
        draw="fmnist_core.compare_page.ensemble:show",
        module="ensemble",
        at_least=2,
    ),
)
VIEWS = view.by_key(_ALL)
