"""What a user sees who is not let in yet: the form for the class code, or the login."""

import logging
import sys
from functools import cache

import streamlit as st
from streamlit.errors import StreamlitAuthError, StreamlitMissingAuthlibError

from fmnist_core.access import addresses, codes
from fmnist_core.access.attempts import PATIENCE, AttemptLimiter, TooManyAttemptsError
from fmnist_core.access.codes import Codes, Role
from fmnist_core.errors import SettingsError
from fmnist_core.formatting import escape_markdown
from fmnist_core.ui import browser_state, identity, mark, protocol_guard, query_params
from fmnist_core.ui.navigation import APP_TITLE

ENTERED, PROBLEM = "entered class code", "class code problem"
"""Session-state keys: the text field, and the sentence about the last code."""
SUBMITTED = "submitted class code"
"""Session-state key: a code that is to be checked."""
MAX_LENGTH = 60
LOGGER = logging.getLogger(__name__)
protocol_guard.install()
LIMITER: AttemptLimiter[Role] = AttemptLimiter(codes.role_of)
"""The limiter of this server."""


def require_access() -> None:
    """Ask for the class code or for the login, and draw nothing else, until the user is let in."""
    try:
        _follow_link()
        is_admitted = identity.is_admitted()
        protocol_guard.note_admission(is_admitted=is_admitted)
        if is_admitted:
            return
    except SettingsError as error:
        _draw_frame()
        _draw_damaged_settings(error)
        st.stop()
    _draw_frame()
    if identity.login_is_configured():
        _draw_login()
    else:
        _print_codes(codes.current_codes())
        _draw_form()
    st.stop()


def has_code_in_link() -> bool:
    """Whether the address still carries a class code."""
    return addresses.CODE in st.query_params


def drop_code_from_link() -> None:
    """Take the class code out of the address, after `browser_state.keep_focus` has asked."""
    if has_code_in_link():
        rest = st.query_params.to_dict()
        del rest[addresses.CODE]
        query_params.write(rest)


def try_code(entered: str, *, patience: float) -> str:
    """Give the user the role of this code; return a sentence about what is wrong, or nothing.

    If others guess codes behind the same address, it may take up to `patience` seconds.
    """
    role = codes.role_of_long_code(entered)
    address = st.context.ip_address or "this machine"
    try:
        role = role or LIMITER.attempt(address, codes.normalize_code(entered), patience=patience)
    except TooManyAttemptsError:
        return (
            "Too many wrong codes come from your network. Please try again, or scan the QR code "
            "that your teacher can show."
        )
    if role is None:
        return "That is not the code. Please look at it again: case and dashes do not matter."
    identity.set_role(role)
    return ""


def _follow_link() -> None:
    """Enter the code of a scanned link, once: it stays in the address for another run or two."""
    code = st.query_params.get(addresses.CODE)
    if code is None or code == st.session_state.get(addresses.CODE):
        return
    st.session_state[addresses.CODE] = code
    if identity.is_admitted() or identity.login_is_configured():
        return
    if role := codes.role_of_long_code(code):
        identity.set_role(role)
    else:
        st.session_state[SUBMITTED] = code


def _draw_frame() -> None:
    st.set_page_config(page_title=APP_TITLE, page_icon=mark.mark_icon(), layout="centered")
    with st.container(key="access-brand"):
        st.html(f'<img src="{mark.mark_url()}" alt="">')
        st.title(APP_TITLE, anchor=False)
    if browser_state.FORGOTTEN in st.session_state:
        browser_state.draw_forgetting()
    else:  # so that a reload just after the code is entered finds the user again
        identity.keep()
    browser_state.keep_focus(asks=has_code_in_link())
    drop_code_from_link()


def _draw_damaged_settings(error: SettingsError) -> None:
    """Tell what is wrong, but not to a whole network: it may quote a code."""
    if addresses.is_loopback(st.get_option("server.address") or ""):
        st.error(str(error))
        return
    LOGGER.error("Nobody can get in: %s", error)
    st.error("The settings of this lab cannot be used. Please tell your teacher.")


def _draw_form() -> None:
    with st.container(key="access-form"), st.form("class code", border=False):
        st.text_input(
            "Class code", key=ENTERED, max_chars=MAX_LENGTH, autocomplete="off",
            placeholder="ABCD-EFGH",
        )  # fmt: skip
        if problem := st.session_state.get(PROBLEM):
            st.error(problem, icon=":material/key_off:")
        st.form_submit_button("Join the class", type="primary", on_click=_submit, width="stretch")
        st.caption("Your teacher shows it to the class. Ask for it if you cannot see it.")
    _check_submitted()


def _submit() -> None:
    st.session_state[SUBMITTED] = st.session_state[ENTERED].strip()
    st.session_state[PROBLEM] = ""


def _check_submitted() -> None:
    """Check the code that was entered in the form or by a link, and open the page if it is right.

    This may take a while, so it is not done in a callback, before anything is drawn.
    """
    entered = st.session_state.pop(SUBMITTED, "")
    if entered:
        with st.spinner("Others on your network have entered wrong codes. Yours is checked soon …"):
            st.session_state[PROBLEM] = try_code(entered, patience=PATIENCE)
        st.rerun()


def _draw_login() -> None:
    with st.container(key="access-login"):
        if st.user.is_logged_in:
            email = escape_markdown(str(st.user.get("email") or "This account"))
            st.error(f"{email} is not on the list of this class. Please ask your teacher.")
            if st.button("Use another account", icon=":material/logout:", width="stretch"):
                st.logout()
            return
        st.markdown("Please log in with your school account.")
        if st.button("Log in", type="primary", icon=":material/login:", width="stretch"):
            try:
                st.login()
            except (StreamlitAuthError, StreamlitMissingAuthlibError) as error:
                LOGGER.error("Nobody can log in: %s", error)
                st.error("The login of this lab is not set up correctly. Please tell your teacher.")


@cache
def _print_codes(current: Codes) -> None:
    """Print the codes in the server's terminal, once."""
    print(
        f"Class code: {codes.format_code(current.class_code)}    "
        f"Teacher's code: {codes.format_code(current.teacher_code)}",
        file=sys.stderr,
        flush=True,
    )
