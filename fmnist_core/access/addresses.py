"""The address at which a class reaches this machine, and its QR code, drawn on this machine."""

import io
import ipaddress
import socket
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlencode, urlsplit, urlunsplit

import psutil
import segno

CODE = "code"
"""Name of the query parameter that carries the class code, for phones that scan a QR code."""
QUIET_ZONE = 3
"""Modules of white around a QR code."""


def is_loopback(address: str) -> bool:
    """Whether only this machine itself can connect to this address (an IP address or a name)."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:  # a name, a UNIX socket, or none, which stands for every address
        return address == "localhost"


def network_address() -> str:
    """This machine's IP address in its local network; `localhost` if it has none."""
    # Connecting a UDP socket sends nothing: it asks the operating system for the way out, here to
    # an address that is reserved for documentation (RFC 5737).
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address: str = probe.getsockname()[0]
        except OSError:  # a network without a way out, such as a hot spot of this machine
            address = next(_interface_addresses(), "localhost")
    return "localhost" if is_loopback(address) else address


def class_url(seen: str, *, configured: str = "") -> str:
    """The address to give to a class: the configured one, or the one in the teacher's browser.

    If that is `localhost`, which means another machine on each machine, this machine's own address
    in the network takes its place.
    """
    if configured:
        return configured.rstrip("/")
    parts = urlsplit(seen)
    host = parts.hostname or "localhost"
    if is_loopback(host):
        host = network_address()
    elif ":" in host:
        host = f"[{host}]"
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme or "http", host + port, parts.path.rstrip("/"), "", ""))


def with_code(url: str, code: str) -> str:
    """The address that also enters the class code."""
    return f"{url}/?{urlencode({CODE: code})}"


@lru_cache(maxsize=16)
def qr_image(text: str) -> str:
    """A QR code as an SVG image, as a data URL; black on white, which every phone reads."""
    code = segno.make(text, error="m", micro=False)
    url: str = code.svg_data_uri(border=QUIET_ZONE, light="#fff", xmldecl=False, omitsize=True)
    return url


def qr_text(text: str) -> str:
    """A QR code for a terminal, two modules in each character."""
    drawn = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue().rstrip("\n")


def _interface_addresses() -> Iterator[str]:
    """IPv4 addresses of the network interfaces, without loopback and self-assigned ones."""
    for interface in psutil.net_if_addrs().values():
        for entry in interface:
            if entry.family == socket.AF_INET:
                address = ipaddress.ip_address(entry.address)
                if not (address.is_loopback or address.is_link_local):
                    yield str(address)
