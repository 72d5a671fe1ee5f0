"""Keep pupils from a page for teachers, and from what its buttons do."""

import streamlit as st

from fmnist_core.errors import RunError
from fmnist_core.ui import identity

SENTENCE = (
    "This page is for teachers. If you teach, enter the teacher’s code in the menu **Class** at "
    "the top right."
)


def require_teacher() -> None:
    """Draw nothing below for anybody but a teacher; one sentence says why."""
    if not identity.is_teacher():
        st.info(SENTENCE, icon=":material/lock:")
        st.stop()


def check_teacher() -> None:
    """Raise `RunError` unless the user teaches, at an action of theirs.

    Its button may have been drawn before they gave the teacher's rights back.
    """
    if not identity.is_teacher():
        raise RunError("Only a teacher can do that.")
