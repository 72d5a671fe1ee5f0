"""What a person sets by hand where the automatic way from photo to 28×28 is wrong."""

import streamlit as st

from fmnist_core.preprocessing.photo import Override

POLARITY = {
    "Automatic": None,
    "Dark becomes bright": True,
    "Bright stays bright": False,
}
MOST_DISTANCE = 80


def override(key: str) -> Override:
    """As the controls stand for the picture of that key."""
    state = st.session_state
    left, right = state.get(f"across {key}", (0, 100))
    top, bottom = state.get(f"down {key}", (0, 100))
    crop = (left / 100, top / 100, right / 100, bottom / 100)
    return Override(
        inverted=POLARITY[state.get(f"polarity {key}") or "Automatic"],
        threshold=state.get(f"distance {key}") or None,
        crop=None if crop == (0, 0, 1, 1) else crop,
    )


def controls(key: str) -> None:
    """Draw them; the next run of the page obeys them."""
    with st.expander("Not the garment? Set it by hand", icon=":material/tune:"):
        left, right = st.columns(2, gap="large")
        left.segmented_control(
            "Polarity", list(POLARITY), default="Automatic", required=True, wrap=True,
            key=f"polarity {key}", persist_state="session",
            help="Models know bright garments on black. A garment darker than its ground is "
            "negated, a brighter one stays.",
        )  # fmt: skip
        left.slider(
            "Where the garment begins", 0, MOST_DISTANCE, 0, key=f"distance {key}",
            persist_state="session",
            help="How far a colour must lie from the ground's to belong to the garment (in Lab; "
            "2 is the least that an eye tells apart). 0 leaves it to the program.",
        )  # fmt: skip
        right.slider(
            "Keep from left to right", 0, 100, (0, 100), key=f"across {key}", format="%d%%",
            persist_state="session",
        )  # fmt: skip
        right.slider(
            "Keep from top to bottom", 0, 100, (0, 100), key=f"down {key}", format="%d%%",
            persist_state="session",
        )  # fmt: skip
