"""The process of a search: `python -m fmnist_core.search.searcher SEARCH-FOLDER`.

It asks Optuna for values, queues a run with them as anybody would, tells Optuna its validation
accuracy after each epoch, and stops it where Optuna's pruner finds it worse than most. Everything
is in Optuna's journal and the run folders, so a search goes on where its process was killed.
"""

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import optuna
from filelock import Timeout
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.pruners import BasePruner, MedianPruner, NopPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial
from optuna.trial import TrialState as OptunaState

from fmnist_core.errors import LabError, RunError
from fmnist_core.jobs import limits, queue
from fmnist_core.jobs.control import ControlAction
from fmnist_core.jobs.executors import registry
from fmnist_core.runs import event_log
from fmnist_core.runs.run import Run, RunState
from fmnist_core.search.dimensions import start_values
from fmnist_core.search.searches import Search, SearchProgress, TrialResult, TrialState
from fmnist_core.training.cost_estimate import expected_seconds
from fmnist_core.training.events import Epoch, Started

POLL_SECONDS = 0.5
LOCK_TIMEOUT_SECONDS = 5
NUM_STARTUP_TRIALS = 4
"""Random ones, before the sampler and the pruner judge by what they have seen."""
MIN_TRIALS_FOR_IMPORTANCES = 6
STOPPED_EARLY = "Stopped early by its search: at the same epoch, most trials were better."
TIME_IS_UP = "Stopped by its search, whose time was used up."
SEARCH_STOPPED = "Stopped with its search."
RUN, SECONDS, EPOCHS, ACCURACY = "run", "seconds", "epochs", "accuracy"
START_SECONDS = "start seconds"
"""Names of Optuna's attributes of a trial."""


def main(search: Search) -> None:
    """Run a search to its end, unless another process does."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with search.lock().acquire(timeout=LOCK_TIMEOUT_SECONDS):
            Searcher(search).run()
    except Timeout:
        return


@dataclass
class RunningTrial:
    """A trial whose run waits or trains."""

    trial: optuna.Trial
    run: Run
    events: event_log.Follower
    start_seconds: float = 0.0
    """How long its process has been starting, in which nothing else could train."""
    has_started: bool = False
    num_reported: int = 0
    accuracy: float | None = None
    is_pruned: bool = False

    @property
    def seconds(self) -> float:
        """What it has used of the search's time; not how long it waited for other runs."""
        return self.start_seconds + limits.trained_seconds(self.run)


