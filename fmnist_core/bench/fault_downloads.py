"""Faults of the network: the connection breaks during the download of the data set."""

import gzip
import hashlib
import io
import os
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np

from fmnist_core.bench.fault import Outcome
from fmnist_core.data import download, idx, sources
from fmnist_core.errors import DataError

NUM_TRAIN, NUM_TEST = 600, 100
FILES = {
    "TRAIN_IMAGES": "train-images-idx3-ubyte",
    "TRAIN_LABELS": "train-labels-idx1-ubyte",
    "TEST_IMAGES": "t10k-images-idx3-ubyte",
    "TEST_LABELS": "t10k-labels-idx1-ubyte",
}
"""The constants of `idx` and the files that they describe."""
RESET = struct.pack("ii", 1, 0)
"""Socket option: closing discards what was not sent, and the other side sees an error."""


class Mirror(ThreadingHTTPServer):
    """Serves the archives; after `bytes_left` of them, the connection breaks once."""

    def __init__(self, archives: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.archives = archives
        self.bytes_left: int | None = None
        self.resets = False
        self.num_sent = 0

    def take(self, content: bytes) -> tuple[bytes, bool]:
        """What is still sent of this content, and whether the connection breaks after it."""
        if self.bytes_left is None or self.bytes_left >= len(content):
            self.bytes_left = None if self.bytes_left is None else self.bytes_left - len(content)
            return content, False
        sent, self.bytes_left = content[: self.bytes_left], None
        return sent, True


class Handler(BaseHTTPRequestHandler):
    """Answers like a mirror of the data set."""

    server: Mirror

    def do_GET(self) -> None:
        content = self.server.archives[self.path.removeprefix("/")]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.headers["Method"] == "HEAD":  # torchvision looks for redirects first
            self.wfile.write(content)
            return
        sent, breaks = self.server.take(content)
        self.server.num_sent += len(sent)
        self.wfile.write(sent)
        self.wfile.flush()
        if breaks and self.server.resets:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def break_downloads(folder: Path, times: int, rng: Random) -> Outcome:
    """Break the connection at random bytes of the download, then try again."""
    generator = np.random.default_rng(rng.randrange(2**32))
    images = generator.integers(0, 256, (NUM_TRAIN + NUM_TEST, 28, 28), dtype=np.uint8)
    labels = (np.arange(len(images)) % 10).astype(np.uint8)
    problems: list[str] = []
    # torchvision draws a progress bar.
    with _mirror(images, labels) as mirror, redirect_stderr(io.StringIO()):
        total = sum(map(len, mirror.archives.values()))
        for number, offset in enumerate(sorted(rng.sample(range(total), times))):
            cache_folder = folder / str(offset)
            with patch.dict(os.environ, {"FMNIST_CACHE_DIR": str(cache_folder)}):
                mirror.bytes_left, mirror.resets, mirror.num_sent = offset, number % 2 == 1, 0
                found = _try_twice(images, labels)
                repeated = mirror.num_sent - total
            largest = max(map(len, mirror.archives.values()))
            found += [f"{repeated} bytes were sent twice"] if repeated > largest else []
            problems += [f"after {offset} of {total} bytes: {one}" for one in found]
    return Outcome(
        times=times, summary="all said so, and complete at the second try", problems=tuple(problems)
    )


def _try_twice(images: np.ndarray, labels: np.ndarray) -> list[str]:
    """Download, fail, and download again; return what went wrong."""
    problems = []
    try:
        download.download_fashion_mnist()
        problems.append("the broken download was not noticed")
    except DataError as error:
        if "Try again" not in str(error):
            problems.append(f"no way on: {error}")
    if sources.available_source() is not None:
        problems.append("incomplete data was offered")
    try:
        download.download_fashion_mnist()
        loaded = sources.load_images()
    except DataError as error:
        return [*problems, f"the second try failed: {error}"]
    if not (np.array_equal(loaded[0], images) and np.array_equal(loaded[1], labels)):
        problems.append("other data was loaded")
    if left := [path.name for path in sources.fashion_mnist_cache().parent.glob(".*")]:
        problems.append(f"{left[0]} is left behind")
    return problems


@contextmanager
def _mirror(images: np.ndarray, labels: np.ndarray) -> Iterator[Mirror]:
    """A mirror of a data set of these images, which takes the place of Fashion-MNIST."""
    from torchvision.datasets import FashionMNIST

    archives = {}
    with ExitStack() as stack:
        parts = (images[:NUM_TRAIN], labels[:NUM_TRAIN], images[NUM_TRAIN:], labels[NUM_TRAIN:])
        described = []
        for (constant, name), items in zip(FILES.items(), parts, strict=True):
            sized = replace(getattr(idx, constant), num_items=len(items))
            content = sized.header + items.tobytes()
            described.append(replace(sized, sha256=hashlib.sha256(content).hexdigest()))
            archives[f"{name}.gz"] = gzip.compress(content, mtime=0)
            stack.enter_context(patch.object(idx, constant, described[-1]))
        stack.enter_context(patch.object(idx, "IDX_FILES", tuple(described)))
        stack.enter_context(patch.object(sources, "DEBIAN_FOLDER", Path("does not exist")))
        stack.enter_context(patch.dict(os.environ))
        os.environ.pop(sources.DATA_DIR_VARIABLE, None)
        checksums = [(name, hashlib.md5(data).hexdigest()) for name, data in archives.items()]
        stack.enter_context(patch.object(FashionMNIST, "resources", checksums))
        mirror = stack.enter_context(Mirror(archives))
        threading.Thread(target=mirror.serve_forever, args=(0.01,), daemon=True).start()
        stack.callback(mirror.shutdown)
        address = f"http://127.0.0.1:{mirror.server_port}/"
        stack.enter_context(patch.object(FashionMNIST, "mirrors", [address]))
        yield mirror
