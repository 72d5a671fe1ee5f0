"""The confusion matrices of one epoch, with a cursor in the curves."""

from fmnist_core.comparison_report import epochs
from fmnist_core.comparison_report.blocks import Chart, flatten
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.training.history import build_history
from tests import factories


def test_epoch_moves_cursor_and_matrices(make_comparison):
    comparison = make_comparison([0, 1], [0, 1], [0, 0])
    histories = [build_history(factories.training_events(epochs=count)) for count in (5, 2)]
    blocks = epochs.epoch_blocks(comparison, histories, epoch=3)
    charts = {block.title: block for block in flatten(blocks) if isinstance(block, Chart)}
    annotations = charts["Accuracy"].rows["annotations"]
    (cursor,) = [row for row in annotations if row["label"] == "epoch 3"]
    assert cursor["x"] == 3
    assert charts["A"].hint.startswith("After epoch 3")
    assert charts["B"].hint.startswith("After epoch 2")
    assert epochs.last_epoch(histories) == 5
    cells = {(row["true_class"], row["predicted_class"]): row for row in charts["A"].rows["cells"]}
    assert cells["Shirt", "Shirt"]["text"] == "91"  # 450 of 495


def test_report_shows_the_last_epoch(make_comparison):
    source = ReportSource(comparison=make_comparison([0, 1], [0, 1]))
    source.__dict__["histories"] = [build_history(factories.training_events(epochs=3))]
    charts = [block for block in flatten(epochs.report_epochs(source)) if isinstance(block, Chart)]
    assert charts[-1].hint.startswith("After epoch 3")


def test_runs_without_epochs_have_no_section(make_comparison):
    assert epochs.report_epochs(ReportSource(comparison=make_comparison([0], [0]))) == []
