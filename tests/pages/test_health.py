"""The Health page: for teachers only, what it tells, and how it frees space."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core import server_log
from fmnist_core.health_page.storage import BOX
from fmnist_core.runs import deleted_runs, store
from fmnist_core.runs.run import Run
from fmnist_core.search import searches
from fmnist_core.search.dimensions import usual_dimension
from fmnist_core.search.searches import SearchProgress, SearchSpec
from fmnist_core.server_log import LogEvent
from fmnist_core.training.presets import get_preset
from fmnist_core.ui import identity
from tests import factories
from tests.apptest import APP, html, open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "lab.toml"
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    return path


@pytest.fixture
def large_runs(make_run: MakeRun) -> list[Run]:
    """Three finished runs of a bit more than 1 MB."""
    runs = [make_run(finished=True, name=f"Run {number}") for number in range(3)]
    for run in runs:
        run.weights_file.write_bytes(b"\0" * 1_000_000)
    return runs


def health_page() -> AppTest:
    return open_page("pages/health.py")


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def links(app: AppTest) -> list[str]:
    return [link.proto.label.replace("\\", "") for link in app.get("page_link")]


def ticked(app: AppTest) -> list[str]:
    return [box.key.removeprefix(f"{BOX} ") for box in app.checkbox if box.value]


@pytest.mark.parametrize("is_teacher", [True, False])
def test_only_a_teacher_sees_its_link(is_teacher: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "is_teacher", lambda: is_teacher)
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert "Train" in links(app)
    assert ("Health" in links(app)) == is_teacher


def test_a_pupil_reads_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "is_teacher", lambda: False)
    app = health_page()
    assert "for teachers" in app.info[0].value
    assert not app.header


def test_a_new_lab_is_well() -> None:
    app = health_page()
    assert "Nothing needs your attention" in app.success[0].value
    assert "0 of 1" in html(app)


def test_queue_and_failures_are_listed_with_links(make_run: MakeRun) -> None:
    make_run(name="Waits", by="Ben")
    make_run(factories.started(), factories.failed("Memory *ran* out."), name="Fails")
    server_log.write(store.paths.runs_folder(), LogEvent.PAGE_ERROR, page="Train", error="KeyError")
    app = health_page()
    assert links(app) == ["Ben · Waits", "Ada · Fails", "Show"]
    texts = " ".join(element.value.replace("\\", "") for element in [*app.caption, *app.markdown])
    assert "failed" in texts
    assert "Memory *ran* out." in texts
    assert "KeyError · last today" in texts
    problems = app.warning[0].value.replace("\\", "")
    assert "1 run waits, and nothing trains" in problems
    assert "1 run failed in the last 24 hours" in problems
    assert "Pages failed 1 time in" in problems


def test_a_failure_is_over_when_its_run_is_deleted(make_run: MakeRun) -> None:
    run = make_run(factories.started(), factories.failed())
    deleted_runs.delete_run(run)
    assert "Nothing needs your attention" in health_page().success[0].value


def test_the_oldest_runs_over_the_quota_are_chosen_and_deleted(
    large_runs: list[Run], settings: Path, runs_folder: Path
) -> None:
    settings.write_text("[disk]\nruns_gigabytes = 0.003\n")
    app = health_page()
    assert "New runs are refused" in app.warning[0].value
    assert ticked(app) == [large_runs[0].id]
    press(app, "Delete the chosen runs")
    assert "1 run deleted, 1 MB" in app.success[-1].value
    assert store.list_runs(runs_folder) == large_runs[:0:-1]
    assert [deleted.id for deleted in deleted_runs.list_bin(runs_folder)] == [large_runs[0].id]
    assert "refused" not in "".join(warning.value for warning in app.warning)


def test_without_need_no_run_is_chosen(large_runs: list[Run]) -> None:
    app = health_page()
    assert len(app.checkbox) == len(large_runs)
    assert ticked(app) == []
    press(app, "Delete the chosen runs")
    assert "Choose" in app.error[0].value


def test_the_bin_is_emptied(large_runs: list[Run], runs_folder: Path) -> None:
    deleted_runs.delete_run(large_runs[0])
    app = health_page()
    press(app, "Empty the bin")
    assert deleted_runs.list_bin(runs_folder) == []
    assert "1 deleted run removed for good" in app.success[-1].value


def test_who_no_longer_teaches_deletes_nothing(
    large_runs: list[Run], runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = health_page()
    app.checkbox[0].check()
    monkeypatch.setattr(identity, "is_teacher", lambda: False)
    press(app, "Delete the chosen runs")
    assert len(store.list_runs(runs_folder)) == len(large_runs)


def test_running_searches_are_listed_with_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "_start_process", lambda _: None)
    recipe = get_preset("mlp-quick").recipe
    search = searches.start_search(
        SearchSpec(
            name="Dropout",
            by="Mia",
            preset="mlp-quick",
            recipe=recipe,
            dimensions=(usual_dimension("dropout", recipe),),
            minutes=5,
        )
    )
    with search.lock().acquire(timeout=1):
        assert "Mia · Dropout" in links(health_page())
    search.write_progress(SearchProgress(ended="time"))
    assert "Mia · Dropout" not in links(health_page())
