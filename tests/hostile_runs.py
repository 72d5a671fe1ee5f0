"""Run folders that somebody has tampered with: each changes one valid, finished run."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from fmnist_core.runs import zoo
from fmnist_core.runs.run import Run

SOURCE = "cnn-lite-epochs"
Damage = Callable[[Run], None]
HUGE = 10**30
ENDLESS = 1e308
MARKUP = "![x](http://example.org/x.png) <script>alert(1)</script> **bold**"


def edit_json(file: str, **changes: Any) -> Damage:
    """Change fields of a JSON file; NaN and infinity are written as Python writes them."""

    def damage(run: Run) -> None:
        path = run.path / file
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return damage


def replace_file(file: str, content: bytes) -> Damage:
    """Replace a file of the run."""
    return lambda run: (run.path / file).write_bytes(content) and None


def edit_events(kind: str, *, is_finished: bool = True, **changes: Any) -> Damage:
    """Change fields of every event of a kind; without a report, the run is an interrupted one."""

    def damage(run: Run) -> None:
        lines = [json.loads(line) for line in run.events_file.read_text().splitlines()]
        changed = [line | changes if line["type"] == kind else line for line in lines]
        run.events_file.write_text("".join(json.dumps(line) + "\n" for line in changed))
        if not is_finished:
            run.report_file.unlink()

    return damage


def add_event(**values: Any) -> Damage:
    """Append an event to the log of an unfinished run."""

    def damage(run: Run) -> None:
        with run.events_file.open("a") as file:
            file.write(json.dumps(values) + "\n")
        run.report_file.unlink()

    return damage


def edit_tensors(file: str, change: Callable[[np.ndarray], np.ndarray]) -> Damage:
    """Change every tensor of a file."""

    def damage(run: Run) -> None:
        path = run.path / file
        tensors = {name: change(tensor) for name, tensor in load_file(path).items()}
        save_file(tensors, path)

    return damage


def make_folder(file: str) -> Damage:
    """Put a folder in the place of a file."""

    def damage(run: Run) -> None:
        (run.path / file).unlink()
        (run.path / file).mkdir()

    return damage


def nan_like(tensor: np.ndarray) -> np.ndarray:
    return np.full_like(tensor, np.nan) if tensor.dtype.kind == "f" else tensor


AT = {"step": 1, "epoch": 1.0, "seconds": 1.0}
HOSTILE_RUNS: dict[str, Damage] = {
    "recipe-tiny-input": edit_json("recipe.json", input_size=1),
    "recipe-huge-input": edit_json("recipe.json", input_size=HUGE),
    "recipe-largest-input": edit_json("recipe.json", input_size=224),
    "recipe-three-channels": edit_json("recipe.json", channels=3),
    "recipe-other-model": edit_json("recipe.json", model="vit-tiny"),
    "recipe-unknown-model": edit_json("recipe.json", model=MARKUP),
    "recipe-wide-head": edit_json("recipe.json", head={"widths": [4096] * 4}),
    "recipe-endless-rate": edit_json("recipe.json", learning_rate=float("inf")),
    "recipe-no-rate": edit_json("recipe.json", learning_rate=float("nan")),
    "recipe-huge-seed": edit_json("recipe.json", seed=HUGE),
    "recipe-weights-elsewhere": edit_json("recipe.json", weights="run:.."),
    "recipe-nested": replace_file("recipe.json", b"[" * 100_000),
    "recipe-digits": replace_file("recipe.json", b'{"model": ' + b"9" * 10_000 + b"}"),
    "recipe-folder": make_folder("recipe.json"),
    "about-markup": edit_json("about.json", name=MARKUP, by=MARKUP),
    "about-surrogate": edit_json("about.json", name="\ud800", by="\udfff"),
    "about-long": edit_json("about.json", name="x" * 10**6, created="9999-12-31T23:59:59-23:59"),
    "about-endless": edit_json("about.json", expected_seconds=float("inf")),
    "report-huge-counts": edit_json(
        "report.json", parameters=HUGE, flops_per_image=HUGE, num_train=HUGE
    ),
    "report-huge-confusion": edit_json("report.json", confusion=[[HUGE] * 10] * 10),
    "report-huge-epochs": edit_json("report.json", best_epoch=HUGE, epochs_done=-HUGE),
    "report-endless-time": edit_json("report.json", train_seconds=ENDLESS, test_loss=-ENDLESS),
    "report-markup": edit_json("report.json", started_from=MARKUP, finished_at=MARKUP),
    "report-one-image": edit_json("report.json", num_test=1),
    "report-folder": make_folder("report.json"),
    "events-no-matrix": edit_events("epoch", confusion=[]),
    "events-small-matrix": edit_events("epoch", confusion=[[1]]),
    "events-huge-matrix": edit_events("epoch", confusion=[[HUGE] * 10] * 10),
    "events-nan": edit_events("epoch", validation_loss=float("nan"), train_loss=float("nan")),
    "events-far-epochs": edit_events("epoch", epoch=HUGE),
    "events-endless-steps": edit_events(
        "step", epoch=ENDLESS, seconds=ENDLESS, eta_seconds=ENDLESS
    ),
    "events-nan-steps": edit_events("step", seconds=float("nan"), epoch=float("nan")),
    "events-no-images": edit_events("started", num_train=-1, steps_per_epoch=0, parameters=-1),
    "events-interrupted-nan": edit_events(
        "step", is_finished=False, loss=float("inf"), eta_seconds=float("nan")
    ),
    "events-odd-phase": add_event(
        type="phase", **AT, number=HUGE, trainable=MARKUP, epochs=-1, learning_rate=0,
        schedule=MARKUP, parameters=0, cached_features=True,
    ),
    "events-odd-features": add_event(
        type="features", **AT, done=HUGE, total=0, eta_seconds=ENDLESS
    ),
    "events-odd-rate": add_event(type="turned", **AT, knob="learning rate", value=float("nan")),
    "events-failed-markup": add_event(type="failed", reason=MARKUP, traceback=MARKUP * 1000),
    "events-stopped-markup": add_event(type="stopped", reason=MARKUP),
    "events-warned-markup": add_event(type="warned", **AT, message=MARKUP),
    "events-bytes": replace_file("events.jsonl", bytes(range(256)) * 1000),
    "events-folder": make_folder("events.jsonl"),
    "weights-none": replace_file("model.safetensors", b""),
    "weights-pickle": replace_file("model.safetensors", b"\x80\x04\x95" + bytes(100)),
    "weights-header": replace_file("model.safetensors", b"\xff" * 16),
    "weights-nan": edit_tensors("model.safetensors", nan_like),
    "weights-short": edit_tensors("model.safetensors", lambda tensor: tensor.reshape(-1)[:1]),
    "weights-folder": make_folder("model.safetensors"),
    "predictions-none": replace_file("predictions.safetensors", b""),
    "predictions-nan": edit_tensors("predictions.safetensors", nan_like),
    "predictions-short": edit_tensors("predictions.safetensors", lambda tensor: tensor[:3]),
    "predictions-flat": edit_tensors("predictions.safetensors", lambda tensor: tensor.reshape(-1)),
    "detector-nan": edit_tensors("familiarity.safetensors", nan_like),
    "detector-narrow": edit_tensors("familiarity.safetensors", lambda tensor: tensor[..., :1]),
    "epoch-none": replace_file("epochs/epoch-0001.safetensors", b""),
    "epoch-nan": edit_tensors("epochs/epoch-0001.safetensors", nan_like),
}  # fmt: skip
"""What was tampered with, by the id of the run."""


def make_hostile_run(folder: Path, run_id: str) -> Run:
    """Copy an example model to `folder`, and damage it."""
    run = Run(shutil.copytree(zoo.get_checkpoint(SOURCE).path, folder / run_id))
    HOSTILE_RUNS[run_id](run)
    return run
