"""Replay a finished run as if it were live: show only the events before a position.

The position advances with the clock while the replay plays, and can be dragged.
"""

import time
from dataclasses import dataclass, replace

import streamlit as st

SPEEDS = (1, 5, 20, 100)
STEP = 0.1
"""Of the slider, in seconds."""
MAX_INITIAL_DURATION = 20
"""Longest playback at the initial speed, in seconds."""
REPLAY = "replay"
"""Session-state key of this session's replay."""
POSITIONS = "replay positions"
"""Session-state key: the positions that code has lately written to the slider."""
NUM_POSITIONS = 20


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The position and the speed of a replay."""

    run_id: str
    length: float
    """Training seconds of the whole run."""
    speed: int
    from_seconds: float = 0.0
    since: float | None
    """When it was at `from_seconds`, on the monotonic clock; `None` while it is paused."""

    def seconds(self, now: float) -> float:
        """Training seconds shown so far."""
        played = 0.0 if self.since is None else (now - self.since) * self.speed
        return min(self.from_seconds + played, self.length)

    def position(self, now: float) -> float:
        """Where the slider stands: never at 0 while it plays, so that 0 is where the user went."""
        seconds = round(self.seconds(now), 1)
        return seconds if seconds or self.since is None else min(STEP, round(self.length, 1))

    def is_over(self, now: float) -> bool:
        return self.seconds(now) >= self.length

    def at_speed(self, speed: int, now: float) -> "Replay":
        """Continue from the same position at another speed."""
        since = None if self.since is None else now
        return replace(self, speed=speed, from_seconds=self.seconds(now), since=since)

    def paused_at(self, seconds: float) -> "Replay":
        """Stay at this position."""
        return replace(self, from_seconds=min(seconds, self.length), since=None)

    def played(self, now: float) -> "Replay":
        """Play on; from the beginning if it is over."""
        start = 0.0 if self.is_over(now) else self.seconds(now)
        return replace(self, from_seconds=start, since=now)


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
    return replay is not None and replay.since is not None and not replay.is_over(time.monotonic())


def draw_replay(replay: Replay, *, name: str, is_example: bool) -> float:
    """Draw position, speed and buttons of a replay; return the training seconds shown."""
    now = time.monotonic()
    seconds = replay.seconds(now)
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small", key="replaying"
    ):
        label = "Replay of an example" if is_example else "Replay"
        st.badge(label, icon=":material/replay:", color="orange")
        playing = is_playing()
        st.button(
            "Pause" if playing else "Play",
            icon=f":material/{'pause' if playing else 'play_arrow'}:",
            key="play",
            on_click=_toggle,
            width=96,
        )
        key = _position_key(replay.run_id)
        _set_position(key, replay.position(now), is_playing=playing)
        st.slider(
            f"Seconds of training of {name}",
            0.0,
            round(replay.length, 1),
            step=STEP,
            format="%.0f s",
            key=key,
            on_change=_go_to_position,
            args=(key,),
            label_visibility="collapsed",
            width="stretch",
        )
        st.segmented_control(
            "Speed",
            SPEEDS,
            format_func=lambda speed: f"{speed}×",
            label_visibility="collapsed",
            required=True,
            key=_speed_key(replay.run_id),
            on_change=_change_speed,
        )
        st.button("End", icon=":material/close:", help="Show the whole run.", on_click=end_replay)
    return seconds


def _set_position(key: str, seconds: float, *, is_playing: bool) -> None:
    """Move the slider, and record that it was not the user who moved it while it plays."""
    if is_playing:
        positions = [*st.session_state.get(POSITIONS, []), seconds]
        st.session_state[POSITIONS] = positions[-NUM_POSITIONS:]
    st.session_state[key] = seconds


def _go_to_position(key: str) -> None:
    """Stay where the user has dragged the slider to.

    The browser may also send a position back that code had set and has replaced since.
    """
    seconds = st.session_state[key]
    replay: Replay | None = st.session_state.get(REPLAY)
    if replay and seconds not in st.session_state.get(POSITIONS, []):
        st.session_state[REPLAY] = replay.paused_at(seconds)


def _position_key(run_id: str) -> str:
    return f"position {run_id}"


def _speed_key(run_id: str) -> str:
    return f"speed {run_id}"


def _change_speed() -> None:
    replay: Replay = st.session_state[REPLAY]
    speed = st.session_state[_speed_key(replay.run_id)]
    st.session_state[REPLAY] = replay.at_speed(speed, time.monotonic())


def _toggle() -> None:
    replay: Replay | None = st.session_state.get(REPLAY)
    if replay is None:
        return
    now = time.monotonic()
    playing = is_playing()
    st.session_state[REPLAY] = (
        replay.paused_at(replay.seconds(now)) if playing else replay.played(now)
    )
