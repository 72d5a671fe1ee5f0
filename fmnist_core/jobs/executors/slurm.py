"""Train on a cluster with Slurm, through submitit: each run is a job that writes the run folder.

The folder of the runs, this project and its environment lie on a file system that the nodes share.
What is submitted, and in which order, is still decided by the queue: Slurm gets only as many runs
at once as the settings say.
"""

import importlib.util
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmnist_core.jobs.executors import status
from fmnist_core.jobs.executors.executor import Capacity, Executor, ExecutorError
from fmnist_core.jobs.executors.several_workers import check_workers, uses_gpus
from fmnist_core.jobs.executors.slurm_worker import SlurmWorker
from fmnist_core.runs import leases, store
from fmnist_core.runs.leases import Lease
from fmnist_core.runs.run import Run
from fmnist_core.settings import get_settings
from fmnist_core.training.recipe import Recipe

if TYPE_CHECKING:
    from submitit.core.core import Job

MAX_TIMEOUTS = 1000
"""How often a job may reach its time limit and be requeued."""
POLL_SECONDS = 15
"""Slurm is asked at most so often, for all jobs at once."""
RETRY_SECONDS = 15.0
"""After which a job is submitted again that Slurm has refused."""
WAY_ON = "or let runs train on this machine: FMNIST_EXECUTOR=local"


class SlurmExecutor(Executor):
    """As many jobs at once as the settings say, of one run each."""

    def __init__(self) -> None:
        self._workers: dict[str, SlurmWorker] = {}
        self._refused_at = float("-inf")

    def capacity(self, folder: Path) -> Capacity:
        del folder
        slurm = get_settings().slurm
        return Capacity(num_slots=slurm.jobs, num_gpus=slurm.jobs * slurm.gpus)

    def check(self, recipe: Recipe) -> None:
        self._require_slurm()
        check_workers(
            recipe,
            num_gpus=get_settings().slurm.gpus,
            num_cores=recipe.workers,  # a job gets as many as it asks for
            where="A job on Slurm",
        )

    def _require_slurm(self) -> None:
        if importlib.util.find_spec("submitit") is None:
            raise ExecutorError(
                f"Runs on Slurm need submitit: pip install -r requirements-cluster.txt, {WAY_ON}."
            )
        is_missing = shutil.which("sbatch") is None or shutil.which("srun") is None
        if get_settings().slurm.cluster == "slurm" and is_missing:
            raise ExecutorError(
                "This machine has no sbatch and srun, so it cannot submit jobs to Slurm: start the "
                f"app on a login node of the cluster, {WAY_ON}."
            )

    @contextmanager
    def connect(self, folder: Path) -> Iterator[None]:
        self._require_slurm()
        import submitit

        from fmnist_core.jobs.executors.slurm_watcher import QueueWatcher

        submitit.SlurmJob.watcher = QueueWatcher(delay_s=POLL_SECONDS)
        for run in store.list_runs(folder):
            lease = leases.read(run.lease_file)
            if lease is not None and lease.is_active:  # of an earlier dispatcher
                self._workers[run.id] = SlurmWorker(run, self._job(folder, lease.job))
        yield

    def is_full(self, folder: Path) -> bool:
        """In a job, which has submitted nothing itself, the leases tell what trains."""
        if time.monotonic() - self._refused_at < RETRY_SECONDS:
            return True
        if self._workers:
            num_jobs = sum(not worker.has_ended() for worker in self._workers.values())
        else:
            num_jobs = sum(leases.is_active(run.lease_file) for run in store.list_runs(folder))
        return num_jobs >= get_settings().slurm.jobs

    def start(self, run: Run) -> SlurmWorker | None:
        """Submit a run, or return to its job if an earlier dispatcher has submitted it."""
        folder = run.path.parent
        if self.is_full(folder):
            return None
        lease = leases.read(run.lease_file)
        if lease is not None and lease.job:
            worker = SlurmWorker(run, self._job(folder, lease.job))
            if worker.is_in_queue():
                self._workers[run.id] = worker
                return worker
        job = self._submit(run)
        if job is None:
            return None
        self._workers[run.id] = SlurmWorker(run, job)
        return self._workers[run.id]

    def _submit(self, run: Run) -> "Job[None] | None":
        """Submit the job of a run; `None` if Slurm refuses it, which pages then show."""
        from submitit.core.utils import FailedJobError, FailedSubmissionError
        from submitit.helpers import clean_env

        from fmnist_core.jobs.executors.slurm_job import TrainRun

        folder, token = run.path.parent, uuid.uuid4().hex
        leases.write(run.lease_file, Lease(token=token))
        try:
            with clean_env():  # the app itself may run in a job
                job = self._submitter(folder, run.recipe()).submit(TrainRun(str(run.path), token))
        except (FailedJobError, FailedSubmissionError) as error:
            lines = str(error).strip().splitlines() or ["no reason given"]
            self._refused_at = time.monotonic()
            status.report_problem(
                folder,
                f"Slurm refuses the job of run {run.id}: {lines[-1].strip()}. Check [slurm] in "
                f"lab.toml, {WAY_ON}.",
            )
            with suppress(OSError):
                run.lease_file.unlink()
            return None
        status.clear_problem(folder)
        lease = leases.read(run.lease_file)
        if lease is not None and lease.renewed_at is None:  # else the job has said so itself
            leases.write(run.lease_file, Lease(token=token, job=job.job_id))
        return job

    def _submitter(self, folder: Path, recipe: Recipe) -> Any:
        """submitit's executor, with the parameters of the settings."""
        import submitit

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

    def _job(self, folder: Path, job_id: str) -> "Job[None]":
        """The job with this id, which another process has submitted."""
        import submitit

        is_slurm = get_settings().slurm.cluster == "slurm"
        return (submitit.SlurmJob if is_slurm else submitit.LocalJob)(job_folder(folder), job_id)


def job_folder(folder: Path) -> Path:
    """Where submitit keeps scripts, arguments and output of the jobs of these runs."""
    return folder / ".slurm"
