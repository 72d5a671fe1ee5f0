"""Fetching: what broke off is gone on with, and half a file is never taken for whole."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from torchvision.datasets import FashionMNIST

from fmnist_core.data import cache, download, sources
from fmnist_core.errors import DataError

pytestmark = pytest.mark.usefixtures("no_data_sources")


@pytest.fixture
def local_mirror(archives, monkeypatch):
    """A real HTTP server in Zalando's place; each name in its list breaks off once."""
    break_off_once = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.removeprefix("/")
            content = archives[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            is_probe = self.headers["Method"] == "HEAD"  # torchvision looks for redirects first
            if name in break_off_once and not is_probe:
                break_off_once.remove(name)
                content = content[: len(content) // 2]
            self.wfile.write(content)

        def log_message(self, *_):
            """Says nothing."""

    resources = [(name, hashlib.md5(content).hexdigest()) for name, content in archives.items()]
    monkeypatch.setattr(FashionMNIST, "resources", resources)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setattr(FashionMNIST, "mirrors", [address])
        yield break_off_once
        server.shutdown()


@pytest.mark.usefixtures("local_mirror")
def test_fetches_from_the_mirror(tiny_dataset):
    folder = download.download_fashion_mnist()
    assert folder == sources.fashion_mnist_cache()
    assert np.array_equal(sources.load_images()[0], tiny_dataset[0])
    assert not download.staging_folder().exists()


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_transfer_that_breaks_off_is_taken_up_again(local_mirror, tiny_dataset, name):
    local_mirror.append(name)
    with pytest.raises(DataError, match=r"The download failed .* Try again"):
        download.download_fashion_mnist()
    assert sources.available_source() is None
    download.download_fashion_mnist()
    assert np.array_equal(sources.load_images()[0], tiny_dataset[0])


def test_what_has_arrived_is_not_fetched_twice(archives):
    arrived = []

    def half_download(staging):
        for name, content in archives.items():
            if not (staging / name).exists():
                arrived.append(name)
                (staging / name).write_bytes(content)
                if len(arrived) == 2:
                    raise ConnectionResetError("The line went dead")

    with pytest.raises(DataError, match="The line went dead"):
        download.download_fashion_mnist(download=half_download)
    assert download.num_bytes_downloaded() == sum(len(archives[name]) for name in arrived)
    download.download_fashion_mnist(download=half_download)
    assert arrived == list(archives)


def test_half_an_archive_is_never_taken_for_whole(archives):
    def half_download(staging):
        for name, content in archives.items():
            (staging / name).write_bytes(content[:-20])

    with pytest.raises(DataError, match="cannot be read"):
        download.download_fashion_mnist(download=half_download)
    assert sources.available_source() is None
    assert not download.staging_folder().exists()


def test_a_cache_that_is_there_is_replaced(archives, tiny_dataset):
    cache.save(sources.fashion_mnist_cache(), tiny_dataset[0][::-1], tiny_dataset[1])
    download.download_fashion_mnist(download=lambda staging: _put(staging, archives))
    assert np.array_equal(sources.load_images()[0], tiny_dataset[0])


def test_unwritable_cache_is_said(archives, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="The download failed"):
        download.download_fashion_mnist(download=lambda staging: _put(staging, archives))


def _put(staging, archives):
    for name, content in archives.items():
        (staging / name).write_bytes(content)
