"""Who the user is, and what they may do: their pseudonymous id, and whether they teach."""

import ipaddress
import secrets

import streamlit as st

from fmnist_core.access import signing
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import browser_state

PERSON, IS_NEW = "person", "person is new"
"""The cookie and the session-state key of the user's id, and whether this session has drawn it."""
ID_BYTES = 8


def keep() -> None:
    """Keep the user's id in the browser; once on each page."""
    person = person_id()
    with st.container(key="browser-person"):  # always one block: others keep their place
        if st.session_state.get(IS_NEW):
            browser_state.keep_value(PERSON, signing.sign(person, purpose=PERSON))


def person_id() -> str:
    """The id of the person at this browser: random, and the same on their next visit."""
    state = st.session_state
    if PERSON not in state:
        kept = signing.read(browser_state.kept_value(PERSON), purpose=PERSON)
        state[IS_NEW] = kept is None
        state[PERSON] = kept or secrets.token_hex(ID_BYTES)
    person: str = state[PERSON]
    return person


def is_teacher() -> bool:
    """Whether the user may do what affects others; everybody who uses the server's own machine."""
    return listens_on_loopback_only()


def may_control(run: RunSummary) -> bool:
    """Whether the user may stop, rename or delete this run: it is their own, or they teach."""
    owner: str = getattr(run, "owner", "")
    return is_teacher() or (owner != "" and owner == person_id())


def listens_on_loopback_only() -> bool:
    """Whether only the server's own machine can connect to this server."""
    address = st.get_option("server.address") or ""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:  # a name, a UNIX socket, or none, which is every address
        return address == "localhost"
