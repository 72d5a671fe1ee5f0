"""Replay a finished run as if it were live: show only the events before an advancing position."""

import time
from dataclasses import dataclass, replace

import streamlit as st

SPEEDS = (1, 5, 20, 100)
MAX_INITIAL_DURATION = 20
"""Longest playback at the initial speed, in seconds."""
REPLAY = "replay"
"""Session-state key of this session's replay."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The progress and the speed of a replay."""

    run_id: str
    length: float
    """Training seconds of the whole run."""
    speed: int
    from_seconds: float = 0.0
    since: float
    """When it was at `from_seconds`, on the monotonic clock."""

    def seconds(self, now: float) -> float:
        """Training seconds shown so far."""
        return min(self.from_seconds + (now - self.since) * self.speed, self.length)

    def is_over(self, now: float) -> bool:
        return self.seconds(now) >= self.length

    def at_speed(self, speed: int, now: float) -> "Replay":
        """Continue from the same position at another speed."""
        return replace(self, speed=speed, from_seconds=self.seconds(now), since=now)


def start_replay(run_id: str, length: float) -> None:
    """Start a replay, fast enough to end within `MAX_INITIAL_DURATION` if some speed is."""
    fast_enough = (speed for speed in SPEEDS if length / speed <= MAX_INITIAL_DURATION)
    speed = next(fast_enough, SPEEDS[-1])
    st.session_state[REPLAY] = Replay(
        run_id=run_id, length=length, speed=speed, since=time.monotonic()
    )
    st.session_state[_speed_key(run_id)] = speed


def end_replay() -> None:
    """Show the whole run again."""
    st.session_state.pop(REPLAY, None)


def get_replay(run_id: str) -> Replay | None:
    """This session's replay of this run."""
    replay: Replay | None = st.session_state.get(REPLAY)
    return replay if replay and replay.run_id == run_id else None


def is_playing() -> bool:
    """Whether a replay is playing in this session."""
    replay: Replay | None = st.session_state.get(REPLAY)
    return replay is not None and not replay.is_over(time.monotonic())


def draw_replay(replay: Replay) -> float:
    """Draw progress, speed and buttons of a replay; return the training seconds shown."""
    now = time.monotonic()
    seconds = replay.seconds(now)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="replaying"):
        st.badge("Replay", icon=":material/replay:", color="orange")
        st.markdown(f"{seconds:.0f} of {replay.length:.0f} s")
        st.segmented_control(
            "Speed",
            SPEEDS,
            format_func=lambda speed: f"{speed}×",
            label_visibility="collapsed",
            required=True,
            key=_speed_key(replay.run_id),
            on_change=_change_speed,
        )
        if replay.is_over(now):
            st.button("Again", icon=":material/replay:", on_click=_restart, args=(replay,))
        st.button("End", icon=":material/close:", help="Show the whole run.", on_click=end_replay)
    return seconds


def _speed_key(run_id: str) -> str:
    return f"speed {run_id}"


def _change_speed() -> None:
    replay: Replay = st.session_state[REPLAY]
    speed = st.session_state[_speed_key(replay.run_id)]
    st.session_state[REPLAY] = replay.at_speed(speed, time.monotonic())


def _restart(replay: Replay) -> None:
    st.session_state[REPLAY] = replace(replay, from_seconds=0.0, since=time.monotonic())
