"""What a node must have to train runs of this machine: the same versions, and authentication.

Images need not be there: they are sent to each node once.
"""

import hashlib
import importlib.metadata
import os
import platform
from dataclasses import dataclass
from functools import cache

from fmnist_core import paths

AUTH_VARIABLE, AUTH_MODE = "RAY_AUTH_MODE", "token"
START_COMMAND = f"{AUTH_VARIABLE}={AUTH_MODE} ray start --address=HEAD:6379"
NODE_PACKAGES = (
    "fmnist_core/data",
    "fmnist_core/evaluation",
    "fmnist_core/jobs/executors/ray_cluster",
    "fmnist_core/models",
    "fmnist_core/synthetic",
    "fmnist_core/training",
)
"""What a node imports; the pages may differ."""


@dataclass(frozen=True, kw_only=True)
class NodeVersions:
    """Versions on a node, and how it lets others connect."""

    python: str
    """Major and minor."""
    ray: str
    torch: str
    code: str
    """Digest of the modules that nodes run."""
    auth_mode: str


def read_versions() -> NodeVersions:
    """The versions of this process's machine; loads neither Ray nor torch."""
    return NodeVersions(
        python=".".join(platform.python_version_tuple()[:2]),
        ray=importlib.metadata.version("ray"),
        # CPU and CUDA builds of one version may be mixed.
        torch=importlib.metadata.version("torch").partition("+")[0],
        code=_code_digest(),
        auth_mode=os.environ.get(AUTH_VARIABLE, ""),
    )


@cache
def _code_digest() -> str:
    """Digest of the modules as they were when this process asked first."""
    digest = hashlib.sha256()
    for package in NODE_PACKAGES:
        for path in sorted((paths.PROJECT / package).rglob("*.py")):
            digest.update(path.relative_to(paths.PROJECT).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()


def describe_mismatch(node: str, versions: NodeVersions, here: NodeVersions) -> str:
    """Why this node cannot train runs of this machine, and the way on; empty if it can."""
    for title, there, expected in (
        ("Python", versions.python, here.python),
        ("Ray", versions.ray, here.ray),
        ("torch", versions.torch, here.torch),
    ):
        if there != expected:
            return (
                f"Node {node} has {title} {there}, but this machine has {expected}; install the "
                "same version there and start the node again."
            )
    if versions.code != here.code:
        return (
            f"Node {node} has another version of this program; update its folder and start the "
            "node again."
        )
    if versions.auth_mode != AUTH_MODE:
        return (
            f"Node {node} lets everybody in the network run programs on it; start it again with "
            f"'{START_COMMAND}'."
        )
    return ""


def describe_probe_error(node: str, error: Exception) -> str:
    """Why a node could not even be asked."""
    text = str(error)
    if "ModuleNotFoundError" in text or "No module named" in text:
        return (
            f"Node {node} does not find this program; put its folder at {paths.PROJECT}, as here, "
            "or name it in PYTHONPATH when the node starts."
        )
    return f"Node {node} does not answer ({type(error).__name__}); start it again."
