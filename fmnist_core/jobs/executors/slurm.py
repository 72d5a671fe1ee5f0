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

from fmnist_core.jobs.executors import status
from fmnist_core.jobs.executors.executor import Capacity, Executor, ExecutorError
from fmnist_core.jobs.executors.several_workers import check_workers
from fmnist_core.jobs.executors.slurm_worker import SlurmWorker
from fmnist_core.runs import leases, store
from fmnist_core.runs.leases import Lease
from fmnist_core.runs.run import Run
from fmnist_core.settings import get_settings
from fmnist_core.training.recipe import Recipe

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
        from fmnist_core.jobs.executors import slurm_client

        slurm_client.watch()
        found = [(run, leases.read(run.lease_file)) for run in store.list_runs(folder)]
        for run, lease in found:
            if lease is not None and lease.is_active:  # of an earlier dispatcher
                job = slurm_client.find_job(folder, lease.job)
                self._workers[run.id] = SlurmWorker(run, job)
        if not any(lease for _, lease in found):  # what is there belongs to jobs that are over
            shutil.rmtree(slurm_client.job_folder(folder), ignore_errors=True)
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
        if self.is_full(run.path.parent):
            return None
        worker = self._find_worker(run) or self._submit(run)
        if worker is not None:
            self._workers[run.id] = worker
        return worker

    def _find_worker(self, run: Run) -> SlurmWorker | None:
        """The job of the run that an earlier dispatcher has submitted, if Slurm still has it."""
        from fmnist_core.jobs.executors import slurm_client

        lease = leases.read(run.lease_file)
        if lease is None or not lease.job:
            return None
        worker = SlurmWorker(run, slurm_client.find_job(run.path.parent, lease.job))
        return worker if worker.is_in_queue() else None

    def _submit(self, run: Run) -> SlurmWorker | None:
        """Submit the job of a run; `None` if Slurm refuses it, which pages then show."""
        from fmnist_core.jobs.executors import slurm_client

        folder, lease = run.path.parent, Lease(token=uuid.uuid4().hex)
        leases.write(run.lease_file, lease)
        try:
            job = slurm_client.submit(run, lease.token)
        except slurm_client.RefusedError as error:
            self._refused_at = time.monotonic()
            status.report_problem(
                folder,
                f"Slurm refuses the job of a run: {error}. Check [slurm] in lab.toml, {WAY_ON}.",
            )
            with suppress(OSError):
                run.lease_file.unlink()
            return None
        status.clear_problem(folder)
        if leases.read(run.lease_file) == lease:  # else the job has begun and says so itself
            leases.write(run.lease_file, lease.model_copy(update={"job": job.job_id}))
        return SlurmWorker(run, job)
