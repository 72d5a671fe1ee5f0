"""Show a run again as if it were live: only the moment up to which its events are shown moves."""

import time
from dataclasses import dataclass, replace

import streamlit as st

SPEEDS = (1, 5, 20, 100)


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Where a replay is and how fast it goes."""

    run_id: str
    length: float
    """Training seconds of the whole run."""
    speed: int
    from_seconds: float = 0.0
    since: float
    """On the monotonic clock, when it was at `from_seconds`."""

    def seconds(self, now: float) -> float:
        """Training seconds shown so far."""
        return min(self.from_seconds + (now - self.since) * self.speed, self.length)

    def is_over(self, now: float) -> bool:
        return self.seconds(now) >= self.length

    def at_speed(self, speed: int, now: float) -> "Replay":
        """The same moment, at another speed."""
        return replace(self, speed=speed, from_seconds=self.seconds(now), since=now)


def start(run_id: str, length: float) -> None:
    """Begin in this browser, about twenty seconds long."""
    speed = next((speed for speed in SPEEDS if length / speed <= 20), SPEEDS[-1])
    st.session_state["replay"] = Replay(
        run_id=run_id, length=length, speed=speed, since=time.monotonic()
    )
    st.session_state[_speed_key(run_id)] = speed


def leave() -> None:
    """Show the whole run again."""
    st.session_state.pop("replay", None)


def of(run_id: str) -> Replay | None:
    """The replay of this run in this browser."""
    replay: Replay | None = st.session_state.get("replay")
    return replay if replay and replay.run_id == run_id else None


def is_moving() -> bool:
    """Whether this browser watches a replay that goes on."""
    replay: Replay | None = st.session_state.get("replay")
    return replay is not None and not replay.is_over(time.monotonic())


def panel(replay: Replay) -> float:
    """Say that this is a replay, with its speed and the way out; returns the moment shown."""
    now = time.monotonic()
    shown = replay.seconds(now)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="replaying"):
        st.badge("Replay", icon=":material/replay:", color="orange")
        st.markdown(f"Not live, recorded earlier: {shown:.0f} of {replay.length:.0f} s.")
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
            st.button(
                "Again",
                icon=":material/replay:",
                on_click=_again,
                args=(replay,),
            )
        st.button("End", icon=":material/close:", help="Show the whole run.", on_click=leave)
    return shown


def _speed_key(run_id: str) -> str:
    return f"speed {run_id}"


def _change_speed() -> None:
    replay: Replay = st.session_state["replay"]
    speed = st.session_state[_speed_key(replay.run_id)]
    st.session_state["replay"] = replay.at_speed(speed, time.monotonic())


def _again(replay: Replay) -> None:
    st.session_state["replay"] = replace(replay, from_seconds=0.0, since=time.monotonic())
