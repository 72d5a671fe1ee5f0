"""What Streamlit sends to the browser arrives with a place to stand in."""

import tomllib
from collections.abc import Iterator

import pytest
from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import create_reference_msg, populate_hash_if_needed
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from fmnist_core import paths

FRAGMENT = "a fragment"
OPTION = "global.minCachedMessageSize"
LARGE = 5_000_000
"""Bytes; more than any page draws at one place."""


@pytest.fixture
def own_settings() -> Iterator[None]:
    before = config.get_option(OPTION)
    text = (paths.PROJECT / ".streamlit" / "config.toml").read_text()
    config.set_option(OPTION, tomllib.loads(text)["global"]["minCachedMessageSize"])
    yield
    config.set_option(OPTION, before)


def picture(place: list[int]) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(place)
    message.delta.fragment_id = FRAGMENT
    message.delta.new_element.html.body = "x" * LARGE
    populate_hash_if_needed(message)
    return message


def block(place: list[int]) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(place)
    message.delta.fragment_id = FRAGMENT
    message.delta.add_block.allow_empty = True
    return message


@pytest.mark.usefixtures("own_settings")
def test_no_message_is_sent_as_a_reference() -> None:
    assert not picture([0, 0]).metadata.cacheable


def test_the_setting_is_still_needed() -> None:
    """When this fails, Streamlit clears its references too: take the setting and this file out."""
    queue = ForwardMsgQueue()
    queue.enqueue(block([0, 3]))
    queue.enqueue(create_reference_msg(picture([0, 3, 1])))
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[FRAGMENT])
    assert [list(message.metadata.delta_path) for message in queue.flush()] == [[0, 3, 1]]
