"""The address of a class: reachable from other machines, drawn as a QR code."""

import socket

import pytest

from fmnist_core.access import addresses


@pytest.mark.parametrize(
    ("address", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.0.1.1", True), ("::1", True), ("", False),
     ("0.0.0.0", False), ("::", False), ("192.168.1.7", False), ("localhost.example.org", False),
     ("unix:///tmp/app.sock", False)],
)  # fmt: skip
def test_loopback_is_told_from_all_others(address, expected):
    assert addresses.is_loopback(address) is expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("http://localhost:8501/", "http://10.1.2.3:8501"),
        ("http://127.0.0.1:8501", "http://10.1.2.3:8501"),
        ("http://[::1]:8501", "http://10.1.2.3:8501"),
        ("http://192.168.1.7:8501/", "http://192.168.1.7:8501"),
        ("https://lab.school.example", "https://lab.school.example"),
        ("https://school.example/lab/", "https://school.example/lab"),
        ("http://[fd00::7]:8501", "http://[fd00::7]:8501"),
        ("", "http://10.1.2.3"),
    ],
)
def test_the_class_opens_an_address_that_leads_here(seen, expected, monkeypatch):
    monkeypatch.setattr(addresses, "network_address", lambda: "10.1.2.3")
    assert addresses.class_url(seen) == expected


def test_the_configured_address_goes_first():
    url = addresses.class_url("http://localhost:8501", configured="https://lab.example/")
    assert url == "https://lab.example"


def test_network_address_is_no_loopback_unless_there_is_no_network(monkeypatch):
    address = addresses.network_address()
    assert address == "localhost" or not addresses.is_loopback(address)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: (_ for _ in ()).throw(OSError))
    monkeypatch.setattr(addresses.psutil, "net_if_addrs", dict)
    assert addresses.network_address() == "localhost"


def test_the_link_of_a_qr_code_carries_the_class_code():
    assert addresses.with_code("http://a:1", "KFR739") == "http://a:1/?code=KFR739"


def test_qr_codes_are_drawn_here():
    cv2 = pytest.importorskip("cv2")
    import numpy as np

    text = "http://192.168.1.7:8501/?code=KFR739"
    assert addresses.qr_image(text).startswith("data:image/svg+xml")
    lines = addresses.qr_text(text).splitlines()
    halves = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
    rows = [[halves[character][half] for character in line] for line in lines for half in (0, 1)]
    image = 255 * np.kron(np.array(rows, np.uint8), np.ones((8, 8), np.uint8))
    image = np.pad(image, 32, constant_values=255)
    assert cv2.QRCodeDetector().detectAndDecode(image)[0] == text
