"""Play the epochs of a run one after the other, or pick one with a slider.

While it plays, a progress bar takes the slider's place: a rerun that the browser began earlier
would bring the slider's old value back (Streamlit 1.67). For the same reason the slider that comes
after it is a new one.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

SECONDS_PER_EPOCH = 1.0
PLAYER = "epoch player"
"""Session-state key of this session's player."""


@dataclass(frozen=True, kw_only=True)
class EpochPlayer:
    """A playback that has begun at one of a run's saved epochs."""

    key: str
    """Identifies what is played."""
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
    """Draw the button and the slider; return the epoch, at first the first one."""
    if len(epochs) == 1:
        return epochs[0]
    key, now = f"epoch of {run_id} {len(epochs)}", time.monotonic()
    player: EpochPlayer | None = st.session_state.get(PLAYER)
    if player is not None and player.key == key and player.is_over(now):
        _stop(player, now)
        player = None
    with st.container(key="epoch-player"):
        button, track = st.container(width="content"), st.container()
        if player is not None and player.key == key:
            epoch = player.epoch(now)
            track.progress(
                epochs.index(epoch) / (len(epochs) - 1), text=f"Epoch {epoch} of {epochs[-1]}"
            )
            button.button(
                "Pause", icon=":material/pause:", key="play epochs", type="primary", on_click=_pause
            )
        else:
            epoch = _draw_slider(track, key, epochs)
            button.button(
                "Play", icon=":material/play_arrow:", key="play epochs", type="primary",
                on_click=_play, args=(key, epochs, epoch),
            )  # fmt: skip
    return epoch


def _draw_slider(container: DeltaGenerator, key: str, epochs: Sequence[int]) -> int:
    version, start = st.session_state.get(key, (0, epochs[0]))
    epoch: int = container.select_slider(
        "Epoch", epochs, value=start, key=f"{key} slider {version}"
    )
    return epoch


def _play(key: str, epochs: Sequence[int], epoch: int) -> None:
    """Play from this epoch on; from the first one if it is the last."""
    start = epochs.index(epoch)
    remaining = epochs[start:] if start < len(epochs) - 1 else epochs
    st.session_state[PLAYER] = EpochPlayer(key=key, epochs=tuple(remaining), since=time.monotonic())


def _pause() -> None:
    player: EpochPlayer | None = st.session_state.get(PLAYER)
    if player is not None:
        _stop(player, time.monotonic())


def _stop(player: EpochPlayer, now: float) -> None:
    """Go on with a new slider, at the epoch that is shown."""
    version, _ = st.session_state.get(player.key, (0, 0))
    st.session_state[player.key] = version + 1, player.epoch(now)
    st.session_state.pop(PLAYER, None)
