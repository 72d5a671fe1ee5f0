"""A run folder that somebody has tampered with never shows Streamlit's error box."""

import itertools

import pytest

from fmnist_core.runs.comparison import MAX_COMPARED
from tests.apptest import open_page
from tests.hostile_runs import HOSTILE_RUNS, make_hostile_run

pytestmark = pytest.mark.usefixtures("empty_lab")
IDS = list(HOSTILE_RUNS)
GROUPS = [IDS[start : start + MAX_COMPARED - 1] for start in range(0, len(IDS), MAX_COMPARED - 1)]
VIEWS = itertools.cycle(["confusion", "curves", "cost", "calibration", "classes", "time"])


@pytest.mark.parametrize("run_ids", GROUPS, ids=lambda ids: ids[0])
def test_no_page_fails(run_ids, runs_folder):
    for run_id in run_ids:
        make_hostile_run(runs_folder, run_id)
    for run_id in run_ids:
        open_page("pages/train.py", run=run_id)
    models = ",".join([*run_ids, "cnn-lite"])
    for view, _ in zip(VIEWS, range(2), strict=False):
        open_page("pages/compare.py", runs=models, view=view)
    open_page("pages/predict.py", models=models, photograph="0")
    open_page("pages/explain.py", models=models, test="3", data="drawn")
