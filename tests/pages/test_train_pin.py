"""Pin a run on Train: its owner and a teacher can, everybody sees it."""

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core.runs.run import Run
from fmnist_core.ui import identity
from tests import factories
from tests.apptest import open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab")


@pytest.fixture
def finished(make_run: MakeRun) -> Run:
    return make_run(*factories.training_events(), finished=True)


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def is_marked(app: AppTest) -> bool:
    return any("pinned" in element.value for element in app.markdown)


def test_a_run_is_pinned_and_unpinned(finished: Run) -> None:
    app = open_page("pages/train.py", run=finished.id)
    assert not is_marked(app)
    press(app, "Pin")
    assert finished.metadata().pinned
    assert is_marked(app)
    press(app, "Unpin")
    assert not finished.metadata().pinned
    assert not is_marked(app)


def test_another_pupil_sees_that_it_is_pinned_and_cannot_change_it(
    finished: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "is_teacher", lambda: False)
    finished.write_metadata(finished.metadata().model_copy(update={"pinned": True}))
    app = open_page("pages/train.py", run=finished.id)
    assert is_marked(app)
    assert not {"Pin", "Unpin"} & set(buttons(app))


def test_who_no_longer_teaches_pins_nothing(finished: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("pages/train.py", run=finished.id)
    monkeypatch.setattr(identity, "is_teacher", lambda: False)
    press(app, "Pin")
    assert "Only its owner or a teacher" in app.error[0].value
    assert not finished.metadata().pinned


def test_an_example_model_and_a_damaged_run_have_no_pin(finished: Run) -> None:
    finished.recipe_file.write_text("{")
    for run_id in ("mlp", finished.id):
        assert not {"Pin", "Unpin"} & set(buttons(open_page("pages/train.py", run=run_id)))
