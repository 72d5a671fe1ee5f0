"""The player steps through the epochs, also through many of them in a bearable time."""

import pytest

from fmnist_core.compare_page import epoch_player


@pytest.mark.parametrize(("last", "step"), [(2, 1), (8, 1), (60, 1), (200, 5)])
def test_playback_is_not_too_long(last, step):
    assert epoch_player.step_size(last) == step
    assert last / step * epoch_player.SECONDS_PER_PICTURE <= 1.5 * epoch_player.MAX_SECONDS
