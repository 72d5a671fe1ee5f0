"""A playback moves on by one epoch a second and stops at the last."""

from fmnist_core.explain_page.epoch_player import SECONDS_PER_EPOCH, EpochPlayer

PLAYER = EpochPlayer(key="x", epochs=(1, 2, 4), since=100.0)


def test_it_goes_through_the_epochs_in_their_order():
    times = [100.0, 100.0 + SECONDS_PER_EPOCH, 100.0 + 2 * SECONDS_PER_EPOCH]
    assert [PLAYER.epoch(now) for now in times] == [1, 2, 4]


def test_it_is_over_at_the_last_epoch():
    assert not PLAYER.is_over(100.0 + SECONDS_PER_EPOCH)
    assert PLAYER.is_over(100.0 + 2 * SECONDS_PER_EPOCH)
    assert PLAYER.epoch(1000.0) == 4
