"""Builders of events, reports, run folders and comparisons, shared by all tests."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from fmnist_core import atomic
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.runs import event_log
from fmnist_core.runs.report import ClassFigures, Environment, Report
from fmnist_core.runs.run import Run, RunMetadata
from fmnist_core.training import events
from fmnist_core.training.presets import preset
from fmnist_core.training.recipe import Recipe

STEPS_PER_EPOCH = 100
SECONDS_PER_EPOCH = 4.0
CONFUSION = [[450 if true == answer else 5 for answer in range(10)] for true in range(10)]
MakeRun = Callable[..., Run]


def step(number: int) -> events.Step:
    """A step of a run that learns as they usually do."""
    epoch = number / STEPS_PER_EPOCH
    loss = 0.25 + 1.9 * math.exp(-1.6 * epoch) + 0.03 * math.sin(number)
    return events.Step(
        step=number,
        epoch=epoch,
        seconds=epoch * SECONDS_PER_EPOCH,
        loss=loss,
        accuracy=1 - loss / 2.9,
        learning_rate=2e-3 * math.cos(epoch / 6) ** 2,
        images_per_second=52_000 + 2_000 * math.sin(number / 7),
        eta_seconds=max(0.0, 5 - epoch) * SECONDS_PER_EPOCH,
    )


def epoch(number: int, *, best: bool = True) -> events.Epoch:
    """The end of an epoch."""
    loss = 0.30 + 1.2 * math.exp(-1.4 * number)
    return events.Epoch(
        step=number * STEPS_PER_EPOCH,
        epoch=number,
        seconds=number * SECONDS_PER_EPOCH,
        train_loss=loss - 0.03,
        train_accuracy=0.93 - loss / 10,
        validation_loss=loss,
        validation_accuracy=0.94 - loss / 8,
        confusion=CONFUSION,
        best=best,
    )


def started(at: int = 0) -> events.Started:
    """The beginning, or a resume."""
    return events.Started(
        step=at,
        seconds=at / STEPS_PER_EPOCH * SECONDS_PER_EPOCH,
        parameters=235_146,
        steps_per_epoch=STEPS_PER_EPOCH,
        num_train=55_000,
        num_validation=5_000,
        device="CPU with 2 cores",
        precision="bfloat16",
        threads=2,
        started_from="scratch",
    )


def told(*, epochs: int = 5, extra: float = 0.0) -> list[events.LoggedEvent]:
    """The events of `epochs` whole epochs, and of a part of the next."""
    lines: list[events.LoggedEvent] = [started()]
    for number in range(10, int((epochs + extra) * STEPS_PER_EPOCH) + 1, 10):
        lines.append(step(number))
        if number % STEPS_PER_EPOCH == 0:
            done = number // STEPS_PER_EPOCH
            lines.append(epoch(done, best=done != 5))
    return lines


def turned(knob: str, at: int, value: float | None = None) -> events.ControlChanged:
    """A knob turned at a step."""
    return events.ControlChanged.model_validate(
        {
            "step": at,
            "epoch": at / STEPS_PER_EPOCH,
            "seconds": at / STEPS_PER_EPOCH * SECONDS_PER_EPOCH,
            "knob": knob,
            "value": value,
        }
    )


def began(trainable: str, at: int, *, number: int = 1, cached: bool = False) -> events.PhaseStarted:
    """A phase that begins at a step."""
    return events.PhaseStarted(
        step=at,
        epoch=at / STEPS_PER_EPOCH,
        seconds=at / STEPS_PER_EPOCH * SECONDS_PER_EPOCH,
        number=number,
        trainable=trainable,
        epochs=2,
        learning_rate=1e-3,
        schedule="constant",
        parameters=5_130,
        cached_features=cached,
    )


def features(done: int, *, seconds: float = 3.0) -> events.FeatureProgress:
    """A frozen backbone that has looked at some of 1,000 images."""
    return events.FeatureProgress(
        step=0, epoch=0, seconds=seconds, done=done, total=1000, eta_seconds=12.0
    )


def report(recipe: Recipe, *, started_from: str = "scratch", cached: bool = False) -> Report:
    """What a finished run achieved."""
    figures = [
        ClassFigures(name=name, precision=0.9, recall=0.9, f1=0.9, support=1000) for name in CLASSES
    ]
    return Report(
        model=recipe.model,
        data=recipe.data,
        num_train=55_000,
        num_validation=5_000,
        num_test=10_000,
        started_from=started_from,
        cached_features=cached,
        test_accuracy=0.887,
        test_loss=0.31,
        macro_f1=0.886,
        confusion=CONFUSION,
        classes=figures,
        validation_accuracy=0.897,
        best_epoch=4,
        epochs_done=5,
        parameters=235_146,
        flops_per_image=469_000,
        train_seconds=20.0,
        finished_at="2026-11-20T10:00:20+00:00",
        environment=Environment(
            device="CPU with 2 cores", precision="bfloat16", threads=2, python="3.11",
            torch="2.14.1", system="Linux",
        ),
    )  # fmt: skip


def write_run(
    folder: Path,
    run_id: str = "20261120-100000-000-aaaa",
    *,
    name: str = "Ada's first",
    by: str = "Ada",
    preset_key: str = "mlp-quick",
    data: str = "fashion-mnist",
    lines: list[events.LoggedEvent] | None = None,
    finished: bool = False,
    started_from: str = "scratch",
    cached: bool = False,
    **changes: object,
) -> Run:
    """A run folder; `lines` are its events, none means queued."""
    run = Run(folder / run_id)
    run.path.mkdir(parents=True)
    recipe = preset(preset_key).recipe.changed(data=data, **{"epochs": 5, **changes})
    atomic.write_json(run.recipe_file, recipe.model_dump())
    run.write_about(RunMetadata(name=name, by=by, created="2026-11-20T10:00:00+00:00"))
    for line in lines or []:
        event_log.append(run.events_file, line)
    if finished:
        run.record(events.Finished(step=500, seconds=20.0, test_loss=0.31, test_accuracy=0.887))
        achieved = report(recipe, started_from=started_from, cached=cached)
        atomic.write_json(run.report_file, achieved.model_dump())
    return run


def sure(answers: Sequence[int], *, share: float = 0.91) -> np.ndarray:
    """Probabilities float32 [N, 10] with that share for the answer, the rest spread evenly."""
    probabilities = np.full((len(answers), 10), (1 - share) / 9, dtype=np.float32)
    probabilities[np.arange(len(answers)), list(answers)] = share
    return probabilities


def reported(recipe: Recipe, labels: np.ndarray, probabilities: np.ndarray) -> Report:
    """A report that fits the answers."""
    answers = probabilities.argmax(axis=1)
    confusion = metrics.confusion_matrix(labels, answers)
    figures = metrics.class_figures(confusion)
    classes = [
        ClassFigures(
            name=name,
            precision=figures["precision"][place],
            recall=figures["recall"][place],
            f1=figures["f1"][place],
            support=int(figures["support"][place]),
        )
        for place, name in enumerate(CLASSES)
    ]
    changes = {
        "num_test": len(labels),
        "test_accuracy": float((answers == labels).mean()),
        "macro_f1": float(figures["f1"].mean()),
        "confusion": confusion.tolist(),
        "classes": classes,
    }
    return report(recipe).model_copy(update=changes)


def random_answers(labels: np.ndarray, *, right: float, seed: int) -> np.ndarray:
    """Answers of a model that is right on about that share, sensibly sure."""
    generator = np.random.default_rng(seed)
    answers = np.where(
        generator.random(len(labels)) < right, labels, generator.integers(0, 10, len(labels))
    )
    noise = generator.dirichlet(np.ones(10), len(labels)) * 0.3
    probabilities = sure(answers, share=0.7) + noise
    return (probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)
