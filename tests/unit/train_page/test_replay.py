"""A replay moves with the clock, at its speed, until its end."""

from fmnist_core.train_page.replay import Replay

REPLAY = Replay(run_id="a", length=100.0, speed=5, since=10.0)


def test_progress_follows_the_speed_until_the_end() -> None:
    assert REPLAY.seconds(now=12.0) == 10.0
    assert not REPLAY.is_over(now=12.0)
    assert REPLAY.seconds(now=1000.0) == 100.0
    assert REPLAY.is_over(now=1000.0)


def test_another_speed_continues_from_the_same_moment() -> None:
    faster = REPLAY.at_speed(20, now=12.0)
    assert faster.seconds(now=12.0) == 10.0
    assert faster.seconds(now=13.0) == 30.0
