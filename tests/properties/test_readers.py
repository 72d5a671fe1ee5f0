"""Whatever a file holds, its reader returns a value or raises an error that a user may see."""

import io
import json
import random
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fmnist_core.bench.fuzz_targets import TARGETS
from fmnist_core.bench.mutations import JSON_VALUES
from fmnist_core.errors import LabError
from fmnist_core.preprocessing import image_io, zip_uploads
from fmnist_core.runs import archive, event_log
from fmnist_core.runs.event_log import Follower
from fmnist_core.training import history
from fmnist_core.training.recipe import Recipe, field_names, flatten
from tests import factories

SHORT = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NUM_MUTATIONS = {"run": 40}
"""Inputs of each reader that are made from valid files; 150 of the others."""

numbers = st.integers() | st.floats() | st.booleans() | st.none()
values = st.recursive(
    numbers | st.text(max_size=20) | st.sampled_from(JSON_VALUES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
top_fields = sorted({name.partition(".")[0] for name in field_names()})
recipes = st.dictionaries(st.sampled_from(top_fields), values, max_size=6).map(
    lambda changes: {"model": "mlp", **changes}
)
event_values = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["started", "step", "epoch", "phase", "features", "turned"]),
        "step": st.integers(0, 100) | numbers,
        "epoch": st.floats(0, 9) | numbers,
        "seconds": st.floats(0, 9) | numbers,
    },
    optional=dict.fromkeys(
        ("confusion", "value", "eta_seconds", "num_train", "knob", "total", "number"), values
    ),
)
lines = st.binary(max_size=50) | event_values.map(lambda event: json.dumps(event).encode())


def value_or_none(read):
    """What `read` returns, or `None` for an error that a user may see, which has a message."""
    try:
        return read()
    except LabError as error:
        message = str(error)
    assert message
    return None


@pytest.mark.parametrize("key", TARGETS)
@pytest.mark.filterwarnings("ignore")
def test_damaged_file_is_read_or_refused(key, tmp_path):
    target = TARGETS[key]
    seeds = target.seeds()
    for number in range(NUM_MUTATIONS.get(key, 150)):
        content = target.mutate(seeds, random.Random(f"{key} {number}"))
        value_or_none(lambda content=content: target.read(content, tmp_path))


@SHORT
@given(recipes)
def test_any_values_are_a_recipe_or_a_sentence(changes):
    recipe = value_or_none(lambda: Recipe.parse(changes))
    if recipe is None:
        return
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe
    assert flatten(recipe)
    assert recipe.spec.size_problem(recipe.input_spec.size) is None


@SHORT
@given(st.lists(lines, max_size=12), st.integers(1, 60))
def test_log_is_the_same_however_it_grows(log, chunk):
    content = b"\n".join(log) + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.jsonl")
        follower = Follower(path)
        with path.open("ab", buffering=0) as file:
            for start in range(0, len(content), chunk):
                file.write(content[start : start + chunk])
                grown = follower.read()
        assert repr(grown) == repr(Follower(path).read())
        built = history.build_history(grown)
        assert built.seconds >= 0
        assert len(event_log.read_tail(path)) >= (event_log.last_event(path) is not None)


@SHORT
@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda tail: b"\xff\xd8\xff" + tail))
def test_any_bytes_are_an_image_or_a_sentence(content):
    image = value_or_none(lambda: image_io.decode_image(content, name="upload"))
    if image is not None:
        assert image.dtype == np.uint8
        assert image.shape[2:] == (3,)


@SHORT
@given(st.dictionaries(st.text(max_size=30), st.binary(max_size=20), max_size=5))
def test_names_in_an_archive_of_images_are_harmless(files):
    uploads = value_or_none(lambda: zip_uploads.list_uploads([("upload.zip", pack(files))]))
    for upload in uploads or ():
        assert upload.name.isprintable()
        value_or_none(upload.read)


@SHORT
@given(
    st.dictionaries(
        st.text(max_size=30)
        | st.sampled_from(["about.json", "report.json", "../x", "/x", "resume/../x", "a/b", "x.py"])
        | st.sampled_from([*archive.FILE_LIMITS, "epochs/epoch-0001.safetensors"]),
        st.binary(max_size=20),
        max_size=4,
    )
)
def test_archive_writes_nothing_outside_of_its_run(files):
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder, "inner", "runs")
        recipe = factories.make_run(Path(folder, "source")).recipe_file.read_bytes()
        content = pack({**files, "recipe.json": recipe})
        before = {path for path in Path(folder).rglob("*") if not path.is_relative_to(runs.parent)}
        imported = value_or_none(
            lambda: archive.import_run(io.BytesIO(content), name="run.zip", folder=runs)
        )
        if imported is None:
            assert not runs.exists() or list(runs.iterdir()) == []
        else:
            assert list(runs.iterdir()) == [imported.run.path]
            names = {path.name for path in imported.run.path.iterdir()}
            assert names <= {*archive.FILE_LIMITS, "epochs", "resume", ".settings.json", ".lock"}
        after = {path for path in Path(folder).rglob("*") if not path.is_relative_to(runs.parent)}
        assert before == after


def pack(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of names that come twice
        for name, data in files.items():
            # Other encodings of a name than UTF-8, and lone surrogates, are in the mutated files.
            zipped.writestr(zipfile.ZipInfo(name.encode("utf-8", "replace").decode()), data)
    return content.getvalue()
