"""Builders of events, reports, run folders, predictions, comparisons and small data sets."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from fmnist_core import atomic
from fmnist_core.data import datasets, real_photographs
from fmnist_core.data.datasets import Dataset
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.runs import store
from fmnist_core.runs.comparison import ComparedRun, Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison, compare_on_photographs
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.report import ClassMetrics, Environment, Report
from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving import photograph_predictions
from fmnist_core.synthetic.garments import generate_garments
from fmnist_core.training import events
from fmnist_core.training.presets import get_preset
from fmnist_core.training.recipe import Recipe

MakeRun = Callable[..., Run]
MakeComparison = Callable[..., Comparison]
STEPS_PER_EPOCH = 100
SECONDS_PER_EPOCH = 4.0
TEST_ACCURACY = 0.887
CONFUSION = [[450 if label == predicted else 5 for predicted in range(10)] for label in range(10)]


def queued(at: str = "2026-01-01T00:00:00.000+00:00") -> events.Queued:
    return events.Queued(at=at)


def started(step: int = 0) -> events.Started:
    """The start of a run, or its resume at `step`."""
    return events.Started(
        step=step,
        seconds=step / STEPS_PER_EPOCH * SECONDS_PER_EPOCH,
        parameters=235_146,
        steps_per_epoch=STEPS_PER_EPOCH,
        num_train=55_000,
        num_validation=5_000,
        device="CPU with 2 cores",
        precision="bfloat16",
        threads=2,
        started_from="scratch",
    )


def step(number: int, *, eta_seconds: float | None = None) -> events.Step:
    """A training step of a run that learns at a usual rate."""
    epoch = number / STEPS_PER_EPOCH
    loss = 0.25 + 1.9 * math.exp(-1.6 * epoch) + 0.03 * math.sin(number)
    left = max(0.0, 5 - epoch) * SECONDS_PER_EPOCH
    return events.Step(
        step=number,
        epoch=epoch,
        seconds=epoch * SECONDS_PER_EPOCH,
        loss=loss,
        accuracy=1 - loss / 2.9,
        learning_rate=2e-3 * math.cos(epoch / 6) ** 2,
        images_per_second=52_000 + 2_000 * math.sin(number / 7),
        eta_seconds=left if eta_seconds is None else eta_seconds,
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


def training_events(epochs: float = 5) -> list[events.LoggedEvent]:
    """The events of so many epochs: the start, every tenth step, the end of each whole epoch."""
    logged: list[events.LoggedEvent] = [started()]
    for number in range(10, int(epochs * STEPS_PER_EPOCH) + 1, 10):
        logged.append(step(number))
        if number % STEPS_PER_EPOCH == 0:
            finished_epochs = number // STEPS_PER_EPOCH
            logged.append(epoch(finished_epochs, best=finished_epochs != 5))
    return logged


def _at(step: int) -> dict[str, float]:
    epoch = step / STEPS_PER_EPOCH
    return {"step": step, "epoch": epoch, "seconds": epoch * SECONDS_PER_EPOCH}


def control_changed(control: str, step: int, value: float | None = None) -> events.ControlChanged:
    """A user changes a control at a step."""
    return events.ControlChanged.model_validate({**_at(step), "knob": control, "value": value})


def phase_started(
    trainable: str, step: int, *, number: int = 1, cached_features: bool = False
) -> events.PhaseStarted:
    """A phase that starts at a step."""
    return events.PhaseStarted.model_validate(
        {
            **_at(step),
            "number": number,
            "trainable": trainable,
            "epochs": 2,
            "learning_rate": 1e-3,
            "schedule": "constant",
            "parameters": 5_130,
            "cached_features": cached_features,
        }
    )


def feature_progress(done: int, *, seconds: float = 3.0) -> events.FeatureProgress:
    """A frozen backbone has computed features of some of 1,000 images."""
    return events.FeatureProgress(
        step=0, epoch=0, seconds=seconds, done=done, total=1000, eta_seconds=12.0
    )


def warning() -> events.TrainingWarning:
    return events.TrainingWarning.model_validate({**_at(1), "message": "The loss has exploded."})


def stopped() -> events.Stopped:
    return events.Stopped(reason="Stopped by a user.")


def pause_ended(at: str = "2026-01-01T00:00:00.000+00:00") -> events.Stopped:
    """The process of a paused run ends, so that others can train."""
    return events.Stopped(reason="Paused; another run trains meanwhile.", is_pause=True, at=at)


def failed(reason: str = "Memory ran out.", traceback: str = "Traceback …") -> events.Failed:
    return events.Failed(reason=reason, traceback=traceback)


def interrupted() -> events.Interrupted:
    return events.Interrupted(reason="It was killed.")


def report(recipe: Recipe, *, started_from: str = "scratch", cached: bool = False) -> Report:
    """The report of a finished run."""
    figures = [
        ClassMetrics(name=name, precision=0.9, recall=0.9, f1=0.9, support=1000) for name in CLASSES
    ]
    return Report(
        model=recipe.model,
        data=recipe.data,
        num_train=55_000,
        num_validation=5_000,
        num_test=10_000,
        started_from=started_from,
        cached_features=cached,
        test_accuracy=TEST_ACCURACY,
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


def report_for(recipe: Recipe, labels: np.ndarray, probabilities: np.ndarray) -> Report:
    """A report whose metrics fit these predictions."""
    predicted = probabilities.argmax(axis=1)
    confusion = metrics.confusion_matrix(labels, predicted)
    figures = metrics.class_metrics(confusion)
    classes = [
        ClassMetrics(
            name=name,
            precision=figures["precision"][index],
            recall=figures["recall"][index],
            f1=figures["f1"][index],
            support=int(figures["support"][index]),
        )
        for index, name in enumerate(CLASSES)
    ]
    changes = {
        "num_test": len(labels),
        "test_accuracy": float((predicted == labels).mean()),
        "macro_f1": float(figures["f1"].mean()),
        "confusion": confusion.tolist(),
        "classes": classes,
    }
    return report(recipe).model_copy(update=changes)


def finish(run: Run, *, started_from: str = "scratch", cached_features: bool = False) -> None:
    """Write what a worker writes last: the event `Finished` and the report."""
    run.append_event(
        events.Finished(step=500, seconds=20, test_loss=0.31, test_accuracy=TEST_ACCURACY)
    )
    written = report(run.recipe(), started_from=started_from, cached=cached_features)
    atomic.write_json(run.report_file, written.model_dump())


def make_run(
    folder: Path,
    *logged: events.LoggedEvent,
    run_id: str = "",
    name: str = "Ada's first",
    by: str = "Ada",
    preset_key: str = "mlp-quick",
    data: str = "fashion-mnist",
    finished: bool = False,
    started_from: str = "scratch",
    cached_features: bool = False,
    expected_seconds: float | None = None,
    **changes: object,
) -> Run:
    """A run folder with these events (none: it is queued); `changes` are fields of its recipe."""
    recipe = get_preset(preset_key).recipe.changed(data=data, **{"epochs": 5, **changes})
    run = store.create_run(
        recipe, name=name, by=by, expected_seconds=expected_seconds, folder=folder
    )
    if run_id:
        run = Run(run.path.rename(folder / run_id))
    for event in logged:
        run.append_event(event)
    if finished:
        finish(run, started_from=started_from, cached_features=cached_features)
    return run


def write_predictions(run: Run, labels: np.ndarray, probabilities: np.ndarray) -> None:
    """Store predictions in a finished run, with the report that fits them."""
    save_file(
        {"probabilities": probabilities.astype(np.float16), "labels": labels.astype(np.uint8)},
        run.predictions_file,
    )
    written = report_for(run.recipe(), labels, probabilities)
    atomic.write_json(run.report_file, written.model_dump())


def probabilities_for(predicted: Sequence[int], *, confidence: float = 0.91) -> np.ndarray:
    """Probabilities float32 [N, 10]: `confidence` for the predicted class, the rest even."""
    num_images = len(predicted)
    probabilities = np.full((num_images, 10), (1 - confidence) / 9, dtype=np.float32)
    probabilities[np.arange(num_images), list(predicted)] = confidence
    return probabilities


def random_probabilities(labels: np.ndarray, *, accuracy: float, seed: int) -> np.ndarray:
    """Probabilities of a model with about this accuracy and moderate confidence."""
    generator = np.random.default_rng(seed)
    predicted = np.where(
        generator.random(len(labels)) < accuracy, labels, generator.integers(0, 10, len(labels))
    )
    noise = generator.dirichlet(np.ones(10), len(labels)) * 0.3
    probabilities = probabilities_for(predicted, confidence=0.7) + noise
    return (probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)


def photograph_probabilities(*, accuracy: float, seed: int = 0) -> np.ndarray:
    """Probabilities float32 [300, 10] of a model for the real photographs."""
    labels = [photograph.label or 0 for photograph in real_photographs.load_photographs()]
    return random_probabilities(np.array(labels), accuracy=accuracy, seed=seed)


def write_photograph_predictions(run: Run, *, accuracy: float = 0.5, seed: int = 0) -> None:
    """Keep predictions for the real photographs, as after testing the run on them."""
    if not run.weights_file.exists():
        run.weights_file.write_bytes(b"weights")
    images_file = photograph_predictions.images_file()
    images_file.parent.mkdir(parents=True, exist_ok=True)
    images = np.zeros((len(real_photographs.load_photographs()), 28, 28), np.uint8)
    save_file({"images": images}, images_file)
    probabilities = photograph_probabilities(accuracy=accuracy, seed=seed)
    photograph_predictions.evaluate(run, lambda _: probabilities)


def photograph_comparison(comparison: Comparison, *, accuracy: float) -> PhotographComparison:
    """The same runs, tested on the real photographs; nothing is written."""
    images = np.zeros((len(real_photographs.load_photographs()), 28, 28), np.uint8)
    return compare_on_photographs(
        [run.summary for run in comparison.runs],
        comparison.names,
        [
            photograph_probabilities(accuracy=accuracy, seed=seed)
            for seed in range(len(comparison.runs))
        ],
        inputs=images,
    )


def compared_run(
    run: Run, recipe: Recipe, labels: np.ndarray, probabilities: np.ndarray, *, name: str
) -> ComparedRun:
    """A finished run as Compare loads it; nothing is written."""
    summary = RunSummary(
        run=run,
        state=RunState.FINISHED,
        name=name,
        recipe=recipe,
        report=report_for(recipe, labels, probabilities),
        started_from="scratch",
    )
    predictions = Predictions(probabilities=probabilities, labels=labels)
    return ComparedRun(summary=summary, name=name, predictions=predictions)


def synthetic_dataset(train: int, validation: int, test: int, *, seed: int) -> Dataset:
    """A data set of a few synthetic garments, so that training takes a moment."""
    images, labels = generate_garments(train + validation + test, seed=seed)
    held_out = train + validation
    return Dataset(
        key="drawn",
        train_images=images[:train],
        train_labels=labels[:train],
        validation_images=images[train:held_out],
        validation_labels=labels[train:held_out],
        test_images=images[held_out:],
        test_labels=labels[held_out:],
    )


def shrink_synthetic(monkeypatch: pytest.MonkeyPatch, train: int, test: int, *, seed: int) -> None:
    """Let `datasets.load("drawn")` return so few images; validation is part of `train`."""
    images, labels = generate_garments(train + test, seed=seed)
    monkeypatch.setattr(datasets, "NUM_SYNTHETIC_TRAIN", train)
    monkeypatch.setattr(datasets, "NUM_SYNTHETIC_TEST", test)
    monkeypatch.setattr(datasets, "_load_synthetic", lambda: (images, labels.astype(np.uint8)))
