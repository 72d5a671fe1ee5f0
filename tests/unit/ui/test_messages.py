"""What Streamlit sends to the browser arrives with the container it belongs to."""

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
NUM_BYTES = 5_000_000
"""More than any element of a page takes."""


@pytest.fixture
def app_config() -> Iterator[None]:
    before = config.get_option(OPTION)
    text = (paths.PROJECT / ".streamlit" / "config.toml").read_text()
    config.set_option(OPTION, tomllib.loads(text)["global"]["minCachedMessageSize"])
    yield
    config.set_option(OPTION, before)


def large_element(delta_path: list[int]) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(delta_path)
    message.delta.fragment_id = FRAGMENT
    message.delta.new_element.html.body = "x" * NUM_BYTES
    populate_hash_if_needed(message)
    return message


def block(delta_path: list[int]) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(delta_path)
    message.delta.fragment_id = FRAGMENT
    message.delta.add_block.allow_empty = True
    return message


@pytest.mark.usefixtures("app_config")
def test_no_message_is_sent_as_a_reference() -> None:
    assert not large_element([0, 0]).metadata.cacheable


def test_the_option_is_still_needed() -> None:
    """When this fails, Streamlit clears its references too: remove the option and this file."""
    queue = ForwardMsgQueue()
    queue.enqueue(block([0, 3]))
    queue.enqueue(create_reference_msg(large_element([0, 3, 1])))
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[FRAGMENT])
    assert [list(message.metadata.delta_path) for message in queue.flush()] == [[0, 3, 1]]
