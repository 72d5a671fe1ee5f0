"""Runs travel as zip archives; from a hostile one, nothing reaches the runs folder."""

import io
import json
import stat
import zipfile

import pytest
import torch

from fmnist_core.errors import DataError, RunError
from fmnist_core.runs import archive, store, weights
from fmnist_core.runs.run import RunState
from fmnist_core.training.state import build_model
from tests import factories


@pytest.fixture
def run(make_finished_run):
    """A finished run with weights, also those of one epoch."""
    run = make_finished_run(*factories.training_events(), model="cnn-lite")
    state = build_model(run.recipe(), torch.device("cpu")).state_dict()
    for file in (run.weights_file, run.epoch_file(1)):
        weights.write_tensors(file, state)
    return run


@pytest.fixture
def target(tmp_path):
    """The runs folder of another machine."""
    return tmp_path / "other" / "runs"


def import_bytes(content: bytes, folder, **options):
    return archive.import_run(io.BytesIO(content), name="run.zip", folder=folder, **options)


def unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def pack(files: dict[str | zipfile.ZipInfo, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return content.getvalue()


def assert_nothing_is_left(folder):
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("created", "kept"),
    [
        ("2025-11-24T10:00:00+00:00", True),
        ("2025-11-24T10:00:00", True),
        ("9999-12-31T23:59:59-14:00", False),
        ("9999-12-31", False),
        ("soon", False),
    ],
)
def test_no_run_of_the_future_leads_all_lists_for_good(run, target, created, kept):
    files = unpack(archive.export_bytes(run))
    about = json.loads(files[f"{run.id}/about.json"]) | {"created": created}
    future = {name.replace(run.id, "99991231-235959-999999-ffff"): files[name] for name in files}
    future["99991231-235959-999999-ffff/about.json"] = json.dumps(about).encode()
    imported = import_bytes(pack(future), target)
    assert imported.run.id < "9999"
    assert imported.run.metadata().created == (created if kept else "")


def test_imported_run_keeps_everything_and_belongs_to_the_importer(run, target):
    imported = import_bytes(archive.export_bytes(run), target, owner="ada")
    assert (imported.run.id, imported.old_id) == (run.id, None)
    copied = {path.relative_to(run.path) for path in run.path.rglob("*.*") if path.is_file()}
    assert run.epoch_file(1).relative_to(run.path) in copied
    for name in copied - {run.metadata_file.relative_to(run.path)}:
        if not name.name.startswith("."):
            assert (imported.run.path / name).read_bytes() == (run.path / name).read_bytes()
    metadata = imported.run.metadata()
    assert (metadata.name, metadata.by, metadata.owner) == ("Ada's first", "Ada", "ada")
    assert metadata.imported
    assert imported.run.state() is RunState.FINISHED


def test_run_whose_id_is_taken_gets_a_new_one(run):
    imported = import_bytes(archive.export_bytes(run), run.path.parent)
    assert imported.old_id == run.id
    assert {other.id for other in store.list_runs(run.path.parent)} == {run.id, imported.run.id}


def test_archive_tells_neither_owner_nor_this_machine(run):
    run.write_metadata(run.metadata().model_copy(update={"owner": "secret"}))
    run.log_file.write_text("secret")
    files = unpack(archive.export_bytes(run))
    assert not any(b"secret" in content for content in files.values())
    assert not any(name.endswith((".settings.json", "worker.log")) for name in files)


def test_a_pin_is_not_imported(run, target):
    store.pin_run(run, pinned=True)
    files = unpack(archive.export_bytes(run))
    name = f"{run.id}/{run.metadata_file.name}"
    metadata = json.loads(files[name])
    assert not metadata["pinned"]
    files[name] = json.dumps(metadata | {"pinned": True}).encode()
    assert not import_bytes(pack(files), target).run.metadata().pinned


@pytest.mark.parametrize("is_running", [True, False])
def test_run_that_trains_or_waits_is_not_exported(make_run, is_running):
    run = make_run()
    lock = run.lock()
    if is_running:
        lock.acquire()
    with pytest.raises(RunError, match="Only a run that has ended can be exported"):
        archive.export_bytes(run)
    lock.release()


def test_imported_recipe_does_not_start_to_train(make_run, target):
    run = make_run()
    imported = import_bytes(pack({"recipe.json": run.recipe_file.read_bytes()}), target).run
    assert imported.state() is RunState.STOPPED
    assert archive.RUN_ID.fullmatch(imported.id)


def test_stopped_run_can_be_continued(make_run, target):
    run = make_run(factories.started(), factories.stopped())
    imported = import_bytes(archive.export_bytes(run), target).run
    assert imported.state().is_resumable
    assert imported.environment_file.exists()


def test_folder_that_was_zipped_by_hand_is_imported(run, target):
    files = unpack(archive.export_bytes(run))
    files |= {
        f"{run.id}/.settings.json": b'{"FMNIST_DATA_DIR": "/elsewhere"}',
        f"{run.id}/worker.log": b"log",
        f"__MACOSX/{run.id}/._recipe.json": b"",
        f"{run.id}/.DS_Store": b"",
        f"{run.id}/epochs/": b"",
    }
    imported = import_bytes(pack({f"my runs/{name}": data for name, data in files.items()}), target)
    assert imported.run.id == run.id
    assert not (imported.run.path / ".settings.json").exists()


LINK = zipfile.ZipInfo("run/events.jsonl")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16
HOSTILE_ENTRIES = {
    "climbs": {"run/../../evil": b""},
    "absolute": {"/etc/evil": b""},
    "drive": {"C:\\evil": b""},
    "backslash": {"run\\..\\..\\evil": b""},
    "link": {LINK: b"/etc/passwd"},
    "pickle": {"run/model.pt": b"\x80\x04."},
    "code": {"run/sitecustomize.py": b"print()"},
    "environment": {"run/epochs/.settings.json": b"{}"},
    "beside": {"other/report.json": b"{}"},
    "two runs": {"other/recipe.json": b"{}"},
    "epoch 0": {"run/epochs/epoch-0000.safetensors": b""},
    "large JSON": {"run/about.json": b'{"name": "' + bytes(10**6)},
    "bomb": {"run/model.safetensors": bytes(20 * 10**6)},
    "many": {f"run/epochs/epoch-{number:04d}.safetensors": b"" for number in range(1, 300)},
}


@pytest.mark.parametrize("entries", HOSTILE_ENTRIES.values(), ids=HOSTILE_ENTRIES)
def test_hostile_archive_is_refused_and_leaves_nothing(make_run, target, entries):
    recipe = {"run/recipe.json": make_run().recipe_file.read_bytes()}
    with pytest.raises(DataError, match=r"^run\.zip"):
        import_bytes(pack(recipe | entries), target)
    assert_nothing_is_left(target)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_file_that_comes_twice_is_refused(make_run, target):
    recipe = make_run().recipe_file.read_bytes()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        zipped.writestr("recipe.json", recipe)
        zipped.writestr("about.json", b"{}")
        zipped.writestr("about.json", b"{}")
    with pytest.raises(DataError, match=r"holds about\.json twice"):
        import_bytes(content.getvalue(), target)


def test_file_that_is_larger_than_it_declares_is_not_unpacked(make_run, target):
    recipe = make_run().recipe_file.read_bytes()
    size, lie = len(recipe).to_bytes(4, "little"), (10).to_bytes(4, "little")
    content = pack({"recipe.json": recipe}).replace(size, lie)
    with pytest.raises(DataError, match="damaged inside its archive"):
        import_bytes(content, target)
    assert_nothing_is_left(target)


@pytest.mark.parametrize("content", [b"", b"PK\5\6", bytes(100), pack({}), pack({"a.png": b""})])
def test_other_files_are_no_runs(content, target):
    with pytest.raises(DataError, match=r"^run\.zip (is damaged or not|holds no run)"):
        import_bytes(content, target)


def test_damaged_run_is_refused_and_leaves_nothing(run, target):
    files = unpack(archive.export_bytes(run))
    name = f"{run.id}/recipe.json"
    recipe = json.loads(files[name])
    with pytest.raises(RunError, match=r"recipe\.json, input_size"):
        import_bytes(pack(files | {name: json.dumps(recipe | {"input_size": 1}).encode()}), target)
    assert_nothing_is_left(target)


def test_full_disk_is_a_sentence(run, target, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_unpack", full)
    with pytest.raises(RunError, match="No space left on device"):
        import_bytes(archive.export_bytes(run), target)
    assert_nothing_is_left(target)
