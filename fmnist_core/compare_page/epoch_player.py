"""A slider over the epochs with a play button; what it shows is drawn again for each epoch."""

from collections.abc import Callable

import streamlit as st

from fmnist_core.ui import polling

SECONDS_PER_PICTURE = 0.7
MAX_SECONDS = 30.0
"""Of a whole playback: with many epochs, some are left out."""
PLAYING = "epoch playing"
"""Session-state key: the key of the player that plays, if any."""


def draw_player(last: int, draw_epoch: Callable[[int], None], *, key: str) -> None:
    """Draw the slider over epochs 1 to `last`, and what `draw_epoch` draws for the chosen one."""
    every = SECONDS_PER_PICTURE if _is_playing(key) else None
    polling.poll(_draw_player, every=every, watch=lambda: _is_playing(key))(last, draw_epoch, key)


def _draw_player(last: int, draw_epoch: Callable[[int], None], key: str) -> None:
    state = st.session_state
    if _is_playing(key):
        state[key] = min(state.get(key, 1) + step_size(last), last)
        if state[key] == last:
            state[PLAYING] = None
    with st.container(horizontal=True, vertical_alignment="bottom", key="epoch-player"):
        if last > 1:
            is_playing = _is_playing(key)
            st.button(
                "Pause" if is_playing else "Play",
                icon=":material/pause:" if is_playing else ":material/play_arrow:",
                key="play epochs",
                on_click=_toggle,
                args=(key, last),
            )
            st.slider("Epoch", 1, last, key=key)
    with st.container(key="epoch-pictures"):
        draw_epoch(state.get(key, 1))


def step_size(last: int) -> int:
    """Epochs from one picture to the next, so that a playback takes `MAX_SECONDS` at most."""
    return max(1, round(last * SECONDS_PER_PICTURE / MAX_SECONDS))


def _is_playing(key: str) -> bool:
    return bool(st.session_state.get(PLAYING) == key)


def _toggle(key: str, last: int) -> None:
    """Play from the chosen epoch on, from the first if it is the last; or pause."""
    state = st.session_state
    if _is_playing(key):
        state[PLAYING] = None
        return
    state[PLAYING] = key
    if state.get(key, 1) >= last:
        state[key] = 1
