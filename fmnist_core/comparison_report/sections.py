"""Registry of the sections of a report, which are also the views of the page Compare."""

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from fmnist_core.comparison_report import image_cards
from fmnist_core.comparison_report.blocks import Block
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.photograph_comparison import PhotographComparison
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.history import History, build_history


@dataclass(frozen=True, kw_only=True)
class ReportSource:
    """What a report is made from; histories and images are loaded when a section needs them."""

    comparison: Comparison
    all_runs: Sequence[RunSummary] = ()
    """Other runs to show beside the compared ones, if they were tested on the same data."""

    photographs: PhotographComparison | None = None
    """The same runs tested on the real photographs, if they are."""

    @cached_property
    def histories(self) -> list[History]:
        """The training history of each compared run."""
        logs = [run.summary.run.events_file for run in self.comparison.runs]
        return [build_history(Follower(log).read()) for log in logs]

    @cached_property
    def images(self) -> np.ndarray | None:
        """Test images uint8 [N, 28, 28], or `None` if they are not on this machine."""
        return image_cards.load_test_images(self.comparison)[0]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A registry entry: frozen data, so that listing the sections imports none of them."""

    key: str
    title: str
    hint: str
    make_blocks: str
    """The function that makes the section's blocks from a `ReportSource`, as "module:function"."""
    min_runs: int = 1
    on_photographs: bool = True
    """Whether it makes sense for runs that are tested on the real photographs."""

    def load_make_blocks(self) -> Callable[[ReportSource], list[Block]]:
        function: Callable[[ReportSource], list[Block]] = pkgutil.resolve_name(self.make_blocks)
        return function


_ALL = (
    Section(
        key="real",
        title="Is the difference real?",
        hint="Which of two runs is better, and could the difference be chance?",
        make_blocks="fmnist_core.comparison_report.significance:report_significance",
        min_runs=2,
    ),
    Section(
        key="confusion",
        title="Confusion matrix",
        hint="Which classes each model mixes up.",
        make_blocks="fmnist_core.comparison_report.confusion:report_confusion",
    ),
    Section(
        key="curves",
        title="Learning curves",
        hint="Loss and accuracy of all runs in one chart.",
        make_blocks="fmnist_core.comparison_report.curves:report_curves",
        on_photographs=False,
    ),
    Section(
        key="time",
        title="Epoch by epoch",
        hint="How the predictions change from epoch to epoch.",
        make_blocks="fmnist_core.comparison_report.epochs:report_epochs",
        on_photographs=False,
    ),
    Section(
        key="hardest",
        title="Hardest images",
        hint="The test images that the models find hardest.",
        make_blocks="fmnist_core.comparison_report.hard_examples:report_hard_examples",
    ),
    Section(
        key="classes",
        title="Per class",
        hint="How well each class is recognized, as in scikit-learn's classification report.",
        make_blocks="fmnist_core.comparison_report.per_class:report_per_class",
    ),
    Section(
        key="calibration",
        title="Calibration",
        hint="When a model says 80%, is it right 80% of the time?",
        make_blocks="fmnist_core.comparison_report.calibration:report_calibration",
    ),
    Section(
        key="cost",
        title="Cost",
        hint="Accuracy against size, speed and training time.",
        make_blocks="fmnist_core.comparison_report.cost:report_cost",
        on_photographs=False,
    ),
    Section(
        key="together",
        title="Ensemble",
        hint="Let the models vote, and see which images they all get wrong.",
        make_blocks="fmnist_core.comparison_report.ensemble:report_ensemble",
        min_runs=2,
    ),
    Section(
        key="shift",
        title="Out of the lab",
        hint="How far each model falls from the test images of its data set to photographs that "
        "people took of their clothes, and in which class. The name for it: distribution shift.",
        make_blocks="fmnist_core.comparison_report.distribution_shift:report_shift",
    ),
)
SECTIONS: Mapping[str, Section] = MappingProxyType({section.key: section for section in _ALL})
"""By key, which is the value of the query parameter `view`."""


def sections_of(comparison: Comparison) -> dict[str, Section]:
    """The sections that make sense for this comparison, by key."""
    on_photographs = isinstance(comparison, PhotographComparison)
    return {
        key: section
        for key, section in SECTIONS.items()
        if section.on_photographs or not on_photographs
    }
