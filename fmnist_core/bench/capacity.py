"""Simulate the queue of a whole course for an hour: how long students wait under which rules.

A discrete-event simulation; the turns between students are those of `jobs.turns`. A student thinks,
queues a run, waits for its result and thinks again. Eager ones queue several runs at once.
"""

import argparse
import heapq
import itertools
import random
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from fmnist_core.jobs import turns
from fmnist_core.jobs.turns import WaitingRun
from fmnist_core.runs.run import Run

HOUR = 3600.0
ARRIVAL_SECONDS = 300.0
"""Students come within the first minutes."""
RUN_SECONDS = (6.1, 57.7, 269.0)
"""Training times measured here: `mlp-quick`, `cnn-quick`, `cnn-best`."""
RUN_SHARES = (0.6, 0.3, 0.1)
EAGER_RUNS = 5
MAX_QUEUED = 2
GOAL_SECONDS = 30.0
"""A median wait that a lesson bears."""
RULES = ("first come, first served", "turns between students", "turns, two queued each")


@dataclass(frozen=True, kw_only=True)
class Course:
    """Who shares how many slots."""

    students: int
    slots: int
    think_seconds: float = 180.0
    eager: float = 0.1
    """Share of the students who queue five runs at once."""
    speed: float = 1.0
    """How many times as fast as the machine that `RUN_SECONDS` were measured on."""


