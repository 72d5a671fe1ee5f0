"""The address of a cluster, and whether anything answers there."""

import socket

import pytest

from fmnist_core.jobs.executors.ray_cluster import address
from fmnist_core.jobs.executors.ray_cluster.address import Address, find_address


@pytest.fixture(autouse=True)
def joined(tmp_path, monkeypatch):
    """The file in which `ray start` says which cluster this machine has joined."""
    monkeypatch.delenv(address.ADDRESS_VARIABLE, raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    file = tmp_path / "ray" / "ray_current_cluster"
    file.parent.mkdir()
    return file


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ray://head:7000", Address("head", 7000)),
        ("ray://10.0.0.1", Address("10.0.0.1", address.DEFAULT_PORT)),
        ("", None),
        ("ray://head:port", None),
    ],
)
def test_address_is_in_the_name(name, expected):
    assert find_address(name) == expected


def test_without_a_name_it_is_the_cluster_that_this_machine_has_joined(joined, monkeypatch):
    joined.write_text("10.0.0.2:6379\n")
    assert str(find_address("")) == "10.0.0.2:6379"
    monkeypatch.setenv(address.ADDRESS_VARIABLE, "10.0.0.3:6379")
    assert str(find_address("")) == "10.0.0.3:6379"


def test_unreadable_file_is_none(joined):
    joined.write_bytes(b"\xff\xfe")
    assert find_address("") is None


def test_it_answers_while_something_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        listening = Address("127.0.0.1", server.getsockname()[1])
        assert listening.answers()
    assert not listening.answers()
