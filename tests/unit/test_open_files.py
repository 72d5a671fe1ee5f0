"""The limit of open files is raised, and never lowered."""

import subprocess
import sys

import pytest

from fmnist_core import paths
from fmnist_core.open_files import NEEDED

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [(256, 4 * NEEDED, NEEDED), (256, 1024, 1024), (2 * NEEDED, 4 * NEEDED, 2 * NEEDED)],
)
def test_limit_is_raised_as_far_as_the_system_allows(soft, hard, raised):
    """In a process of its own, since a hard limit cannot be raised again."""
    code = f"""
import resource
from fmnist_core.open_files import raise_limit

resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
raise_limit()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=paths.PROJECT, capture_output=True, text=True, check=True)
    assert int(ended.stdout) == raised
