"""The architecture: what may import what, and what the first page loads before torch.

Everything is derived from the imports in the code, except for the rules themselves.
"""

import ast
import pkgutil
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from fmnist_core import paths

CORE = paths.PROJECT / "fmnist_core"
FOUNDATION = {"evaluation", "synthetic", "preprocessing", "data", "models"}
LIBRARY = FOUNDATION | {"training", "runs", "jobs", "search", "serving", "attribution"}
PAGE = LIBRARY | {"access", "charts", "ui"}
MAY_IMPORT = {
    "access": set(),
    "evaluation": set(),
    "synthetic": set(),
    "preprocessing": set(),
    "data": {"synthetic"},
    "models": {"data"},
    "training": {"models", "data", "evaluation"},
    "runs": {"training", "models", "data", "evaluation"},
    "jobs": {"runs", "training", "data", "evaluation"},
    "search": {"jobs", "runs", "training", "data", "evaluation"},
    "serving": FOUNDATION | {"runs", "training"},
    "attribution": {"serving", "runs", "models", "data", "preprocessing"},
    "inspection": {"serving", "models", "data"},
    "embedding": {"serving", "runs", "training", "models", "data", "evaluation"},
    "charts": {"training", "evaluation"},
    "comparison_report": {"charts", "runs", "training", "data", "evaluation"},
    "ui": LIBRARY | {"access", "charts"},
    "image_input": PAGE,
    "data_page": PAGE | {"image_input", "embedding"},
    "health_page": PAGE,
    "home_page": PAGE | {"image_input"},
    "search_page": PAGE,
    "train_page": PAGE,
    "compare_page": PAGE | {"comparison_report"},
    "explain_page": PAGE | {"image_input"},
    "look_inside_page": PAGE | {"image_input", "inspection"},
    "cli": LIBRARY | {"access", "comparison_report"},
}
"""The packages that each package may import, besides itself and the leaves: the modules directly in
fmnist_core. Benchmarks may import everything.
"""
TORCH = {"torch", "torchvision", "timm", "pytorch_grad_cam"}
INTERFACE = {"streamlit", "altair", "streamlit_drawable_canvas"}
DRAWS = {
    "ui", "image_input", "home_page", "train_page", "compare_page", "explain_page", "health_page",
    "search_page", "data_page", "look_inside_page",
}  # fmt: skip
"""The packages that may import Streamlit."""
SPEAKS_PROTOCOL = {"fmnist_core.bench.streamlit_client": {"streamlit"}}
"""Modules that import the messages of Streamlit's protocol."""
CHARTS = {"charts", "comparison_report"}
"""The packages that may import Altair alone."""
OPTIONAL = {
    "ray",
    "submitit",
    "pytorch_grad_cam",
    "sklearn",
    "openTSNE",
    "umap",
    "cleanlab",
    "timm",
    "onnxruntime",
    "onnx",
    "cv2",
}
"""Libraries that some modules need at import; the others are importable without them."""


def module_name(path: Path) -> str:
    parts = path.relative_to(paths.PROJECT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(CORE.rglob("*.py"))}
LEAVES = {path.stem for path in CORE.glob("*.py")} - {"__init__", "__main__"}


