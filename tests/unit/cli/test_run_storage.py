"""`runs pin`, `runs unpin` and `runs prune`."""

from fmnist_core.runs import deleted_runs, store

RUN_BYTES = 1_000_000


def make_large(make_run):
    run = make_run(finished=True)
    run.weights_file.write_bytes(b"\0" * RUN_BYTES)
    return run


def test_a_pinned_run_is_marked_and_kept(run_command, make_run, runs_folder):
    pinned, other = (make_large(make_run) for _ in range(2))
    assert run_command("runs", "pin", pinned.id).status == 0
    listed = run_command("runs", "list", "--json", "--runs", str(runs_folder)).facts["runs"]
    assert {facts["run"]: facts["pinned"] for facts in listed} == {pinned.id: True, other.id: False}
    assert f"{pinned.id}  finished, pinned" in run_command("runs", "list").out
    facts = run_command("runs", "prune", "--to", "0", "--yes", "--json").facts
    assert facts["deleted"] == [other.id]
    assert facts["bytes"] > RUN_BYTES
    assert store.list_runs(runs_folder) == [pinned]
    assert [entry.run.id for entry in deleted_runs.list_bin(runs_folder)] == [other.id]
    assert "no other run may be deleted" in run_command("runs", "prune", "--to", "0").out
    run_command("runs", "unpin", pinned.id)
    assert not pinned.metadata().pinned


def test_within_the_quota_nothing_is_deleted(run_command, make_run):
    make_run(finished=True)
    assert "none needs to be deleted" in run_command("runs", "prune").out


def test_prune_asks_first(run_command, make_run, runs_folder):
    run = make_large(make_run)
    result = run_command("runs", "prune", "--to", "0")
    assert result.status == 2
    assert "--yes" in result.err
    assert run.id in result.out
    assert store.list_runs(runs_folder) == [run]


def test_an_example_model_needs_no_pin(run_command):
    result = run_command("runs", "pin", "mlp")
    assert result.status == 2
    assert "always stays" in result.err


def test_what_is_no_size_is_refused(run_command):
    for text in ("-1", "nan", "much"):
        assert run_command("runs", "prune", "--to", text).status == 2
