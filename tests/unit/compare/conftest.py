"""Contests with hand-made answers: in memory for the figures, in run folders for the page."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from fmnist_core import atomic
from fmnist_core.compare.contest import Contest, Entrant
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.runs.folder import Run, RunState
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.report import ClassFigures, Report
from fmnist_core.training.presets import preset
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui.catalogue import Row
from tests.unit.ui.conftest import lab, make_run, report, runs_folder, story  # noqa: F401

MakeContest = Callable[..., Contest]
MakeAnswered = Callable[..., Run]


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


@pytest.fixture
def make_contest(tmp_path: Path) -> MakeContest:
    """Labels, then each run's answers (classes, or probabilities [N, 10])."""

    def make(
        labels: Sequence[int],
        *answers: Sequence[int] | np.ndarray,
        names: Sequence[str] = "ABCDEF",
        recipes: Sequence[Recipe] = (),
    ) -> Contest:
        truth = np.array(labels, dtype=np.int64)
        entrants = []
        for place, given in enumerate(answers):
            probabilities = np.asarray(given, dtype=np.float32)
            if probabilities.ndim == 1:
                probabilities = sure(list(given))
            recipe = recipes[place] if recipes else preset("mlp-quick").recipe
            row = Row(
                run=Run(tmp_path / f"run-{place}"),
                state=RunState.FINISHED,
                name=names[place],
                recipe=recipe,
                report=reported(recipe, truth, probabilities),
                started_from="scratch",
            )
            predictions = Predictions(probabilities=probabilities, labels=truth)
            entrants.append(Entrant(row=row, name=names[place], predictions=predictions))
        return Contest(entrants=tuple(entrants))

    return make


def random_answers(labels: np.ndarray, *, right: float, seed: int) -> np.ndarray:
    """Answers of a model that is right on about that share, sensibly sure."""
    generator = np.random.default_rng(seed)
    answers = np.where(
        generator.random(len(labels)) < right, labels, generator.integers(0, 10, len(labels))
    )
    noise = generator.dirichlet(np.ones(10), len(labels)) * 0.3
    probabilities = sure(answers, share=0.7) + noise
    return (probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def balanced() -> np.ndarray:
    """Labels of 200 images, every class alike."""
    return np.arange(200) % 10


@pytest.fixture
def six(make_contest: MakeContest, balanced: np.ndarray) -> Contest:
    """Six runs, from bad to good."""
    shares = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    return make_contest(
        list(balanced),
        *(random_answers(balanced, right=right, seed=seed) for seed, right in enumerate(shares)),
    )


@pytest.fixture
def make_answered(make_run: MakeAnswered, balanced: np.ndarray) -> MakeAnswered:  # noqa: F811
    """A finished run folder with stored predictions."""

    def make(
        run_id: str,
        *,
        right: float = 0.8,
        seed: int = 0,
        labels: np.ndarray | None = None,
        **options: object,
    ) -> Run:
        run = make_run(run_id, finished=True, **options)
        truth = balanced if labels is None else labels
        probabilities = random_answers(truth, right=right, seed=seed)
        save_file(
            {"probabilities": probabilities.astype(np.float16), "labels": truth.astype(np.uint8)},
            run.predictions_file,
        )
        written = reported(run.recipe(), truth, probabilities)
        atomic.write_json(run.report_file, written.model_dump())
        return run

    return make
