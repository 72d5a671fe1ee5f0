"""The queue on the Train page as a class of thirty sees it, and a link to a run just started."""

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core.jobs.executors import status
from fmnist_core.runs.run import Run
from fmnist_core.train_page import run_picker
from fmnist_core.ui import identity, run_list
from tests import factories
from tests.apptest import open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab", "no_dispatcher")
OWN = "1f3a"


@pytest.fixture(autouse=True)
def _pupil(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user of this session is a pupil."""
    monkeypatch.setattr(identity, "person_id", lambda: OWN)
    monkeypatch.setattr(identity, "is_teacher", lambda: False)


@pytest.fixture
def class_of_thirty(make_run: MakeRun) -> list[Run]:
    """One run trains, one pauses, 28 wait, the 14th of which is the user's own."""
    runs = [make_run(*factories.training_events(2), run_id="run-00", by="Ada")]
    for number in range(1, 29):
        run = make_run(run_id=f"run-{number:02}", by=f"Pupil {number}")
        metadata = run.metadata()
        owner = OWN if number == 14 else f"{number}"
        run.write_metadata(metadata.model_copy(update={"owner": owner}))
        runs.append(run)
    runs.append(
        make_run(*factories.training_events(1), factories.pause_ended(), run_id="run-29", by="Bob")
    )
    return runs


def queue_texts(app: AppTest) -> list[str]:
    """What the lines of the queue say."""
    words = (" is training", " in line", " paused", " wait")
    texts = [element.value.replace("\\", "") for element in app.markdown]
    return [text for text in texts if any(word in text for word in words)]


def test_pupil_sees_who_trains_and_their_own_place(class_of_thirty: list[Run]) -> None:
    with class_of_thirty[0].lock():
        app = open_page("pages/train.py")
        training, own, others = queue_texts(app)
        assert training.startswith("**Ada's ")
        assert own.startswith("**Your ")
        assert "14th in line" in own
        assert others.startswith("27 others wait ")
        assert [button.label for button in app.button].count("Cancel") == 2  # the run's own, too
        app.button(key="fold queue").click().run()
        assert len(queue_texts(app)) == 29
        app.button(key="fold queue").click().run()
        assert len(queue_texts(app)) == 3
    assert not app.exception


def test_short_queue_is_listed_in_full(make_run: MakeRun) -> None:
    for name in "abc":
        make_run(by=name)
    app = open_page("pages/train.py")
    assert len(queue_texts(app)) == 3
    assert "A run of yours would start in about 3 min." in [text.value for text in app.caption]
    assert "Show all" not in [button.label for button in app.button]


@pytest.mark.parametrize("is_teacher", [True, False])
def test_cluster_that_does_not_answer_is_told_while_runs_wait(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, *, is_teacher: bool
) -> None:
    monkeypatch.setattr(identity, "is_teacher", lambda: is_teacher)
    run, sentence = make_run(by="Ada"), "No cluster answers"
    status.report_problem(run.path.parent, sentence)
    app = open_page("pages/train.py")
    (warning,) = app.warning
    assert (sentence in warning.value) == is_teacher
    assert ("tell your teacher" in warning.value) != is_teacher
    assert not any("would start" in text.value for text in app.caption)
    assert "starting now" not in " ".join(queue_texts(app))
    status.clear_problem(run.path.parent)
    assert not open_page("pages/train.py").warning


def test_link_to_a_run_that_has_just_started(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_list, "MAX_AGE_SECONDS", 3600)
    assert run_list.runs() is not None
    run = make_run(by="Ada")
    app = open_page("pages/train.py", run=run.id)
    assert not app.warning
    assert app.selectbox(key="shown run").value == run.id
    assert app.query_params["run"] == run.id


def test_link_to_no_run_says_so() -> None:
    app = open_page("pages/train.py", run="../../etc")
    assert "is not here" in app.warning[0].value
    assert app.session_state[run_picker.MISSING]
