"""Where the Ray cluster is, and whether it answers; without importing Ray."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

PREFIX = "ray://"
DEFAULT_PORT = 6379
ADDRESS_VARIABLE = "RAY_ADDRESS"
CONNECT_SECONDS = 1.0


@dataclass(frozen=True)
class Address:
    """Host and port of the cluster's head (its global control service, GCS)."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def answers(self) -> bool:
        """Whether something accepts connections there; waits at most `CONNECT_SECONDS`."""
        try:
            socket.create_connection((self.host, self.port), CONNECT_SECONDS).close()
        except OSError:
            return False
        return True


def find_address(name: str) -> Address | None:
    """The address in `ray://host:port`, or of the cluster that this machine has joined.

    `None` if no name is given and this machine is part of no cluster.
    """
    return _parse(name.removeprefix(PREFIX) or _joined_cluster())


def _parse(text: str) -> Address | None:
    host, _, port = text.strip().partition(":")
    if not host or not (port or str(DEFAULT_PORT)).isdigit():
        return None
    return Address(host, int(port or DEFAULT_PORT))


def _joined_cluster() -> str:
    """What `ray start` has written on this machine: the address of the cluster it has joined."""
    if from_environment := os.environ.get(ADDRESS_VARIABLE):
        return from_environment.removeprefix(PREFIX)
    try:
        folder = Path(os.environ.get("RAY_TMPDIR") or "/tmp")
        return (folder / "ray" / "ray_current_cluster").read_text()
    except (OSError, UnicodeDecodeError):
        return ""
