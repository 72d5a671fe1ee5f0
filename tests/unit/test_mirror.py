"""Test files mirror modules, and modules are neither too long nor too short."""

import pytest

from fmnist_core import paths

UNIT = paths.PROJECT / "tests" / "unit"
CORE = paths.PROJECT / "fmnist_core"
WITHOUT_A_MODULE = {
    "test_layers.py": "the imports of all modules",
    "test_mirror.py": "the files of all modules",
    "test_docs.py": "docs/",
    "cli/test_every_command.py": "whatever commands there are",
    "data/test_real_data.py": "Fashion-MNIST itself",
    "ui/test_messages.py": ".streamlit/config.toml",
}
"""Test files that name no module, and what they test instead."""

MAX_LINES = 320
MIN_LINES = 30
SHORT = {
    "__main__.py": "starts the command line",
    "csv_export.py": "a leaf that several packages import",
    "open_files.py": "called once by the page frame; nothing to do with pages",
    "charts/vega_lite.py": "every chart imports it, and what draws them",
    "evaluation/ensemble.py": "models that vote: no metric of a single model",
    "evaluation/pareto.py": "accuracy against cost: no metric of a single model",
    "data/input_spec.py": "shared by models and data; loads no torch",
    "health_page/teachers_only.py": "the page and what its buttons do both need it",
    "models/mlp.py": "one model, one module",
    "runs/json_files.py": "runs and searches both read their files with it",
    "search/restarts.py": "called by the watchdog of the server; nothing else of a search is",
    "training/preset.py": "presets and coursework_presets both import it",
    "ui/link_card.py": "a card of Home and of Train",
}
"""Modules below `MIN_LINES`, and why each stands alone."""

MODULES = [path for path in sorted(CORE.rglob("*.py")) if path.name != "__init__.py"]


def relative(path, folder):
    return path.relative_to(folder).as_posix()


@pytest.mark.parametrize(
    "path", sorted(UNIT.rglob("test_*.py")), ids=lambda path: relative(path, UNIT)
)
def test_each_test_file_names_a_module(path):
    name = relative(path, UNIT)
    module = CORE / name.replace("test_", "", 1)
    assert module.exists() != (name in WITHOUT_A_MODULE)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: relative(path, CORE))
def test_a_module_holds_one_concept(path):
    num_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert num_lines <= MAX_LINES
    assert (num_lines < MIN_LINES) == (relative(path, CORE) in SHORT)


def test_exceptions_are_of_files_that_exist():
    assert all((UNIT / name).exists() for name in WITHOUT_A_MODULE)
    assert all((CORE / name).exists() for name in SHORT)


@pytest.mark.parametrize(
    "path", sorted(CORE.rglob("__init__.py")), ids=lambda path: path.parent.name
)
def test_packages_hold_nothing_themselves(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 15
