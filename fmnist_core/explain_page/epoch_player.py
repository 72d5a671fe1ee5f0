"""Play the epochs of a run one after the other: a slider that moves by itself, and its button."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

SECONDS_PER_EPOCH = 1.0
PLAYER = "epoch player"
"""Session-state key of this session's player."""


@dataclass(frozen=True, kw_only=True)
class EpochPlayer:
    """A playback that has begun at one of a run's saved epochs."""

    slider_key: str
    epochs: tuple[int, ...]
    since: float
    """When it was at the first of `epochs`, on the monotonic clock."""

    def epoch(self, now: float) -> int:
        """The epoch to show now."""
        steps = int((now - self.since) / SECONDS_PER_EPOCH)
        return self.epochs[min(steps, len(self.epochs) - 1)]

    def is_over(self, now: float) -> bool:
        return self.epoch(now) == self.epochs[-1]


def is_playing() -> bool:
    """Whether a playback is under way in this session."""
    player: EpochPlayer | None = st.session_state.get(PLAYER)
    return player is not None and not player.is_over(time.monotonic())


def pick_epoch(run_id: str, epochs: Sequence[int]) -> int:
    """Draw the slider and its button; return the epoch, at first the first one."""
    if len(epochs) == 1:
        return epochs[0]
    key = f"epoch of {run_id} {len(epochs)}"
    player: EpochPlayer | None = st.session_state.get(PLAYER)
    if player is not None and player.slider_key == key:
        now = time.monotonic()
        st.session_state[key] = player.epoch(now)
        if player.is_over(now):
            _pause()
    is_moving = is_playing()
    with st.container(key="epoch-player", horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Pause" if is_moving else "Play",
            icon=":material/pause:" if is_moving else ":material/play_arrow:",
            key="play epochs", type="primary",
            on_click=_pause if is_moving else _play, args=() if is_moving else (key, epochs),
        )  # fmt: skip
        epoch: int = st.select_slider("Epoch", epochs, key=key, on_change=_pause)
    return epoch


def _play(slider_key: str, epochs: Sequence[int]) -> None:
    """Play from the slider's epoch on; from the first one if it is at the end."""
    start = list(epochs).index(st.session_state.get(slider_key, epochs[0]))
    remaining = epochs[start:] if start < len(epochs) - 1 else epochs
    st.session_state[PLAYER] = EpochPlayer(
        slider_key=slider_key, epochs=tuple(remaining), since=time.monotonic()
    )


def _pause() -> None:
    st.session_state.pop(PLAYER, None)
