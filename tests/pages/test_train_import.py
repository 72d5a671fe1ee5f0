"""Import a run on the Train page, and find it marked there."""

import pytest

from fmnist_core.runs import archive, store
from tests import factories
from tests.apptest import open_page

pytestmark = pytest.mark.usefixtures("empty_lab")


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def import_file(app, content):
    """Choose a file in the open dialog, and press its button, which comes last on the page."""
    app.file_uploader(key="run archive").upload("run.zip", content, "application/zip").run()
    app.button[-1].click().run()
    assert not app.exception


@pytest.fixture
def content(make_run) -> bytes:
    """The archive of a finished run, which is deleted here."""
    run = make_run(*factories.training_events(), finished=True)
    exported = archive.export_bytes(run)
    store.remove_run(run)
    return exported


def test_upload_is_imported_shown_and_marked(content):
    app = open_page("pages/train.py")
    press(app, "Import")
    import_file(app, content)
    assert any("imported" in element.value for element in app.markdown)
    assert app.selectbox(key="shown run").value == store.list_runs()[0].id


def test_refusal_is_shown_in_the_dialog():
    app = open_page("pages/train.py")
    press(app, "Import")
    import_file(app, b"no archive")
    assert app.error[0].value == "run.zip is damaged or not a zip archive."


def test_run_can_be_downloaded_unless_it_is_too_large(make_run, monkeypatch):
    run = make_run(factories.started(), factories.stopped())
    app = open_page("pages/train.py", run=run.id)
    assert [button.label for button in app.get("download_button")] == ["Download run"]
    monkeypatch.setattr(archive, "export_size", lambda _: 10**9)
    app.run()
    (button,) = [button for button in app.button if button.label == "Download run"]
    assert button.disabled
    assert f"runs export {run.id}" in button.help
