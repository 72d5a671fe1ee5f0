"""The design's lines: who may import whom, and what is on the screen before torch is loaded."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from fmnist_core import paths

CORE = paths.PROJECT / "fmnist_core"
LEAVES = {"errors", "paths", "atomic", "fashion_mnist", "formatting", "csv_export"}
ARROWS = {
    "synthetic": set(),
    "preprocessing": set(),
    "data": {"synthetic"},
    "models": {"data"},
    "training": {"models", "synthetic", "preprocessing", "data"},
    "analysis": {"models", "synthetic", "preprocessing", "data"},
    "runs": {"training", "models", "synthetic", "preprocessing", "data", "analysis"},
    "ui": {"runs", "training", "analysis", "models", "synthetic", "preprocessing", "data"},
    "compare": {
        "ui",
        "runs",
        "training",
        "analysis",
        "models",
        "synthetic",
        "preprocessing",
        "data",
    },
    "predict": {
        "ui",
        "runs",
        "training",
        "analysis",
        "models",
        "synthetic",
        "preprocessing",
        "data",
    },
    "explain": {
        "predict",
        "ui",
        "runs",
        "training",
        "analysis",
        "models",
        "synthetic",
        "preprocessing",
        "data",
    },
    "cli": {
        "compare",
        "predict",
        "explain",
        "ui",
        "runs",
        "training",
        "analysis",
        "models",
        "synthetic",
        "preprocessing",
        "data",
    },
    "bench": {
        "predict",
        "explain",
        "runs",
        "training",
        "analysis",
        "models",
        "synthetic",
        "preprocessing",
        "data",
    },
}
"""Which packages of fmnist_core each may import, beside itself and the leaves."""
TORCH = {"torch", "torchvision", "timm", "pytorch_grad_cam"}
ENGINE = {
    "fmnist_core.analysis.faithfulness",
    "fmnist_core.analysis.feature_maps",
    "fmnist_core.analysis.heatmap",
    "fmnist_core.data.transforms",
    "fmnist_core.models.classifier",
    "fmnist_core.models.cnn",
    "fmnist_core.models.mlp",
    "fmnist_core.models.pretrained",
    "fmnist_core.models.timm_backbone",
    "fmnist_core.runs.answering",
    "fmnist_core.runs.epoch_weights",
    "fmnist_core.runs.export",
    "fmnist_core.runs.familiarity",
    "fmnist_core.runs.initial",
    "fmnist_core.runs.packing",
    "fmnist_core.runs.weights",
    "fmnist_core.runs.worker",
    "fmnist_core.training.answering",
    "fmnist_core.training.batches",
    "fmnist_core.training.cost",
    "fmnist_core.training.evaluation",
    "fmnist_core.training.features",
    "fmnist_core.training.freezing",
    "fmnist_core.training.loop",
    "fmnist_core.training.machine",
    "fmnist_core.training.memory",
    "fmnist_core.training.optimisers",
    "fmnist_core.training.precision",
    "fmnist_core.training.state",
    "fmnist_core.training.telling",
}
"""The modules that need torch; all others but the benches are vocabulary."""
NEEDS_MORE = {
    "fmnist_core.bench.photo_making",
    "fmnist_core.bench.photos",
    "fmnist_core.bench.drawing_making",
    "fmnist_core.bench.drawings",
    "fmnist_core.bench.explain",
    "fmnist_core.bench.predict",
    "fmnist_core.bench.trust",
    "fmnist_core.bench.unfamiliar",
    "fmnist_core.bench.unfamiliar_making",
    "fmnist_core.preprocessing.sketch",
    "fmnist_core.preprocessing.segmentation",
    "fmnist_core.preprocessing.photo",
    "fmnist_core.models.timm_backbone",
    "fmnist_core.runs.export",
}
"""What only some models, photographs and the export need, loaded when they are asked for."""
INTERFACE = {"streamlit", "altair", "streamlit_drawable_canvas"}
PAGES = (".ui.", ".compare.", ".predict.", ".explain.")
"""The packages that draw."""


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(paths.PROJECT).with_suffix("").parts)


MODULES = {name_of(path): path for path in sorted(CORE.rglob("*.py"))}
VOCABULARY = [name for name in MODULES if name not in ENGINE and ".bench." not in name]


def imported(path: Path, *, everywhere: bool = True) -> set[str]:
    """Dotted names that a file imports: anywhere in it, or only when it is itself imported."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if everywhere else tree.body
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def packages_of_core(names: set[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("fmnist_core.")}


def run_python(code: str) -> str:
    """Run `code` in a new process and return what it printed last."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    ended = subprocess.run(command, cwd=paths.PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()[-1]


def importing(names: list[str]) -> str:
    """The statement that imports these modules."""
    modules = [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]
    return f"import {', '.join(modules)}"


SAY_WHETHER_TORCH = f"import sys; print(sorted({TORCH!r} & set(sys.modules)))"


@pytest.mark.parametrize("package", ARROWS)
def test_packages_import_only_what_lies_below(package):
    for path in (CORE / package).glob("*.py"):
        used = packages_of_core(imported(path))
        assert used <= ARROWS[package] | LEAVES | {package}, path


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_leaves_import_only_leaves(leaf):
    assert packages_of_core(imported(CORE / f"{leaf}.py")) <= LEAVES


def test_every_package_has_its_arrows():
    assert {path.parent.name for path in CORE.glob("*/__init__.py")} == set(ARROWS)


@pytest.mark.parametrize(
    "path", sorted((paths.PROJECT / "pages").glob("*.py")), ids=lambda p: p.stem
)
def test_pages_load_no_torch(path):
    assert not {name.split(".")[0] for name in imported(path)} & TORCH


@pytest.mark.parametrize("name", VOCABULARY)
def test_vocabulary_imports_no_engine(name):
    names = imported(MODULES[name], everywhere=False)
    assert not {name.split(".")[0] for name in names} & TORCH
    assert not names & ENGINE


NOT_DRAWING = [name for name in MODULES if not any(part in name for part in PAGES)]


@pytest.mark.parametrize("name", NOT_DRAWING)
def test_only_what_draws_knows_the_interface(name):
    used = {name.split(".")[0] for name in imported(MODULES[name])}
    assert not used & INTERFACE


def test_vocabulary_is_imported_without_torch():
    assert run_python(f"{importing(VOCABULARY)}\n{SAY_WHETHER_TORCH}") == "[]"


@pytest.mark.parametrize(
    "words", [["models"], ["recipes"], ["runs", "list"], ["data", "status"], ["zoo", "build"]]
)
def test_light_commands_load_no_torch(words):
    code = f"from fmnist_core.cli.main import main\nmain({words!r})\n{SAY_WHETHER_TORCH}"
    assert run_python(code) == "[]"


def test_core_needs_neither_interface_nor_explanation():
    absent = sorted(INTERFACE | {"pytorch_grad_cam", "sklearn", "timm", "onnxruntime", "cv2"})
    core = importing([name for name in NOT_DRAWING if name not in NEEDS_MORE])
    code = f"import sys\nsys.modules |= dict.fromkeys({absent!r})\n{core}\nprint('fine')"
    assert run_python(code) == "fine"
