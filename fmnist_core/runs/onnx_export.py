"""Export a finished run as a zip with an ONNX model that needs neither PyTorch nor this project.

The graph maps images like those of the data set, uint8 [N, 28, 28], to probabilities [N, 10];
preprocessing of the pixels is part of it.
"""

import io
import json
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn
from torch.jit import TracerWarning  # type: ignore[attr-defined]

from fmnist_core import atomic
from fmnist_core.data import datasets
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.errors import RunError
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE
from fmnist_core.runs import model_card, weights
from fmnist_core.runs.run import Run

OPSET = 17
NUM_CHECKED = 1000
"""Test images on which ONNX Runtime and PyTorch must agree."""
CHECK_BATCH_SIZE = 100
TOLERANCE = 1e-3
"""Of a probability; observed differences are a thousandth of it."""


class PixelClassifier(nn.Module):
    """Probabilities [N, 10] from images uint8 [N, 28, 28]."""

    def __init__(self, model: nn.Module, input_spec: InputSpec) -> None:
        super().__init__()
        self.model, self.input_spec = model, input_spec

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.model(to_inputs(images, self.input_spec))
        return logits.softmax(dim=1)


@dataclass(frozen=True, kw_only=True)
class ExportCheck:
    """How well ONNX Runtime agrees with PyTorch."""

    num_images: int
    largest_difference: float
    """Between probabilities."""
    num_ties: int
    """Images where the class differs because the top two differ by less than that."""

    @property
    def class_agreement(self) -> str:
        """A clause about how often both predict the same class."""
        if not self.num_ties:
            return "the class is always the same"
        return f"the class is the same for all but {self.num_ties} near-ties"


@dataclass(frozen=True, kw_only=True)
class ExportResult:
    """The file that was written, and how it was checked."""

    path: Path
    num_bytes: int
    check: ExportCheck


def export_run(run: Run, path: Path) -> ExportResult:
    """Write the zip.

    Raises `RunError` if the run is unfinished or ONNX Runtime disagrees with PyTorch, `DataError`
    without test images, and `OSError`.
    """
    if not run.report_file.exists():
        raise RunError(f"Run {run.id} is {run.state()}: only a finished run can be exported.")
    model, input_spec = weights.load_model(run)
    classifier = PixelClassifier(model.cpu(), input_spec).eval()
    graph = export_graph(classifier)
    check = check_export(
        classifier, graph, datasets.load(run.report().data).test_images[:NUM_CHECKED]
    )
    content = zip_export(run, input_spec, graph, check)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(path, content)
    return ExportResult(path=path, num_bytes=len(content), check=check)


def export_graph(classifier: PixelClassifier) -> bytes:
    """Export the graph, for any batch size.

    Uses PyTorch's older exporter: the newer one takes ten times as long for the same graph.
    """
    example = torch.zeros(2, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8)
    with (
        tempfile.TemporaryDirectory() as folder,
        warnings.catch_warnings(),
        torch.no_grad(),
    ):
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", TracerWarning)  # sizes are fixed on purpose
        graph = Path(folder, "model.onnx")
        torch.onnx.export(
            classifier,
            (example,),
            str(graph),
            dynamo=False,
            opset_version=OPSET,
            input_names=["images"],
            output_names=["probabilities"],
            dynamic_axes={"images": {0: "N"}, "probabilities": {0: "N"}},
        )
        return graph.read_bytes()


@torch.inference_mode()
def check_export(classifier: PixelClassifier, graph: bytes, images: np.ndarray) -> ExportCheck:
    """Predict the same images with both; raises `RunError` if a class differs without a tie."""
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    max_difference, num_ties = 0.0, 0
    for start in range(0, len(images), CHECK_BATCH_SIZE):
        batch = np.array(images[start : start + CHECK_BATCH_SIZE])
        ours = classifier(torch.from_numpy(batch)).numpy()
        (theirs,) = session.run(None, {"images": batch})
        difference = float(np.abs(ours - theirs).max())
        max_difference = max(max_difference, difference)
        disagree = ours.argmax(axis=1) != theirs.argmax(axis=1)
        ranked = np.sort(ours, axis=1)
        is_tie = ranked[:, -1] - ranked[:, -2] <= 2 * difference
        if difference > TOLERANCE or (disagree & ~is_tie).any():
            raise RunError(
                f"ONNX Runtime and PyTorch disagree (probabilities differ by up to "
                f"{difference:.2g}): nothing was written."
            )
        num_ties += int(disagree.sum())
    return ExportCheck(num_images=len(images), largest_difference=max_difference, num_ties=num_ties)


def zip_export(run: Run, input_spec: InputSpec, graph: bytes, check: ExportCheck) -> bytes:
    """Zip the model, its classes, its preprocessing notes and its model card."""
    checked = (
        f"Checked in ONNX Runtime {onnxruntime.__version__} against PyTorch on "
        f"{check.num_images:,} test images: probabilities differ by at most "
        f"{check.largest_difference:.2g}, and {check.class_agreement}."
    )
    files = {
        "model.onnx": graph,
        "classes.json": json.dumps(list(CLASSES), indent=2).encode(),
        "preprocessing.md": model_card.render_preprocessing(input_spec).encode(),
        "MODEL_CARD.md": model_card.render_card(run, checked).encode(),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.writestr(name, file)
    return content.getvalue()
