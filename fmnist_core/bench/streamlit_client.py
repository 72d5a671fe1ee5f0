"""A browser session without a browser: Streamlit's protocol over a websocket.

It sends what Streamlit's front end sends (`BackMsg`) and reads what it reads (`ForwardMsg`): page
changes, values of components, clicks on buttons, and the reruns of fragments that refresh
themselves. It draws nothing, so that a small machine can run a hundred of them. Streamlit 1.67.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import quote

import streamlit.proto.BackMsg_pb2 as back_messages  # noqa: TID251
import streamlit.proto.ForwardMsg_pb2 as forward_messages  # noqa: TID251
from streamlit.proto.Delta_pb2 import Delta  # noqa: TID251
from streamlit.proto.WidgetStates_pb2 import WidgetState  # noqa: TID251
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from fmnist_core.errors import LabError

TIMEOUT_SECONDS = 60.0
"""A script that has not finished after this long counts as an error."""
NO_TOKEN = "no-token"
"""In place of the token that Streamlit's login needs."""
ForwardMsg = forward_messages.ForwardMsg


class SessionError(LabError):
    """The server has closed the connection, or a script has not finished in time."""


@dataclass(frozen=True)
class Component:
    """A component on the page that can send values."""

    id: str
    fragment_id: str
    """Empty outside fragments."""
    data: str
    """What the script has passed to it, as JSON."""


@dataclass(frozen=True)
class Button:
    """A button on the page."""

    id: str
    fragment_id: str
    """Empty outside fragments."""


@dataclass
class _Run:
    """A run of a script or of fragments that the server has announced."""

    page: str
    fragments: frozenset[str]


@dataclass
class _Request:
    """A rerun that has been requested and not finished."""

    page: str
    """Hash of the page; empty for a fragment."""
    fragment: str
    done: asyncio.Future[None]


