"""Nobody takes memory or caches from the others by speaking Streamlit's protocol."""

import pytest
import streamlit as st
from starlette.exceptions import HTTPException
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from fmnist_core.ui import protocol_guard


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    """The uploads of a server with the guard, on which Ada and Bob have been let in."""
    protocol_guard.install()
    monkeypatch.setattr(protocol_guard, "_admitted", {"ada", "bob"})
    monkeypatch.setattr(protocol_guard, "MAX_BYTES", 100)
    return MemoryUploadedFileManager("/upload")


def upload(uploads: MemoryUploadedFileManager, session: str, name: str, num_bytes: int) -> None:
    uploads.add_file(session, UploadedFileRec(name, name, "image/png", b"x" * num_bytes))


def names(uploads: MemoryUploadedFileManager, session: str) -> list[str]:
    return list(uploads.file_storage[session])


def test_who_was_not_let_in_uploads_nothing(uploads: MemoryUploadedFileManager) -> None:
    with pytest.raises(HTTPException) as error:
        upload(uploads, "eve", "a", 1)
    assert error.value.status_code == 403
    upload(uploads, "ada", "a", 1)
    uploads.remove_session_files("ada")
    with pytest.raises(HTTPException):
        upload(uploads, "ada", "a", 1)


def test_who_takes_the_most_memory_loses_their_oldest_uploads(
    uploads: MemoryUploadedFileManager,
) -> None:
    upload(uploads, "bob", "his", 30)
    for number in range(5):
        upload(uploads, "ada", f"hers {number}", 20)
    assert names(uploads, "bob") == ["his"]
    assert names(uploads, "ada") == ["hers 2", "hers 3", "hers 4"]
    uploads.remove_session_files("bob")
    upload(uploads, "ada", "large", 500)
    assert names(uploads, "ada") == ["large"], "a single upload is limited by its own size"


def test_nobody_clears_the_caches_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol_guard.install()
    monkeypatch.setattr(st.cache_resource, "clear", lambda: pytest.fail("it is cleared"))
    AppSession._handle_clear_cache_request(object())


def test_streamlit_still_has_what_is_replaced() -> None:
    """A new version may name these differently; then the guard would do nothing."""
    assert "_handle_clear_cache_request" in AppSession.handle_backmsg.__code__.co_names


def test_a_session_is_admitted_with_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    def page() -> None:
        import streamlit as st

        from fmnist_core.ui import protocol_guard

        protocol_guard.note_admission(is_admitted=st.session_state["in"])

    admitted: set[str] = set()
    monkeypatch.setattr(protocol_guard, "_admitted", admitted)
    app = AppTest.from_function(page)
    for is_admitted in (True, False):
        app.session_state["in"] = is_admitted
        app.run()
        assert len(admitted) == is_admitted