class Searcher:
    """One search while its process runs."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._spec = search.spec()
        self._study = optuna.create_study(
            study_name=search.id,
            storage=JournalStorage(JournalFileBackend(str(search.journal_file))),
            direction="maximize",
            load_if_exists=True,
            pruner=self._pruner(),
        )
        self._trials = self._read_trials()
        self._study.sampler = self._sampler(len(self._trials))
        if not self._trials:
            self._study.enqueue_trial(start_values(self._spec.dimensions, self._spec.recipe))
        self._running = [
            running
            for trial in self._trials
            if trial.state == OptunaState.RUNNING and (running := self._adopt(trial))
        ]
        self._written: SearchProgress | None = None
        self._importances: dict[str, float] = {}
        self._num_complete = 0
        self._polled_at = time.monotonic()

    def run(self) -> None:
        """Start and follow trials until the time is used up or somebody stops the search."""
        ended = reason = ""
        try:
            while not (ended := self._ending()):
                if self._may_start_trial():
                    self._start_trial()
                self._follow_trials()
                self._trials = self._read_trials()
                self._write_progress()
                time.sleep(POLL_SECONDS)
            self._end_trials(SEARCH_STOPPED if ended == "stopped" else TIME_IS_UP)
        except LabError as error:  # a limit of its owner, a full disk
            self._end_trials(SEARCH_STOPPED)
            ended, reason = "error", str(error)
        self._trials = self._read_trials()
        self._write_progress(ended=ended, reason=reason)

    def _read_trials(self) -> list[FrozenTrial]:
        """All trials, from Optuna's journal."""
        return self._study.get_trials(deepcopy=False)

    def _sampler(self, num_trials: int) -> BaseSampler:
        """Another seed after each interruption, or the same values would be drawn again."""
        seed = self._spec.seed + num_trials
        if self._spec.sampler == "random":
            return RandomSampler(seed=seed)
        return TPESampler(seed=seed, n_startup_trials=NUM_STARTUP_TRIALS)

    def _pruner(self) -> BasePruner:
        if not self._spec.prunes:
            return NopPruner()
        return MedianPruner(n_startup_trials=NUM_STARTUP_TRIALS, n_warmup_steps=1)

    def _ending(self) -> str:
        if self._search.stop_file.exists():
            return "stopped"
        return "time" if self._used_seconds() >= 60 * self._spec.minutes else ""

    def _used_seconds(self) -> float:
        running = {one.trial.number for one in self._running}
        done = sum(
            float(trial.user_attrs.get(SECONDS, 0))
            for trial in self._trials
            if trial.number not in running
        )
        return done + sum(one.seconds for one in self._running)

    def _may_start_trial(self) -> bool:
        """Whether there is room for another trial; one at most waits, as others train here, too."""
        capacity = registry.capacity(self._search.runs_folder)
        num_trials = max(1, capacity.num_slots // self._spec.recipe.workers)
        return len(self._running) < num_trials and not any(
            one.run.state() is RunState.QUEUED for one in self._running
        )

    def _start_trial(self) -> None:
        """Queue the run of the next trial; raises `RunError` if none may be queued."""
        trial = self._study.ask()
        values = {one.field: one.suggest(trial) for one in self._spec.dimensions}
        try:
            recipe = self._spec.recipe.changed(**values)
            expected = expected_seconds(recipe)
            if self._spec.is_limited:
                limits.check_limits(self._search.runs_folder, self._spec.owner, expected)
            run = queue.submit_run(
                recipe,
                name=f"{self._spec.name} · trial {trial.number + 1}",
                by=self._spec.by,
                owner=self._spec.owner,
                expected_seconds=expected,
                search=self._search.id,
                folder=self._search.runs_folder,
            )
        except LabError:
            self._study.tell(trial, state=OptunaState.FAIL)
            raise
        trial.set_user_attr(RUN, run.id)
        self._running.append(RunningTrial(trial, run, event_log.Follower(run.events_file)))

    def _adopt(self, frozen: FrozenTrial) -> RunningTrial | None:
        """Go on with a trial that an earlier process started, or give it up without a run."""
        trial = optuna.Trial(self._study, frozen._trial_id)
        run = Run(self._search.runs_folder / str(frozen.user_attrs.get(RUN, "")))
        if RUN not in frozen.user_attrs or not run.path.exists():
            self._study.tell(trial, state=OptunaState.FAIL)
            return None
        if run.state() in (RunState.INTERRUPTED, RunState.STOPPED):
            with suppress(RunError):
                queue.resume_run(run)
        return RunningTrial(
            trial,
            run,
            event_log.Follower(run.events_file),
            start_seconds=float(frozen.user_attrs.get(START_SECONDS, 0)),
        )

    def _follow_trials(self) -> None:
        now = time.monotonic()
        elapsed, self._polled_at = now - self._polled_at, now
        for running in list(self._running):
            self._report_epochs(running)
            state = running.run.state()
            if not running.has_started and self._is_starting(state):
                running.start_seconds += elapsed
            if state not in (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED):
                self._report_epochs(running)  # what came between
                self._tell(running, state)

    def _is_starting(self, state: RunState) -> bool:
        """Whether a run that has not begun to train is the only reason that nothing else does."""
        is_full = registry.get_executor().is_full(self._search.runs_folder)
        return state is RunState.RUNNING or (state is RunState.QUEUED and not is_full)

    def _report_epochs(self, running: RunningTrial) -> None:
        """Tell Optuna the epochs that are new, and stop a run that looks worse than most."""
        events = running.events.read()
        running.has_started = any(isinstance(event, Started) for event in events)
        epochs = [event for event in events if isinstance(event, Epoch)]
        for epoch in epochs[running.num_reported :]:
            running.accuracy = max(running.accuracy or 0.0, epoch.validation_accuracy)
            running.trial.report(running.accuracy, step=epoch.epoch)
        if len(epochs) <= running.num_reported:
            return
        running.num_reported = len(epochs)
        running.trial.set_user_attr(EPOCHS, len(epochs))
        running.trial.set_user_attr(ACCURACY, running.accuracy)
        running.trial.set_user_attr(START_SECONDS, running.start_seconds)
        is_last = len(epochs) >= self._spec.recipe.total_epochs
        if not running.is_pruned and not is_last and running.trial.should_prune():
            running.is_pruned = True
            _control(running.run, "stop", STOPPED_EARLY)

    def _tell(self, running: RunningTrial, state: RunState) -> None:
        self._running.remove(running)
        running.trial.set_user_attr(SECONDS, running.seconds)
        if state is RunState.FINISHED and running.accuracy is not None:
            self._study.tell(running.trial, running.accuracy)
        elif running.is_pruned:
            self._study.tell(running.trial, state=OptunaState.PRUNED)
        else:
            self._study.tell(running.trial, state=OptunaState.FAIL)

    def _end_trials(self, reason: str) -> None:
        """Stop all runs, wait until they have ended, and keep what they reached."""
        for running in self._running:
            if running.run.state() is RunState.QUEUED:
                with suppress(RunError):
                    queue.cancel_run(running.run)
            else:
                running.is_pruned = True
                _control(running.run, "stop", reason)
        deadline = time.monotonic() + 60
        while self._running and time.monotonic() < deadline:
            self._follow_trials()
            time.sleep(POLL_SECONDS)

    def _write_progress(self, *, ended: str = "", reason: str = "") -> None:
        results = tuple(
            self._result(trial) for trial in self._trials if trial.state != OptunaState.WAITING
        )
        progress = SearchProgress.model_validate(
            {
                "trials": results,
                "importances": self._update_importances(),
                "seconds": self._used_seconds(),
                "ended": ended,
                "reason": reason,
            }
        )
        if progress != self._written:
            self._search.write_progress(progress)
            self._written = progress

    def _result(self, trial: FrozenTrial) -> TrialResult:
        running = next((one for one in self._running if one.trial.number == trial.number), None)
        return TrialResult(
            number=trial.number,
            run=str(trial.user_attrs.get(RUN, "")),
            state=STATES[trial.state],
            values={
                one.field: one.round(trial.params[one.field])
                for one in self._spec.dimensions
                if one.field in trial.params
            },
            accuracy=running.accuracy if running else trial.user_attrs.get(ACCURACY),
            epochs=int(trial.user_attrs.get(EPOCHS, 0)),
            seconds=running.seconds if running else float(trial.user_attrs.get(SECONDS, 0)),
        )

    def _update_importances(self) -> dict[str, float]:
        num_done = sum(trial.state == OptunaState.COMPLETE for trial in self._trials)
        is_enough = num_done >= MIN_TRIALS_FOR_IMPORTANCES and len(self._spec.dimensions) > 1
        if is_enough and num_done > self._num_complete:
            self._num_complete = num_done
            evaluator = FanovaImportanceEvaluator(seed=0)
            self._importances = get_param_importances(self._study, evaluator=evaluator)
        return self._importances


STATES = {
    OptunaState.RUNNING: TrialState.RUNNING,
    OptunaState.COMPLETE: TrialState.COMPLETE,
    OptunaState.PRUNED: TrialState.PRUNED,
    OptunaState.FAIL: TrialState.FAILED,
}


def _control(run: Run, action: ControlAction, reason: str) -> None:
    with suppress(RunError):  # it has just ended by itself
        queue.control_run(run, action, reason=reason)


if __name__ == "__main__":
    main(Search(Path(sys.argv[1])))