@dataclass
class Outcome:
    """How long runs waited, in seconds; those that still wait at the end have waited until then."""

    waits: list[float] = field(default_factory=list)
    eager_waits: list[float] = field(default_factory=list)
    busy_seconds: float = 0.0
    finished: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--slots", type=int, default=8, help="GPUs (default 8)")
    parser.add_argument("--think", type=float, default=180, help="mean seconds between runs")
    parser.add_argument("--eager", type=float, default=0.1, help="share who queue 5 at once")
    parser.add_argument(
        "--speed", type=float, default=1, help="times as fast as the two cores measured (default 1)"
    )
    parser.add_argument("--many", type=int, default=3000, help="students of the second question")
    parser.add_argument("--seeds", type=int, default=5)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the waiting times under each rule, and how many slots many students would need."""
    course = Course(
        students=arguments.students,
        slots=arguments.slots,
        think_seconds=arguments.think,
        eager=arguments.eager,
        speed=arguments.speed,
    )
    seeds = range(arguments.seeds)
    rows = [
        {"rule": rule, **_facts([simulate(course, rule, seed) for seed in seeds], course)}
        for rule in RULES
    ]
    return {
        "students": course.students,
        "slots": course.slots,
        "runs": ", ".join(
            f"{share:.0%} take {seconds / course.speed:.1f} s"
            for seconds, share in zip(RUN_SECONDS, RUN_SHARES, strict=True)
        ),
        "rules": rows,
        f"slots for a median wait under {GOAL_SECONDS:.0f} s": {
            f"{students:,} students": needed_slots(course, students)
            for students in (course.students, arguments.many)
        },
    }


def simulate(course: Course, rule: str, seed: int) -> Outcome:
    """Simulate one hour of a course under one of `RULES`."""
    return _Simulation(course, rule, seed).run()


def needed_slots(course: Course, students: int) -> int:
    """The fewest slots with which the median wait stays below `GOAL_SECONDS`, by bisection."""
    low, high = 0, students
    while high - low > 1:
        slots = (low + high) // 2
        tried = replace(course, students=students, slots=slots)
        outcome = simulate(tried, RULES[0], seed=0)
        if statistics.median(outcome.waits + outcome.eager_waits) < GOAL_SECONDS:
            high = slots
        else:
            low = slots
    return high


class _Simulation:
    """The state of one simulated hour."""

    def __init__(self, course: Course, rule: str, seed: int) -> None:
        self._course = course
        self._rule = rule
        self._random = random.Random(seed)
        self._free = course.slots
        self._numbers = itertools.count()
        self._waiting: dict[str, tuple[float, int]] = {}
        """By run: when it was queued, and the student."""
        self._unfinished: Counter[int] = Counter()
        self._held_back: Counter[int] = Counter()
        """Runs that an eager student would queue if there were no limit."""
        self._served: list[str] = []
        self._events: list[tuple[float, int, str, int]] = []
        self._outcome = Outcome()

    def run(self) -> Outcome:
        for student in range(self._course.students):
            self._schedule(self._random.uniform(0, ARRIVAL_SECONDS), "submit", student)
        while self._events and self._events[0][0] < HOUR:
            now, _, kind, student = heapq.heappop(self._events)
            if kind == "submit":
                self._submit(now, student, EAGER_RUNS if self._is_eager(student) else 1)
            else:
                self._finish(now, student)
            self._start_runs(now)
        for queued_at, student in self._waiting.values():
            self._note_wait(HOUR - queued_at, student)
        return self._outcome

    def _is_eager(self, student: int) -> bool:
        return student < self._course.eager * self._course.students

    def _schedule(self, when: float, kind: str, student: int) -> None:
        heapq.heappush(self._events, (when, next(self._numbers), kind, student))

    def _submit(self, now: float, student: int, count: int) -> None:
        queued = sum(owner == student for _, owner in self._waiting.values())
        room = MAX_QUEUED - queued if self._rule == RULES[2] else count
        for _ in range(min(count, room)):
            self._waiting[f"{next(self._numbers):09d}"] = now, student
            self._unfinished[student] += 1
        self._held_back[student] += max(0, count - room)

    def _finish(self, now: float, student: int) -> None:
        self._free += 1
        self._outcome.finished += 1
        self._unfinished[student] -= 1
        if not self._unfinished[student] and not self._held_back[student]:
            think = self._random.expovariate(1 / self._course.think_seconds)
            self._schedule(now + think, "submit", student)

    def _start_runs(self, now: float) -> None:
        while self._free and self._waiting:
            run_id = self._next_run()
            queued_at, student = self._waiting.pop(run_id)
            self._note_wait(now - queued_at, student)
            seconds = self._random.choices(RUN_SECONDS, RUN_SHARES)[0] / self._course.speed
            self._outcome.busy_seconds += min(seconds, HOUR - now)
            self._free -= 1
            self._schedule(now + seconds, "finish", student)
            if held_back := self._held_back.pop(student, 0):
                self._submit(now, student, held_back)

    def _next_run(self) -> str:
        if self._rule == RULES[0]:
            return next(iter(self._waiting))  # in the order in which they were queued
        queue = [
            WaitingRun(run=Run(Path(run_id)), person=str(student), queued_at=f"{queued_at:09.2f}")
            for run_id, (queued_at, student) in self._waiting.items()
        ]
        run_id = turns.in_turn(queue, self._served)[0].run.id
        person = str(self._waiting[run_id][1])
        self._served = [person] if person in self._served else [*self._served, person]
        return run_id

    def _note_wait(self, seconds: float, student: int) -> None:
        waits = self._outcome.eager_waits if self._is_eager(student) else self._outcome.waits
        waits.append(seconds)


def _facts(outcomes: Sequence[Outcome], course: Course) -> dict[str, object]:
    waits = sorted(itertools.chain.from_iterable(outcome.waits for outcome in outcomes))
    eager = sorted(itertools.chain.from_iterable(outcome.eager_waits for outcome in outcomes))
    hours = len(outcomes)
    return {
        "median": round(statistics.median(waits)),
        "95th percentile": round(waits[int(0.95 * (len(waits) - 1))]),
        "median of eager students": round(statistics.median(eager)) if eager else None,
        "runs finished": round(sum(outcome.finished for outcome in outcomes) / hours),
        "slots in use": round(
            sum(outcome.busy_seconds for outcome in outcomes) / hours / course.slots / HOUR, 2
        ),
    }
