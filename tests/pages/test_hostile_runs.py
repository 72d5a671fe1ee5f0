"""A run folder that somebody has tampered with never shows Streamlit's error box."""

import itertools

import pytest

from fmnist_core.runs.comparison import MAX_COMPARED
from tests.apptest import html, open_page
from tests.hostile_runs import HOSTILE_RUNS, make_hostile_run

pytestmark = pytest.mark.usefixtures("empty_lab")
IDS = list(HOSTILE_RUNS)
GROUPS = [IDS[start : start + MAX_COMPARED - 1] for start in range(0, len(IDS), MAX_COMPARED - 1)]
SHOWN_ON_TRAIN = ("recipe", "about", "report", "events")
"""What Train reads of a run; its tensors are for the other pages."""
VIEWS = itertools.cycle(["confusion", "curves", "cost", "calibration", "classes", "time"])


@pytest.mark.parametrize("run_ids", GROUPS, ids=lambda ids: ids[0])
def test_no_page_fails(run_ids, runs_folder):
    for run_id in run_ids:
        make_hostile_run(runs_folder, run_id)
    for run_id in run_ids:
        if run_id.startswith(SHOWN_ON_TRAIN):
            assert_no_foreign_markup(open_page("pages/train.py", run=run_id))
        else:
            assert_no_foreign_markup(open_page("pages/look_inside.py", models=run_id))
    assert_no_foreign_markup(open_page("pages/health.py"))
    models = ",".join([*run_ids, "cnn-lite"])
    assert_no_foreign_markup(open_page("pages/compare.py", runs=models, view=next(VIEWS)))
    assert_no_foreign_markup(open_page("pages/predict.py", models=models, photograph="0"))
    assert_no_foreign_markup(open_page("pages/explain.py", models=models, test="3", data="drawn"))


def assert_no_foreign_markup(app):
    """No text of a run is Markdown or HTML: it could load an image of another site."""
    elements = [*app.markdown, *app.caption, *app.error, *app.info, *app.warning, *app.success]
    texts = [element.value for element in elements] + [button.label for button in app.button]
    assert not [text for text in texts if "![" in text]
    assert "<script>alert" not in html(app)
