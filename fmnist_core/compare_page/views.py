"""Registry of the page's views: the sections of the report, each with its draw function."""

from dataclasses import dataclass

from fmnist_core.comparison_report.sections import SECTIONS
from fmnist_core.ui import view

DRAW_FUNCTIONS = {
    "real": "fmnist_core.compare_page.view_controls:draw_significance",
    "confusion": "fmnist_core.compare_page.confusion_view:draw_confusion",
    "curves": "fmnist_core.compare_page.view_controls:draw_curves",
    "time": "fmnist_core.compare_page.view_controls:draw_epochs",
    "hardest": "fmnist_core.compare_page.view_controls:draw_hard_examples",
    "classes": "fmnist_core.compare_page.view_controls:draw_per_class",
    "calibration": "fmnist_core.compare_page.view_controls:draw_calibration",
    "cost": "fmnist_core.compare_page.view_controls:draw_cost",
    "together": "fmnist_core.compare_page.view_controls:draw_ensemble",
    "shift": "fmnist_core.compare_page.view_controls:draw_shift",
}
"""By key of the section: the function that draws it for a `Comparison`."""


@dataclass(frozen=True, kw_only=True)
class CompareView(view.View):
    """A view of a comparison; `draw` takes the `Comparison`."""

    min_runs: int = 1


VIEWS = view.index_views(
    CompareView(
        key=section.key,
        title=section.title,
        hint=section.hint,
        min_runs=section.min_runs,
        draw=DRAW_FUNCTIONS[section.key],
    )
    for section in SECTIONS.values()
)
