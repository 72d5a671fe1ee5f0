"""Which nodes can train runs of this machine, and why others cannot."""

import subprocess
import sys
from dataclasses import replace

import pytest

from fmnist_core import paths
from fmnist_core.jobs.executors.ray_cluster import nodes

HERE = replace(nodes.read_versions(), auth_mode=nodes.AUTH_MODE)


def test_equal_node_can_train():
    assert not nodes.describe_mismatch("10.0.0.2", HERE, HERE)


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({"python": "3.9"}, ["Python 3.9", HERE.python]),
        ({"ray": "2.1.0"}, ["Ray 2.1.0", HERE.ray]),
        ({"torch": "1.13.0"}, ["torch 1.13.0", HERE.torch]),
        ({"code": "other"}, ["another version of this program"]),
        ({"auth_mode": ""}, ["RAY_AUTH_MODE=token ray start"]),
    ],
    ids=lambda value: str(value)[:20],
)
def test_different_node_is_explained(changes, texts):
    sentence = nodes.describe_mismatch("10.0.0.2", replace(HERE, **changes), HERE)
    assert all(text in sentence for text in ["10.0.0.2", *texts])


def test_build_of_torch_does_not_matter():
    assert "+" not in HERE.torch


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ModuleNotFoundError("No module named 'fmnist_core'"), "PYTHONPATH"),
        (TimeoutError(), "does not answer (TimeoutError)"),
    ],
)
def test_node_that_cannot_be_asked_is_explained(error, text):
    assert text in nodes.describe_probe_error("10.0.0.2", error)


def test_version_covers_what_a_node_imports():
    code = (
        "import sys\nimport fmnist_core.jobs.executors.ray_cluster.node_task\n"
        "print(*[name for name in sys.modules if name.startswith('fmnist_core.')])"
    )
    names = subprocess.run(
        [sys.executable, "-c", code], cwd=paths.PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    covered = {package.replace("/", ".") for package in nodes.NODE_PACKAGES}
    packages = {name for name in names if (paths.PROJECT / name.replace(".", "/")).is_dir()}
    assert packages - {"fmnist_core.jobs", "fmnist_core.jobs.executors"} == covered