@dataclass
class Session:
    """One connected session; make it with `open_session`."""

    connection: ClientConnection
    record: Callable[[str, float], None]
    """Called with the seconds that a refresh took, under the title of the page."""
    id: str = ""
    """By which the server knows it, also after a lost connection; empty until a page is open."""
    page: str = ""
    """Title of the page that is open."""
    buttons: dict[str, Button] = field(default_factory=dict)
    """Those drawn since the page was opened, by their labels."""
    exceptions: list[str] = field(default_factory=list)
    """Error boxes that the pages have shown."""
    num_bytes: int = 0
    """Received in all."""
    _query: str = ""
    """Parameters of the URL."""
    _pages: dict[str, str] = field(default_factory=dict)
    """Hash of each page by its title."""
    _main_hash: str = ""
    _components: dict[str, Component] = field(default_factory=dict)
    """By the key that the script gave it."""
    _values: dict[str, str] = field(default_factory=dict)
    """Values of components by their id, as JSON."""
    _runs: dict[str, _Run] = field(default_factory=dict)
    _requests: list[_Request] = field(default_factory=list)
    _refreshes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """Timers of fragments that refresh themselves."""

    async def open_page(self, title: str, *, query: str = "") -> float:
        """Go to a page; return the seconds from the request until its script has finished.

        `query` are parameters of the URL.

        Raises `SessionError`.
        """
        self.stop_refreshes()
        self._components.clear()
        self.buttons.clear()
        self._values.clear()
        self.page, self._query = title, query
        page_hash = self._pages.get(title, "")
        start = time.perf_counter()
        await self._rerun(page=page_hash)
        return time.perf_counter() - start

    async def send_value(self, key: str, value: object) -> float:
        """Have the component `key` send its state, a mapping; return the seconds until drawn.

        Raises `SessionError`, and `KeyError` if there is no such component on the page.
        """
        component = self.find_component(key)
        self._values[component.id] = json.dumps(value)
        start = time.perf_counter()
        await self._rerun(fragment=component.fragment_id, page=self._pages[self.page])
        return time.perf_counter() - start

    async def press(self, label: str) -> float:
        """Click the button with this label; return the seconds until all is drawn.

        Raises `SessionError`, and `KeyError` if there is none.
        """
        button = self.buttons[label]
        start = time.perf_counter()
        page = self._pages[self.page]
        await self._rerun(page=page, fragment=button.fragment_id, pressed=button.id)
        return time.perf_counter() - start

    def find_component(self, key: str) -> Component:
        """The component on the page whose key starts with `key`, else `KeyError`."""
        for name, component in self._components.items():
            if name.startswith(key):
                return component
        raise KeyError(key)

    async def _rerun(self, *, page: str, fragment: str = "", pressed: str = "") -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests.append(_Request("" if fragment else page, fragment, done))
        await self._send_rerun(page=page, fragment=fragment, pressed=pressed)
        try:
            await asyncio.wait_for(done, TIMEOUT_SECONDS)
        except TimeoutError:
            raise SessionError(f"{self.page} took more than {TIMEOUT_SECONDS:.0f} s.") from None

    async def _send_rerun(
        self, *, page: str, fragment: str = "", pressed: str = "", is_refresh: bool = False
    ) -> None:
        message = back_messages.BackMsg()
        rerun = message.rerun_script
        rerun.page_script_hash = page
        if not page:  # the first page of a session is known by its URL alone
            rerun.page_name = self.page.lower()
        rerun.query_string = self._query
        rerun.fragment_id = fragment
        rerun.is_auto_rerun = is_refresh
        states = (WidgetState(id=key, json_value=value) for key, value in self._values.items())
        rerun.widget_states.widgets.extend(states)
        if pressed:
            rerun.widget_states.widgets.append(WidgetState(id=pressed, trigger_value=True))
        rerun.context_info.timezone = "UTC"
        rerun.context_info.locale = "en-US"
        try:
            await self.connection.send(message.SerializeToString())
        except ConnectionClosed as error:
            raise SessionError(f"{self.page}: the connection is lost.") from error

    async def receive(self) -> None:
        """Read messages until the connection closes."""
        try:
            async for content in self.connection:
                assert isinstance(content, bytes)
                self.num_bytes += len(content)
                self._handle(ForwardMsg.FromString(content))
        except ConnectionClosed:
            pass
        for request in self._requests:
            if not request.done.done():
                request.done.set_exception(SessionError(f"{self.page}: the connection is lost."))

    def _handle(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "delta":
                self._read_delta(message.delta)
            case "new_session":
                self._start_run(message)
            case "script_finished":
                self._finish_run(message)
            case "navigation":
                pages = message.navigation.app_pages
                self._pages = {page.page_name: page.page_script_hash for page in pages}
            case "auto_rerun":
                self._start_refresh(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._stop_refresh(fragment)
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "session_event":
                self.exceptions.append(f"{self.page}: {message.session_event}")

    def _read_delta(self, delta: Delta) -> None:
        element = delta.new_element
        match element.WhichOneof("type"):
            case "exception":
                self.exceptions.append(f"{self.page}: {element.exception.message}")
            case "bidi_component":
                component = element.bidi_component
                # $$ID-HASH-KEY
                key = component.id.split("-", 2)[-1]
                self._components[key] = Component(component.id, delta.fragment_id, component.json)
            case "button":
                button = Button(element.button.id, delta.fragment_id)
                self.buttons[element.button.label] = button

    def _start_run(self, message: ForwardMsg) -> None:
        self.id = message.new_session.initialize.session_id or self.id
        run = message.metadata.run
        fragments = frozenset(run.fragment_ids)
        self._runs[run.script_run_id] = _Run(message.new_session.page_script_hash, fragments)
        if not fragments:
            self.stop_refreshes()

    def _finish_run(self, message: ForwardMsg) -> None:
        run = self._runs.pop(message.metadata.run.script_run_id, None)
        if run is None or message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return  # of a page that has been left, or another run follows
        for request in list(self._requests):
            # A full run draws the fragments too.
            is_drawn = request.fragment in run.fragments or not run.fragments
            if is_drawn and request.page in ("", run.page):
                self._requests.remove(request)
                if not request.done.done():
                    request.done.set_result(None)

    def _start_refresh(self, fragment: str, interval: float) -> None:
        if fragment not in self._refreshes:
            task = asyncio.create_task(self._refresh(fragment, interval))
            self._refreshes[fragment] = task

    async def _refresh(self, fragment: str, interval: float) -> None:
        """Rerun a fragment at intervals, as the front end's timer does: also while one runs."""
        waiting: set[asyncio.Task[None]] = set()
        while True:
            await asyncio.sleep(interval)
            task = asyncio.create_task(self._refresh_once(fragment))
            waiting.add(task)
            task.add_done_callback(waiting.discard)

    async def _refresh_once(self, fragment: str) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests.append(_Request("", fragment, done))
        page, start = self.page, time.perf_counter()
        with suppress(SessionError, TimeoutError):
            await self._send_rerun(page=self._pages[page], fragment=fragment, is_refresh=True)
            await asyncio.wait_for(done, TIMEOUT_SECONDS)
            self.record(f"{page}, refresh", time.perf_counter() - start)

    def _stop_refresh(self, fragment: str) -> None:
        task = self._refreshes.pop(fragment, None)
        if task:
            task.cancel()

    def stop_refreshes(self) -> None:
        """Stop the timers, as a browser does when it leaves the page."""
        for fragment in list(self._refreshes):
            self._stop_refresh(fragment)


@asynccontextmanager
async def open_session(
    url: str,
    record: Callable[[str, float], None] = lambda *_: None,
    *,
    session_id: str = "",
    cookies: Mapping[str, str] | None = None,
) -> AsyncIterator[Session]:
    """Connect to the server at `url`; raises `SessionError` if it does not answer.

    With `session_id`, the connection continues that session if the server still has it, as a
    browser does whose connection was lost.
    """
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    protocols = ["streamlit", NO_TOKEN, session_id] if session_id else ["streamlit"]
    cookie = "; ".join(f"{name}={quote(value)}" for name, value in (cookies or {}).items())
    try:
        connection = await connect(
            address,
            subprotocols=list(map(Subprotocol, protocols)),
            additional_headers={"Cookie": cookie} if cookie else None,
            max_size=None,
            ping_interval=None,  # browsers send no pings
            compression=None,
        )
    except (OSError, TimeoutError) as error:
        raise SessionError(f"The server does not answer: {error}.") from error
    async with connection:
        session = Session(connection, record)
        receiver = asyncio.create_task(session.receive())
        try:
            yield session
        finally:
            session.stop_refreshes()
            receiver.cancel()
