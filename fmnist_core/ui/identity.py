"""Who the user is and what they may do: their pseudonymous id, and whether they teach.

A server that only its own machine can connect to trusts everybody there. Any other asks for the
class code, or for a login where one is configured (https://docs.streamlit.io/develop/concepts/connections/authentication).
"""

import secrets
import time
from functools import lru_cache
from pathlib import Path

import streamlit as st

from fmnist_core.access import addresses, codes, signing
from fmnist_core.access.admissions import ADMISSIONS
from fmnist_core.access.codes import Role
from fmnist_core.runs.summary import RunSummary
from fmnist_core.settings import get_settings
from fmnist_core.ui import browser_state

PERSON, ROLE = "person", "access"
"""Cookies: the user's id, and the role of the code that they have entered. In the session state,
the id itself, and the cookie of the role.
"""
NEW = "new cookies"
"""Session-state key: the names of the cookies that the browser does not have yet."""
ID_BYTES = 8


def keep() -> None:
    """Keep the user's id and role in the browser; once on each page, before what takes long."""
    signed = {PERSON: signing.sign(person_id(), purpose=PERSON), ROLE: _role_cookie()}
    for name, value in signed.items():
        with st.container(key=f"browser-{name}"):  # always one block: others keep their place
            if name in st.session_state.get(NEW, ()):
                browser_state.keep_value(name, value)


def person_id() -> str:
    """The id of the person at this browser: random, and the same on their next visit.

    With a login, it is the same on all their devices.
    """
    if login_is_configured() and st.user.is_logged_in:
        return signing.pseudonym(f"{st.user.get('iss')} {st.user.get('sub')}")
    state = st.session_state
    if PERSON not in state:
        kept = signing.read(browser_state.kept_value(PERSON), purpose=PERSON)
        state[PERSON] = kept or secrets.token_hex(ID_BYTES)
        if kept is None:
            _note_new(PERSON)
    person: str = state[PERSON]
    return person


def is_admitted() -> bool:
    """Whether the user may see the pages; raises `SettingsError` if the settings are damaged."""
    if login_is_configured():
        return is_member()
    return not asks_for_code() or role() is not None


def is_teacher() -> bool:
    """Whether the user may do what affects others."""
    if login_is_configured():
        is_named = _has_email_among(get_settings().access.teachers)
        return is_member() and (is_named or role() == "teacher")
    return not asks_for_code() or role() == "teacher"


def may_control(run: RunSummary) -> bool:
    """Whether the user may stop, rename or delete this run: it is their own, or they teach."""
    return is_teacher() or (is_admitted() and run.owner != "" and run.owner == person_id())


def asks_for_code() -> bool:
    """Whether this server asks for the class code: other machines can connect to it."""
    only_this_machine = addresses.is_loopback(st.get_option("server.address") or "")
    return not only_this_machine or get_settings().access.class_code_required


def has_class() -> bool:
    """Whether people use this server whom it tells apart, by the class code or by a login."""
    return login_is_configured() or asks_for_code()


def login_is_configured() -> bool:
    """Whether Streamlit's login takes the place of the class code: `[auth]` in its secrets.

    Secrets that cannot be read count as a login that nobody passes.
    """
    files: list[str] = st.get_option("secrets.files")
    return _has_login(tuple(filter(None, map(_version, files))))


@lru_cache(maxsize=4)
def _has_login(existing: tuple[tuple[str, int], ...]) -> bool:
    """Whether one of these files and their versions configures a login."""
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets
    return existing != ()


def _version(file: str) -> tuple[str, int] | None:
    """A file and its modification time in ns; `None` if it does not exist."""
    try:
        return file, Path(file).stat().st_mtime_ns
    except OSError:
        return None


def is_member() -> bool:
    """Whether the user is logged in, with an e-mail address that gets in."""
    members = get_settings().access.members
    return bool(st.user.is_logged_in) and (not members or _has_email_among(members))


def role() -> Role | None:
    """The role of the code that was entered in this browser; `None` if none, or too long ago."""
    entered = signing.read_dated(
        _role_cookie(),
        purpose=ROLE,
        max_age=get_settings().access.hours * 3600,
        # If the clock was set back since, the cookies of now are valid all the same.
        not_before=min(codes.current_codes().valid_from, time.time()),
    )
    return "teacher" if entered == "teacher" else "class" if entered == "class" else None


def set_role(role: Role) -> None:
    """Record that the user has entered the code of this role, or wants no more than it allows."""
    st.session_state[ROLE] = signing.sign_dated(role, purpose=ROLE)
    ADMISSIONS.note(person_id(), st.session_state[ROLE])
    _note_new(ROLE)


def leave() -> None:
    """Forget the user on this device, and what they may do here."""
    ADMISSIONS.note(person_id(), "")
    browser_state.forget_all()


def _role_cookie() -> str:
    state = st.session_state
    if ROLE not in state and (recent := ADMISSIONS.find(person_id())):
        state[ROLE] = recent
        _note_new(ROLE)
    cookie: str = state.get(ROLE) or browser_state.kept_value(ROLE)
    return cookie


def _note_new(cookie: str) -> None:
    st.session_state[NEW] = {*st.session_state.get(NEW, ()), cookie}


def _has_email_among(allowed: tuple[str, ...]) -> bool:
    """Whether the user's verified e-mail address, or its `@domain`, is among these."""
    email = str(st.user.get("email") or "").strip().casefold()
    if "@" not in email or st.user.get("email_verified") is False:
        return False
    return not {email, "@" + email.rpartition("@")[2]}.isdisjoint(map(str.casefold, allowed))
