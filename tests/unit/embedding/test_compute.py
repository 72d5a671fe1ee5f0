"""The background computation: what a request leaves in the cache, and how it fails."""

import io
import json
import shutil
import sys

import numpy as np
import pytest

from fmnist_core.embedding import compute, features, layouts, space
from fmnist_core.embedding.space import Space
from fmnist_core.errors import RunError
from fmnist_core.runs import zoo
from fmnist_core.runs.run import Run

SPACE = Space(data="drawn")


@pytest.fixture(autouse=True)
def _short_tsne(monkeypatch):
    monkeypatch.setattr(layouts, "TSNE_EXAGGERATED", 20)
    monkeypatch.setattr(layouts, "TSNE_ITERATIONS", 20)


def test_a_request_for_pixels_leaves_a_map():
    where = SPACE
    compute.run_request(compute.to_request(where, layout="tsne"))
    positions = space.load_arrays(compute.layout_name(where, "tsne"))["positions"]
    assert positions.shape == (60, 2)


def test_a_request_for_features_and_a_map_leaves_both(cnn_lite, monkeypatch):
    monkeypatch.setattr(compute, "WRITE_SECONDS", 0)
    request = compute.to_request(cnn_lite, layout="tsne")
    compute.run_request(request)
    assert features.load_features(cnn_lite).vectors.shape[0] == 60
    assert space.is_cached(compute.layout_name(cnn_lite, "tsne"))
    assert compute.read_progress(request).is_arranging


def test_a_request_for_epochs_leaves_features_of_each():
    run = zoo.get_checkpoint(zoo.EPOCHS_RUN)
    epochs = run.saved_epochs()[:2]
    compute.run_request(compute.to_request(Space(data="drawn", run=run), epochs=epochs))
    found = [features.load_features(Space(data="drawn", run=run, epoch=one)) for one in epochs]
    assert not np.allclose(found[0].vectors, found[1].vectors)


def test_what_is_cached_is_not_computed_again(cnn_lite, monkeypatch):
    compute.run_request(compute.to_request(cnn_lite))
    monkeypatch.setattr(features, "compute_features", lambda *_, **__: pytest.fail("again"))
    compute.run_request(compute.to_request(cnn_lite))


def test_progress_is_read_while_it_runs(cnn_lite, monkeypatch):
    request = compute.to_request(cnn_lite)
    monkeypatch.setattr(compute, "WRITE_SECONDS", 0)
    seen = []
    original = features.compute_features

    def watch(*arguments, progress):
        progress(0.5)
        seen.append(compute.read_progress(request).fraction)
        return original(*arguments, progress=progress)

    monkeypatch.setattr(features, "compute_features", watch)
    compute.run_request(request)
    assert seen == [0.5]


def test_a_damaged_run_ends_with_a_sentence(make_run, monkeypatch):
    run = make_run(finished=True)
    run.weights_file.write_bytes(b"damaged")
    request = compute.to_request(Space(data="drawn", run=run))
    monkeypatch.setattr("sys.stdin", io.StringIO(request))
    with pytest.raises(SystemExit, match=f"{run.id}.* cannot be read"):
        compute.main()


def test_requests_are_json():
    assert json.loads(compute.to_request(SPACE, layout="umap"))["layout"] == "umap"


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    monkeypatch.setattr("sys.stdin", io.StringIO(compute.to_request(SPACE, layout="umap")))
    with pytest.raises(SystemExit, match="umap is not installed"):
        compute.main()


def test_a_damaged_epoch_keeps_no_other_from_being_computed(tmp_path):
    shipped = zoo.get_checkpoint(zoo.EPOCHS_RUN)
    run = Run(shutil.copytree(shipped.path, tmp_path / "run"))
    run.epoch_file(2).write_bytes(b"damaged")
    request = compute.to_request(Space(data="drawn", run=run), epochs=[1, 2, 3])
    with pytest.raises(RunError, match="cannot be read"):
        compute.run_request(request)
    spaces = [Space(data="drawn", run=run, epoch=epoch) for epoch in (1, 2, 3)]
    assert [features.load_features(where) is not None for where in spaces] == [True, False, True]


def test_errors_name_no_folder_of_the_server(make_run, monkeypatch):
    run = make_run(finished=True)
    run.weights_file.write_bytes(b"damaged")
    request = compute.to_request(Space(data="drawn", run=run))
    monkeypatch.setattr("sys.stdin", io.StringIO(request))
    with pytest.raises(SystemExit) as ended:
        compute.main()
    assert str(run.path) not in str(ended.value)
