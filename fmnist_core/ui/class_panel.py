"""The menu of a class in the bar: for pupils to leave, for teachers to show the class code."""

from html import escape
from urllib.parse import urlsplit

import streamlit as st

from fmnist_core.access import addresses, codes
from fmnist_core.formatting import escape_markdown
from fmnist_core.settings import get_settings
from fmnist_core.ui import access_gate, identity

TEACHER_CODE, PROBLEM = "entered teacher code", "teacher code problem"
"""Session-state keys: the text field, and the sentence about the last code."""


def draw() -> None:
    """Draw the menu where there is a class; nothing on a server for its own machine alone."""
    if not identity.has_class():
        return
    has_login = identity.login_is_configured()
    is_teacher = identity.is_teacher()
    with (
        st.container(key="class-panel"),
        st.popover("Teacher" if is_teacher else "Class", icon=":material/group:"),
        st.container(key="class-menu"),
    ):
        if is_teacher:
            _draw_teacher(has_login=has_login)
        else:
            _draw_pupil(has_login=has_login)
        if has_login:
            st.button("Log out", on_click=_log_out, icon=":material/logout:", width="stretch")
        else:
            st.button(
                "Leave on this device", on_click=identity.leave, width="stretch",
                icon=":material/logout:",
                help="For a computer that others use too: it forgets your name and the class "
                "code. Your runs stay, but only your teacher can delete them then.",
            )  # fmt: skip


def _draw_pupil(*, has_login: bool) -> None:
    place = "with this account" if has_login else "in this browser"
    st.markdown(
        "Everybody in the class sees all runs. You can stop, rename and delete those that you have "
        f"started {place}."
    )
    with st.form("teacher code", border=False):
        st.text_input(
            "Teacher’s code", type="password", key=TEACHER_CODE, autocomplete="off",
            max_chars=access_gate.MAX_LENGTH,
        )  # fmt: skip
        if problem := st.session_state.get(PROBLEM):
            st.error(problem)
        st.form_submit_button("Unlock", on_click=_unlock, width="stretch")


def _unlock() -> None:
    entered: str = st.session_state[TEACHER_CODE]
    problem = access_gate.try_code(entered, patience=0) if entered.strip() else ""
    if not problem and entered.strip() and not identity.is_teacher():
        problem = "That is the class code. The teacher’s code is longer."
    st.session_state[PROBLEM] = problem


def _draw_teacher(*, has_login: bool) -> None:
    st.markdown("You can stop, rename and delete everybody’s runs.")
    if not has_login:
        code = codes.format_code(codes.current_codes().class_code)
        st.markdown(f"Class code: **{escape_markdown(code)}**")
    if st.button("Show to the class", icon=":material/qr_code_2:", width="stretch", type="primary"):
        _show_to_class()
    if not has_login and st.button("New class code", icon=":material/key:", width="stretch"):
        _confirm_new_code()
    if identity.role() == "teacher":
        st.button(
            "Stop teaching here", on_click=identity.set_role, args=("class",), width="stretch",
            icon=":material/lock:",
        )  # fmt: skip


@st.dialog("Join the class", width="large")
def _show_to_class() -> None:
    url = _class_url()
    has_code = not identity.login_is_configured()
    code = codes.format_code(codes.current_codes().class_code)
    scanned = addresses.with_code(url, codes.link_code()) if has_code else url
    image, text = st.columns([2, 3], vertical_alignment="center")
    image.html(
        f'<img class="class-qr" src="{addresses.qr_image(scanned)}" alt="QR code of {escape(url)}">'
    )
    code_html = f'<p>and enter</p><p class="class-code">{escape(code)}</p>' if has_code else ""
    text.html(
        '<div class="class-join"><p>Scan this with a phone, or open</p>'
        f'<p class="class-url">{escape(url)}</p>{code_html}</div>'
    )
    if urlsplit(url).hostname == "localhost":
        st.warning("This machine has no address in a network: only it can open the app.")


@st.dialog("Draw a new class code?")
def _confirm_new_code() -> None:
    st.markdown("Everybody in the class has to enter the new code once. No run is lost.")
    if get_settings().access.class_code:
        st.warning("The class code is set in `lab.toml`. Change it there.")
    elif st.button(
        "New class code", type="primary", key="confirm new class code", on_click=_replace_code
    ):
        st.rerun()


def _replace_code() -> None:
    codes.replace_codes()
    identity.set_role("teacher")  # who draws the new one stays


def _log_out() -> None:
    identity.leave()
    st.logout()


def _class_url() -> str:
    """The address that the class opens, without a page."""
    parts = urlsplit(st.context.url or "")
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    origin = f"{parts.scheme or 'http'}://{parts.netloc or 'localhost'}"
    return addresses.class_url(f"{origin}/{base}", configured=get_settings().access.address)
