"""What talks to Slurm, through submitit: submit the jobs of runs, and find those there are."""

from pathlib import Path
from typing import Any

import submitit
from submitit.core.core import Job
from submitit.core.utils import FailedJobError, FailedSubmissionError
from submitit.helpers import clean_env
from submitit.slurm.slurm import SlurmInfoWatcher

from fmnist_core.jobs.executors.several_workers import uses_gpus
from fmnist_core.jobs.executors.slurm_job import TrainRun
from fmnist_core.runs.run import Run
from fmnist_core.settings import get_settings
from fmnist_core.training.recipe import Recipe

MAX_TIMEOUTS = 1000
"""How often a job may reach its time limit and be requeued."""
POLL_SECONDS = 15
"""Slurm is asked at most so often, for all jobs at once."""


class RefusedError(Exception):
    """Slurm does not take the job; the message is its last line."""


class QueueWatcher(SlurmInfoWatcher):
    """The states of this user's jobs, from `squeue`, which every cluster has.

    submitit asks `sacct`, which answers only where accounting is set up. Slurm forgets a job a few
    minutes after its end.
    """

    def _make_command(self) -> list[str] | None:
        if not self._registered - self._finished:
            return None
        return ["squeue", "--me", "--noheader", "--states=all", "--format=%i|%T"]

    def read_info(self, string: bytes | str) -> dict[str, dict[str, str]]:
        """The state by job id, `UNKNOWN` for jobs that are not listed."""
        text = string.decode() if isinstance(string, bytes) else string
        info = {job_id: {"State": "UNKNOWN"} for job_id in self._registered}
        for line in text.splitlines():
            job_id, _, state = line.strip().partition("|")
            info[job_id] = {"State": state}
        return info


def watch() -> None:
    """Learn from now on what Slurm knows about jobs."""
    submitit.SlurmJob.watcher = QueueWatcher(delay_s=POLL_SECONDS)


def submit(run: Run, token: str) -> Job[None]:
    """Submit the job of a run; raises `RefusedError`."""
    try:
        with clean_env():  # the app itself may run in a job
            submitter = make_submitter(run.path.parent, run.recipe())
            return submitter.submit(TrainRun(str(run.path), token))
    except (FailedJobError, FailedSubmissionError) as error:
        lines = str(error).strip().splitlines() or ["no reason given"]
        raise RefusedError(lines[-1].strip().removeprefix("sbatch: error: ")) from error


def make_submitter(folder: Path, recipe: Recipe) -> Any:
    """submitit's executor, with the parameters of the settings."""
    settings = get_settings()
    slurm, cpus = settings.slurm, settings.executor.cpus_per_run * recipe.workers
    submitter = submitit.AutoExecutor(
        job_folder(folder), cluster=slurm.cluster, slurm_max_num_timeout=MAX_TIMEOUTS
    )
    submitter.update_parameters(
        name="fashion-mnist-lab",
        timeout_min=slurm.minutes,
        mem_gb=slurm.memory_gigabytes,
        cpus_per_task=cpus,
        gpus_per_node=recipe.workers if uses_gpus(recipe, num_gpus=slurm.gpus) else None,
        slurm_partition=slurm.partition or None,
        slurm_account=slurm.account or None,
        slurm_additional_parameters={"requeue": True},
        # Since Slurm 22.05, srun does not take this number from sbatch.
        slurm_srun_args=[f"--cpus-per-task={cpus}"],
    )
    return submitter


def find_job(folder: Path, job_id: str) -> Job[None]:
    """The job with this id, which another process has submitted."""
    is_slurm = get_settings().slurm.cluster == "slurm"
    return (submitit.SlurmJob if is_slurm else submitit.LocalJob)(job_folder(folder), job_id)


def job_folder(folder: Path) -> Path:
    """Where submitit keeps scripts, arguments and output of the jobs of these runs."""
    return folder / ".slurm"
