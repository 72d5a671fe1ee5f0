"""A replay moves with the clock, at its speed, until its end."""

from fmnist_core.train_page.replay import STEP, Replay

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


def test_a_paused_replay_stays_where_it_was_dragged_to() -> None:
    paused = REPLAY.paused_at(40.0)
    assert paused.seconds(now=12.0) == paused.seconds(now=500.0) == 40.0
    assert paused.at_speed(20, now=15.0).seconds(now=500.0) == 40.0
    assert paused.played(now=20.0).seconds(now=22.0) == 50.0


def test_a_replay_that_is_over_plays_from_the_beginning() -> None:
    assert REPLAY.played(now=1000.0).seconds(now=1002.0) == 10.0
    assert REPLAY.paused_at(500.0).is_over(now=0.0)


def test_only_the_user_moves_the_slider_to_the_beginning() -> None:
    assert REPLAY.position(now=10.0) == STEP
    assert REPLAY.position(now=12.0) == 10.0
    assert REPLAY.paused_at(0.0).position(now=12.0) == 0.0
