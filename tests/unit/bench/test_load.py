"""What the sessions draw can be read, and what they saw is summarized."""

import base64
import io

import numpy as np
import psutil
import pytest
from PIL import Image

from fmnist_core.bench import load
from fmnist_core.bench.load import Load
from fmnist_core.preprocessing.sketch import read_canvas


@pytest.fixture
def idle_load():
    return Load("http://127.0.0.1:9", 0.0, psutil.Process())


def test_drawings_are_sketches_on_the_canvas():
    png = load.drawings()[0]["drawing"]["data"].partition(",")[2]
    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        sketch = read_canvas(np.array(image))
    assert image.size == (load.EDGE, load.EDGE)
    assert not sketch.is_empty


def test_requests_are_summarized(idle_load):
    for seconds in range(1, 101):
        idle_load.record("Home", seconds)
    (row,) = idle_load.page_rows(30)
    assert (row["request"], row["times"], row["median_seconds"]) == ("Home", 100, 50.5)
    assert row["p95_seconds"] == pytest.approx(95, abs=1)


def test_a_session_without_a_server_is_lost(idle_load):
    async def visit():
        await idle_load.run(2, 0.2)

    load.asyncio.run(visit())
    assert idle_load.num_lost == 2
    assert idle_load.server_row(2)["errors"] == 2
