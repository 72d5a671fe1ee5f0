"""Positions in the URL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist_core.look_inside_page import page_state


@given(st.tuples(*[st.integers(0, 99_999)] * 3))
def test_every_position_is_read_as_it_was_written(position):
    assert page_state.parse_position(",".join(map(str, position))) == position


@given(st.text(max_size=20))
def test_any_text_is_read_without_an_error(text):
    position = page_state.parse_position(text)
    assert position is None or all(part >= 0 for part in position)


@pytest.mark.parametrize(
    "text", ["", "1", "1,2", "1,2,3,4", "a,2,3", "-1,2,3", "1,2,999999", "١,2,3"]
)
def test_anything_but_three_numbers_is_refused(text):
    assert page_state.parse_position(text) is None
