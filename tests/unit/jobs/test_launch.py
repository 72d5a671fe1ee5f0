import subprocess
import sys
import time

from fmnist_core.jobs import launch


def test_a_child_that_has_ended_is_waited_for():
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    launch.wait_in_background(process)
    deadline = time.monotonic() + 30
    while process.returncode is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert process.returncode == 0
