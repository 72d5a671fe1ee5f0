"""Refuse what Streamlit does for any browser that asks, although everybody pays for it.

The pages offer none of it, but whoever speaks Streamlit's protocol (1.67) can ask for it: to clear
the caches of all users, and to upload files, which stay in the server's memory until their session
ends, before the class code is entered or without end.
"""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

MAX_BYTES = 800 * 10**6
"""Of all uploads in memory. Beyond that, whoever uses the most loses their oldest ones."""
_admitted: set[str] = set()
"""Ids of the sessions whose users have been let in."""
_add_file = MemoryUploadedFileManager.add_file
_remove_session_files = MemoryUploadedFileManager.remove_session_files


def install() -> None:
    """Change Streamlit accordingly; once is enough."""
    replacements: list[tuple[type, str, Callable[..., None]]] = [
        (MemoryUploadedFileManager, "add_file", add_file),
        (MemoryUploadedFileManager, "remove_session_files", remove_session_files),
        (AppSession, "_handle_clear_cache_request", lambda _: None),
    ]
    for owner, name, function in replacements:
        setattr(owner, name, function)


def note_admission(*, is_admitted: bool) -> None:
    """Record whether the user of this session has been let in."""
    context = get_script_run_ctx()
    if context is None:
        return
    if is_admitted:
        _admitted.add(context.session_id)
    else:
        _admitted.discard(context.session_id)


def add_file(manager: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec) -> None:
    """Keep an uploaded file, and make room for it; strangers get the status 403."""
    if session_id not in _admitted:
        raise HTTPException(status_code=403, detail="Enter the class code first.")
    _add_file(manager, session_id, file)
    sizes = {session: _num_bytes(files) for session, files in list(manager.file_storage.items())}
    while sum(sizes.values()) > MAX_BYTES:
        largest = max(sizes, key=lambda session: sizes[session])
        files = manager.file_storage[largest]
        if len(files) < 2:
            break
        manager.remove_file(largest, next(iter(files)))
        sizes[largest] = _num_bytes(files)


def remove_session_files(manager: MemoryUploadedFileManager, session_id: str) -> None:
    """Forget a session that has ended."""
    _admitted.discard(session_id)
    _remove_session_files(manager, session_id)


def _num_bytes(files: Mapping[str, Any]) -> int:
    return sum(len(file.data) for file in list(files.values()))
