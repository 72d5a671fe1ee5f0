"""Follow a job of Slurm: whether it still waits or trains, and why it has ended."""

from contextlib import suppress
from typing import TYPE_CHECKING

from fmnist_core.jobs.executors.executor import SAVED
from fmnist_core.runs import event_log, leases
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events

if TYPE_CHECKING:
    from submitit.core.core import Job

WAITING = ("PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT")
ALIVE = (
    *WAITING, "READY", "CONFIGURING", "RUNNING", "COMPLETING", "RESIZING", "SIGNALING",
    "STAGE_OUT", "STOPPED", "SUSPENDED",
)  # fmt: skip
UNCERTAIN = ("UNKNOWN", "PREEMPTED")
"""Accounting is late or off, or the job may still be requeued: then its lease tells."""
CAUSES = {
    "OUT_OF_MEMORY": "its memory ran out. Give runs more: memory_gigabytes below [slurm] in "
    "lab.toml",
    "TIMEOUT": "its time was over. Give runs more: minutes below [slurm] in lab.toml",
    "NODE_FAIL": "its node failed",
    "CANCELLED": "somebody canceled it in Slurm",
    "PREEMPTED": "another job needed its node",
    "FAILED": "its process ended early, perhaps because it was killed",
    "FINISHED": "its process ended early, perhaps because it was killed",
}
"""By the state of the job; `FINISHED` is that of submitit's own processes, whatever their end."""


class SlurmWorker:
    """A run's job."""

    def __init__(self, run: Run, job: "Job[None]") -> None:
        self._run = run
        self._job = job
        self._state = ""
        self._has_ended = False
        self._was_active = False

    def has_ended(self) -> bool:
        """Whether the job has given the run back, or Slurm knows that it is gone."""
        if not self._has_ended and self._is_over():
            self._has_ended = True
            self._remove_files()
        return self._has_ended

    def failure(self) -> str:
        cause = CAUSES.get(self._state, f"its state in Slurm is {self._state or 'unknown'}")
        return f"The job that trained the run has ended: {cause}. {SAVED}"

    def is_in_queue(self) -> bool:
        """Whether Slurm still has the job, waiting or running."""
        return self._read_state() in ALIVE

    def _is_over(self) -> bool:
        lease = leases.read(self._run.lease_file)
        if lease is None:  # it has given the run back, or the run was canceled and deleted
            if not self._run.path.exists():
                self._cancel()
            return True
        self._was_active = self._was_active or lease.is_active
        if lease.renewed_at is None and self._run.state() is RunState.STOPPED:
            self._cancel()  # it was canceled before it started
            return True
        state = self._read_state()
        if state in WAITING and self._run.state() is RunState.INTERRUPTED:
            # Slurm has killed the job and requeued it, without a signal that it could obey.
            with suppress(OSError):
                self._run.append_event(events.Queued(at=utc_now()))
        if state in UNCERTAIN:
            return self._was_active and not lease.is_active
        return state not in ALIVE

    def _read_state(self) -> str:
        """As Slurm calls it, without what follows, as in `CANCELLED by 1000`."""
        self._state = self._job.state.split()[0].upper() if self._job.state else ""
        return self._state

    def _cancel(self) -> None:
        with suppress(OSError):
            self._job.cancel(check=False)

    def _remove_files(self) -> None:
        """Remove the lease, and what submitit has kept; a job that died leaves its output."""
        with suppress(OSError):
            last = event_log.last_event(self._run.events_file)
            has_died = not self._run.report_file.exists() and not isinstance(last, events.Stopped)
            if has_died and self._run.path.exists() and self._job.paths.stderr.exists():
                with self._run.log_file.open("ab") as log:
                    log.write(self._job.paths.stderr.read_bytes())
            self._run.lease_file.unlink(missing_ok=True)  # it must not go on without being followed
            for file in self._job.paths.folder.glob(f"{self._job.job_id}_*"):
                file.unlink(missing_ok=True)
            for link in self._job.paths.folder.glob(".submission_file_*"):
                if not link.exists():  # it led to the script of a job that is over
                    link.unlink(missing_ok=True)
