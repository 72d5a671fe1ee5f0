"""Sessions over the websocket do what browsers do, against a small app."""

import asyncio

import pytest

from fmnist_core.bench.browser import server
from fmnist_core.bench.streamlit_client import SessionError, open_session

APP = """
import streamlit as st

echo = st.components.v2.component("echo", js="export default () => {}")

@st.fragment
def draw():
    result = echo(key="box 1", data={"asks": True}, default={"text": ""},
                  on_text_change=lambda: None)
    if result.text == "error":
        raise ValueError("the box is broken")
    echo(key="answer", data={"got": result.text})

@st.fragment(run_every=0.1)
def refresh():
    st.caption("again")

def count():
    st.session_state.clicks = st.session_state.get("clicks", 0) + 1

def first():
    draw()
    st.button("Count", on_click=count)
    clicks = st.session_state.get("clicks", 0)
    echo(key="counter", data={"clicks": clicks, "name": st.context.cookies.get("name")})

def second():
    st.title(st.query_params.get("name", ""))
    refresh()

st.navigation([st.Page(first, title="First", default=True), st.Page(second, title="Second")]).run()
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    script = tmp_path_factory.mktemp("app") / "app.py"
    script.write_text(APP)
    with server(script) as address:
        yield address


def test_pages_are_opened(url):
    async def visit():
        async with open_session(url) as session:
            seconds = [await session.open_page(page) for page in ("First", "Second", "First")]
            return seconds, session.exceptions, session.num_bytes

    seconds, exceptions, num_bytes = asyncio.run(visit())
    assert all(0 < time < 60 for time in seconds)
    assert not exceptions
    assert num_bytes > 1000


def test_a_component_sends_its_value(url):
    async def send():
        async with open_session(url) as session:
            await session.open_page("First")
            asked = session.find_component("box").data
            await session.send_value("box", {"text": "hello"})
            return asked, session.find_component("answer").data

    assert asyncio.run(send()) == ('{"asks": true}', '{"got": "hello"}')


def test_a_click_and_a_cookie_reach_the_server(url):
    async def click():
        async with open_session(url, cookies={"name": "Ada, Å"}) as session:
            await session.open_page("First")
            await session.press("Count")
            await session.press("Count")
            return session.find_component("counter").data

    assert asyncio.run(click()) == '{"clicks": 2, "name": "Ada%2C%20%C3%85"}'


def test_a_session_goes_on_after_a_lost_connection(url):
    async def come_back():
        async with open_session(url) as session:
            await session.open_page("First")
            await session.press("Count")
        async with open_session(url, session_id=session.id) as again:
            await again.open_page("First")
            return session.id, again.id, again.find_component("counter").data

    before, after, data = asyncio.run(come_back())
    assert before == after
    assert '"clicks": 1' in data


def test_error_boxes_are_counted(url):
    async def send():
        async with open_session(url) as session:
            await session.open_page("First")
            await session.send_value("box", {"text": "error"})
            return session.exceptions

    (exception,) = asyncio.run(send())
    assert exception.startswith("First")


def test_fragments_refresh_until_the_page_is_left(url):
    refreshes = []

    async def wait():
        async with open_session(url, lambda title, _: refreshes.append(title)) as session:
            await session.open_page("Second", query="name=Ada")
            async with asyncio.timeout(30):
                while len(refreshes) < 2:
                    await asyncio.sleep(0.05)
            await session.open_page("First")
            number = len(refreshes)
            await asyncio.sleep(0.5)
            return len(refreshes) - number

    assert asyncio.run(wait()) <= 1
    assert set(refreshes) == {"Second, refresh"}


def test_no_server_is_an_error():
    async def connect():
        async with open_session("http://127.0.0.1:9"):
            pass

    with pytest.raises(SessionError, match="does not answer"):
        asyncio.run(connect())