@cache
def imports_of(path: Path, *, everywhere: bool = True) -> frozenset[str]:
    """Dotted names that a file imports: anywhere in it, or only when it is itself imported."""
    tree = ast.parse(path.read_text())
    names = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def top_levels(names: frozenset[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def packages_of(names: frozenset[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("fmnist_core.")}


def modules_of(names: frozenset[str]) -> set[str]:
    """The modules of fmnist_core among dotted names of modules and of what is in them."""
    return {name for full in names for name in (full, full.rpartition(".")[0]) if name in MODULES}


@cache
def needs(module: str, libraries: frozenset[str]) -> bool:
    """Whether importing a module imports one of these libraries, itself or through others."""
    names = imports_of(MODULES[module], everywhere=False)
    if top_levels(names) & libraries:
        return True
    return any(needs(other, libraries) for other in modules_of(names) - {module})


NEEDS_TORCH = {name for name in MODULES if needs(name, frozenset(TORCH))}
PACKAGES = {name.split(".")[1] for name in MODULES if name.count(".") > 1}


def run_python(code: str) -> str:
    """Run `code` in a new process and return the last line that it printed."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    ended = subprocess.run(command, cwd=paths.PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()[-1]


def import_statement(names: list[str]) -> str:
    return f"import {', '.join(name for name in names if not name.endswith('__main__'))}"


PRINT_TORCH = f"import sys; print(sorted({TORCH!r} & set(sys.modules)))"


def test_every_package_has_a_rule():
    assert set(MAY_IMPORT) == PACKAGES - {"bench"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_only_what_they_may(package):
    for path in (CORE / package).rglob("*.py"):
        allowed = MAY_IMPORT[package] | LEAVES | {package}
        assert packages_of(imports_of(path)) <= allowed, path


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_leaves_import_only_leaves(leaf):
    assert packages_of(imports_of(CORE / f"{leaf}.py")) <= LEAVES


@pytest.mark.parametrize(
    "path", sorted((paths.PROJECT / "pages").glob("*.py")), ids=lambda path: path.stem
)
def test_a_page_imports_no_other_pages_package_and_no_torch(path):
    names = imports_of(path)
    assert packages_of(names) <= LIBRARY | LEAVES | {f"{path.stem}_page", "image_input", "ui"}
    assert not top_levels(names) & TORCH
    assert not modules_of(names) & NEEDS_TORCH


@pytest.mark.parametrize("name", MODULES)
def test_interface_and_commands_load_no_torch_at_import(name):
    package = name.split(".")[1] if "." in name else ""
    if package in DRAWS | {"cli"} | LEAVES:
        assert name not in NEEDS_TORCH


@pytest.mark.parametrize("name", MODULES)
def test_only_what_draws_imports_the_interface(name):
    package = name.split(".")[1] if "." in name else ""
    allowed = INTERFACE if package in DRAWS else {"altair"} if package in CHARTS else set()
    allowed = SPEAKS_PROTOCOL.get(name, allowed)
    assert top_levels(imports_of(MODULES[name])) & INTERFACE <= allowed


def names_in_strings() -> set[str]:
    """Modules and functions that code names in strings: `module` or `module:function`."""
    trees = [ast.parse(path.read_text()) for path in MODULES.values()]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    pattern = re.compile(r"fmnist_core(\.\w+)+(:\w+)?")
    return {str(node.value) for node in nodes if pattern.fullmatch(str(node.value))}


@pytest.mark.parametrize("name", sorted(names_in_strings()))
def test_names_in_strings_lead_to_code(name):
    assert pkgutil.resolve_name(name)


WITHOUT_TORCH = [name for name in MODULES if name not in NEEDS_TORCH and ".bench" not in name]


def test_the_rest_is_imported_without_torch():
    assert run_python(f"{import_statement(WITHOUT_TORCH)}\n{PRINT_TORCH}") == "[]"


@pytest.mark.parametrize(
    "arguments", [["models"], ["recipes"], ["runs", "list"], ["data", "status"], ["zoo", "build"]]
)
def test_light_commands_load_no_torch(arguments):
    code = f"from fmnist_core.cli.main import main\nmain({arguments!r})\n{PRINT_TORCH}"
    assert run_python(code) == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "cnn", "mlp", "--html", "FILE"],
        ["explain", "0", "--model", "mlp", "--method", "input-gradient", "--out", "FILE"],
        ["runs", "list"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_commands_load_no_streamlit(arguments, tmp_path):
    words = [str(tmp_path / "file.png") if word == "FILE" else word for word in arguments]
    print_streamlit = "import sys; print('streamlit' in sys.modules)"
    code = f"from fmnist_core.cli.main import main\nmain({words!r})\n{print_streamlit}"
    assert run_python(code) == "False"


def test_training_needs_neither_interface_nor_optional_libraries():
    absent = INTERFACE | OPTIONAL
    names = [name for name in MODULES if not needs(name, frozenset(absent))]
    assert {"fmnist_core.training.loop", "fmnist_core.jobs.worker"} <= set(names)
    code = (
        f"import sys\nsys.modules |= dict.fromkeys({sorted(absent)!r})\n{import_statement(names)}"
    )
    assert run_python(f"{code}\nprint('fine')") == "fine"
