"""Jobs as the settings say, and one sentence where Slurm is missing or refuses them."""

import importlib.util
import shutil
import stat

import pytest

from fmnist_core.jobs.executors import status
from fmnist_core.jobs.executors.executor import Capacity, ExecutorError
from fmnist_core.jobs.executors.slurm import SlurmExecutor
from fmnist_core.jobs.executors.slurm_client import job_folder
from fmnist_core.runs import leases
from fmnist_core.runs.leases import Lease

SETTINGS = """
[executor]
cpus_per_run = 3
[slurm]
partition = "teaching"
jobs = 2
minutes = 30
"""


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    path = tmp_path / "lab.toml"
    path.write_text(SETTINGS)
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    return path


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """A folder in the path with commands of Slurm: `write(name, script)` adds or changes one."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def write(name, script):
        file = folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(file.stat().st_mode | stat.S_IEXEC)

    monkeypatch.setenv("PATH", str(folder), prepend=":")
    write("srun", "exit 1")
    write("sbatch", "echo Submitted batch job 7")
    write("squeue", "echo '7|PENDING'")
    return write


def script_of(run):
    return (job_folder(run.path.parent) / "7_submission.sh").read_text()


@pytest.mark.usefixtures("commands")
def test_job_has_the_parameters_of_the_settings(make_run):
    run, executor = make_run(), SlurmExecutor()
    with executor.connect(run.path.parent):
        assert not executor.start(run).has_ended()
    flags = [line for line in script_of(run).splitlines() if line.startswith("#SBATCH")]
    for flag in ("partition=teaching", "time=30", "gpus-per-node=1", "cpus-per-task=3", "requeue"):
        assert f"#SBATCH --{flag}" in flags
    assert not any("account" in flag for flag in flags)
    assert "srun" in script_of(run)
    assert leases.read(run.lease_file).job == "7"


@pytest.mark.usefixtures("commands")
def test_run_for_the_processor_gets_no_gpu(make_run):
    run, executor = make_run(device="cpu"), SlurmExecutor()
    with executor.connect(run.path.parent):
        executor.start(run)
    assert "gpus" not in script_of(run)


def test_slurm_gets_no_more_jobs_than_the_settings_say(make_run, commands):
    runs, executor = [make_run() for _ in range(3)], SlurmExecutor()
    commands("squeue", "echo '7|PENDING'; echo '8|PENDING'")
    with executor.connect(runs[0].path.parent):
        assert executor.start(runs[0])
        commands("sbatch", "echo Submitted batch job 8")
        assert executor.start(runs[1])
        assert executor.is_full(runs[0].path.parent)
        assert executor.start(runs[2]) is None


def test_refused_job_is_told_and_submitted_again_later(make_run, commands, monkeypatch):
    run, executor = make_run(), SlurmExecutor()
    folder = run.path.parent
    commands("sbatch", "echo 'sbatch: error: invalid partition specified: teaching' >&2; exit 1")
    with executor.connect(folder):
        assert executor.start(run) is None
        assert executor.is_full(folder)
        problem = status.read(folder).problem
        assert "invalid partition specified: teaching" in problem
        assert "lab.toml" in problem
        assert not run.lease_file.exists()
        monkeypatch.setattr("fmnist_core.jobs.executors.slurm.RETRY_SECONDS", 0)
        commands("sbatch", "echo Submitted batch job 7")
        assert executor.start(run)
        assert status.read(folder).problem == ""


def test_job_of_an_earlier_dispatcher_is_followed_not_repeated(make_run, commands):
    run, executor = make_run(), SlurmExecutor()
    leases.write(run.lease_file, Lease(token="earlier", job="7"))
    commands("sbatch", "exit 1")
    with executor.connect(run.path.parent):
        assert not executor.start(run).has_ended()
    assert leases.read(run.lease_file).token == "earlier"


def test_run_whose_job_is_gone_is_submitted_again(make_run, commands):
    run, executor = make_run(), SlurmExecutor()
    leases.write(run.lease_file, Lease(token="earlier", job="6"))
    commands("squeue", "echo '6|CANCELLED'; echo '7|PENDING'")
    with executor.connect(run.path.parent):
        executor.start(run)
    assert leases.read(run.lease_file).job == "7"


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize("has_lease", [True, False])
def test_files_of_jobs_that_are_over_are_removed_when_none_is_left(make_run, has_lease):
    run = make_run()
    folder = job_folder(run.path.parent)
    folder.mkdir()
    (folder / "6_submission.sh").write_text("#!/bin/bash")
    if has_lease:
        leases.write(run.lease_file, Lease(token="earlier", job="6"))
    with SlurmExecutor().connect(run.path.parent):
        assert folder.exists() == has_lease


def test_in_a_job_the_leases_tell_whether_there_is_room(make_run):
    runs = [make_run(), make_run()]
    folder, executor = runs[0].path.parent, SlurmExecutor()
    with leases.hold(runs[0].lease_file, Lease(token="a")):
        assert not executor.is_full(folder)
        with leases.hold(runs[1].lease_file, Lease(token="b")):
            assert executor.is_full(folder)


def test_capacity_is_that_of_the_settings(tmp_path):
    assert SlurmExecutor().capacity(tmp_path) == Capacity(num_slots=2, num_gpus=2)


@pytest.mark.parametrize("missing", ["sbatch", "srun"])
def test_machine_without_slurm_is_told(recipe, monkeypatch, missing):
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else name)
    with pytest.raises(ExecutorError, match=r"^This machine has no sbatch .*FMNIST_EXECUTOR=local"):
        SlurmExecutor().check(recipe)


def test_missing_submitit_is_told(recipe, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ExecutorError, match=r"pip install -r requirements-cluster\.txt"):
        SlurmExecutor().check(recipe)


def test_without_slurm_jobs_can_be_processes_of_this_machine(recipe, settings, monkeypatch):
    settings.write_text('[slurm]\ncluster = "local"\n')
    monkeypatch.setattr(shutil, "which", lambda _: None)
    SlurmExecutor().check(recipe)
