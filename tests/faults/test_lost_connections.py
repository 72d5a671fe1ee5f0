"""The Wi-Fi of a whole school drops: the server forgets most sessions, and nobody loses a run."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from fmnist_core.access import signing
from fmnist_core.bench.browser import APP_SCRIPT, server
from fmnist_core.bench.streamlit_client import open_session
from fmnist_core.ui.browser_state import COOKIE_PREFIX
from fmnist_core.ui.identity import PERSON, ROLE
from tests import factories

NUM_SESSIONS = 200
"""Streamlit 1.67 keeps at most 128 sessions without a connection."""
NUM_OWNERS = 6
OWNERS_ONLY = "Delete"
"""The button that only the owner of a run sees."""


@pytest.fixture
def url(tmp_path, monkeypatch):
    """A server that asks for the class code."""
    settings = tmp_path / "lab.toml"
    settings.write_text("[access]\nclass_code_required = true\n")
    monkeypatch.setenv("FMNIST_SETTINGS", str(settings))
    with server(APP_SCRIPT, log=tmp_path / "server.log") as address:
        yield address


@pytest.fixture
def runs(make_run):
    """The ids of finished runs by the id of the pupil who owns each."""
    owned = {}
    for number in range(NUM_OWNERS):
        run = make_run(*factories.training_events(1), finished=True)
        owner = f"pupil{number}"
        run.write_metadata(run.metadata().model_copy(update={"owner": owner}))
        owned[owner] = run.id
    return owned


def cookies_of(person):
    """What the browser of a pupil keeps, once the class code was entered in it."""
    return {
        COOKIE_PREFIX + PERSON: signing.sign(person, purpose=PERSON),
        COOKIE_PREFIX + ROLE: signing.sign_dated("class", purpose=ROLE),
    }


async def open_run(session, run_id):
    """Open a run on Train; return whether its owner's button is there."""
    await session.open_page("Train", query=f"run={run_id}")
    assert not session.exceptions
    assert "Replay" in session.buttons
    return OWNERS_ONLY in session.buttons


async def lose_all_connections(url, runs):
    """Open each run in its owner's session, and many others; return the ids of the sessions."""
    ids = {}
    async with AsyncExitStack() as crowd, AsyncExitStack() as owners:
        for number in range(NUM_SESSIONS - NUM_OWNERS):
            cookies = cookies_of(f"other{number}")
            await crowd.enter_async_context(open_session(url, cookies=cookies))
        for owner, run_id in runs.items():
            session = await owners.enter_async_context(open_session(url, cookies=cookies_of(owner)))
            assert await open_run(session, run_id)
            ids[owner] = session.id
    return ids


async def come_back(url, owner, session_id, run_ids):
    """Reconnect as a browser does; whether it is the same session, and which runs it owns."""
    async with open_session(url, session_id=session_id, cookies=cookies_of(owner)) as session:
        owned = {run_id for run_id in run_ids if await open_run(session, run_id)}
        return session.id == session_id, owned


def test_each_pupil_finds_their_run_again(url, runs):
    ids = asyncio.run(lose_all_connections(url, runs))
    first, *_, last = runs
    for owner in (first, last):
        is_kept, owned = asyncio.run(come_back(url, owner, ids[owner], [runs[first], runs[last]]))
        assert not is_kept, "the server has forgotten nobody: the test needs more sessions"
        assert owned == {runs[owner]}
