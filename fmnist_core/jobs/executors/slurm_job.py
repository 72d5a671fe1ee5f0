"""What a job of Slurm does on its node: train a run of the shared folder, perhaps in several parts.

Before its time is over, or before it is preempted, submitit gets a signal and calls `checkpoint`:
the run is saved in the middle of its epoch, and the job is requeued and goes on from there. If a
node fails, the job is requeued, too, and goes on from the last epoch.
"""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from submitit.core.job_environment import JobEnvironment
from submitit.core.utils import DelayedSubmission
from submitit.helpers import Checkpointable

from fmnist_core.runs import environment, event_log, leases
from fmnist_core.runs.leases import HeldLease, Lease
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import Run, RunState, state_after
from fmnist_core.training import events

if TYPE_CHECKING:
    from fmnist_core.jobs.run_recorder import RunRecorder

MOVED = "Slurm needed the node for another job, or its time was over; training goes on from here."
LOST = "The node that trained this run was lost; another one goes on from what was saved."
RESTARTS = "SLURM_RESTART_COUNT"
"""Variable that Slurm sets in a job that it has requeued."""


class TrainRun(Checkpointable):
    """Train the run in this folder, if its lease is still that of this submission."""

    def __init__(self, path: str, token: str, notice: str = "") -> None:
        self.path = path
        self.token = token
        self.notice = notice
        """What the run's log says once training has started."""
        self._recorder: RunRecorder | None = None
        self._held: HeldLease | None = None
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        run = Run(Path(self.path))
        os.environ.update(environment.load(run))
        from fmnist_core.jobs import run_recorder, turns, worker  # load torch

        lease = leases.read(run.lease_file)
        if lease is None or lease.token != self.token:
            return  # it was canceled, or submitted again
        self._queue_again_if_lost(run)
        if not worker.is_waiting(run):
            run.lease_file.unlink(missing_ok=True)
            return
        turns.record_turn(run.path.parent, turns.person_of(run.metadata()))
        mine = Lease(token=self.token, job=JobEnvironment().job_id)
        with leases.hold(run.lease_file, mine) as held, worker.errors_recorded(run):
            self._recorder = run_recorder.RunRecorder(run, notice=self.notice)
            # Signals reach the main thread: it waits, so that `checkpoint` can wait for a snapshot.
            self._thread = threading.Thread(target=self._train, args=(run,), name="training")
            self._held = held
            self._thread.start()
            self._thread.join()

    def checkpoint(self) -> DelayedSubmission:
        """Save the run and submit the rest of it; called by submitit on its signal."""
        from fmnist_core.jobs import worker

        if self._recorder and self._thread and self._held:
            self._recorder.make_room()
            self._thread.join()
            self._held.waits_again = worker.is_waiting(Run(Path(self.path)))
            self._held.end()  # now, as requeueing may end this process at once
            return DelayedSubmission(TrainRun(self.path, self.token, MOVED))
        return DelayedSubmission(TrainRun(self.path, self.token, self.notice))

    def _train(self, run: Run) -> None:
        from fmnist_core.jobs import worker

        assert self._recorder is not None
        with worker.errors_recorded(run):
            self._recorder.train()

    def _queue_again_if_lost(self, run: Run) -> None:
        """If an earlier part of this job was killed, let the run wait again."""
        state = state_after(event_log.last_event(run.events_file))
        if state is RunState.INTERRUPTED and not run.report_file.exists():
            run.append_event(events.Queued(at=utc_now()))
        if os.environ.get(RESTARTS, "0") != "0" and run.snapshot_file.exists():
            self.notice = self.notice or LOST
