"""Interrupted downloads are resumed, and a partial file is never used."""

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
    """An HTTP server in place of Zalando's; the transfer of each name in the list fails once."""
    interrupt_once = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.removeprefix("/")
            content = archives[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            is_probe = self.headers["Method"] == "HEAD"  # torchvision looks for redirects first
            if name in interrupt_once and not is_probe:
                interrupt_once.remove(name)
                content = content[: len(content) // 2]
            self.wfile.write(content)

        def log_message(self, *_):
            """Log nothing."""

    resources = [(name, hashlib.md5(content).hexdigest()) for name, content in archives.items()]
    monkeypatch.setattr(FashionMNIST, "resources", resources)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setattr(FashionMNIST, "mirrors", [address])
        yield interrupt_once
        server.shutdown()


@pytest.mark.usefixtures("local_mirror")
def test_downloads_from_the_mirror(tiny_dataset):
    folder = download.download_fashion_mnist()
    assert folder == sources.fashion_mnist_cache()
    assert np.array_equal(sources.load_images()[0], tiny_dataset[0])
    assert not download.staging_folder().exists()


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_interrupted_transfer_can_be_repeated(local_mirror, tiny_dataset, name):
    local_mirror.append(name)
    with pytest.raises(DataError, match=r"The download failed .* Try again"):
        download.download_fashion_mnist()
    assert sources.available_source() is None
    download.download_fashion_mnist()
    assert np.array_equal(sources.load_images()[0], tiny_dataset[0])


def test_complete_archives_are_not_downloaded_twice(archives):
    downloaded = []

    def download_two(staging):
        for name, content in archives.items():
            if not (staging / name).exists():
                downloaded.append(name)
                (staging / name).write_bytes(content)
                if len(downloaded) == 2:
                    raise ConnectionResetError("Connection lost")

    with pytest.raises(DataError, match="Connection lost"):
        download.download_fashion_mnist(download=download_two)
    assert download.num_bytes_downloaded() == sum(len(archives[name]) for name in downloaded)
    download.download_fashion_mnist(download=download_two)
    assert downloaded == list(archives)


def test_partial_archive_is_never_used(archives):
    def half_download(staging):
        for name, content in archives.items():
            (staging / name).write_bytes(content[:-20])

    with pytest.raises(DataError, match="cannot be read"):
        download.download_fashion_mnist(download=half_download)
    assert sources.available_source() is None
    assert not download.staging_folder().exists()


def test_existing_cache_is_replaced(archives, tiny_dataset):
    cache.save(sources.fashion_mnist_cache(), tiny_dataset[0][::-1], tiny_dataset[1])
    download.download_fashion_mnist(download=lambda staging: _put(staging, archives))
    assert np.array_equal(sources.load_images()[0], tiny_dataset[0])


def test_unwritable_cache_is_reported(archives, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="The download failed"):
        download.download_fashion_mnist(download=lambda staging: _put(staging, archives))


def _put(staging, archives):
    for name, content in archives.items():
        (staging / name).write_bytes(content)
