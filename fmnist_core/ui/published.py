"""What a published project reports for a recipe, and what this lab has beside it."""

from fmnist_core.formatting import percent
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.preset import Preset


def ours(preset: Preset, rows: list[RunSummary]) -> RunSummary | None:
    """The best finished run that follows `preset`, on real data where there is one."""
    followers = [row for row in rows if row.follows == preset.key and row.test_accuracy is not None]
    return max(
        followers, key=lambda row: (row.data != "drawn", row.test_accuracy or 0), default=None
    )


def words(preset: Preset, rows: list[RunSummary]) -> str:
    """Theirs beside ours, or nothing where nobody has published anything."""
    if preset.reported is None:
        return ""
    return f"Its authors report {preset.reported}. Here: {_ours_words(ours(preset, rows))}."


def _ours_words(row: RunSummary | None) -> str:
    report = row.report if row else None
    if row is None or report is None:
        return "not trained yet"
    test, validation = percent(report.test_accuracy), percent(report.validation_accuracy)
    return (
        f"{test} test, {validation} validation on {row.data_title}, {row.origin_words} "
        f"({row.name}, {report.environment.device})"
    )
