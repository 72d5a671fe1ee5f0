"""Batch prediction is timed against a plain loop, the page against a plain script."""

import ast

import pytest

from fmnist_core.bench import predict
from fmnist_core.runs import weights, zoo

pytestmark = pytest.mark.usefixtures("small_test_set")


def test_batches_against_a_plain_loop():
    seconds = predict.measure_batches(8)
    assert len(seconds) == 3
    assert all(value > 0 for value in seconds.values())


def test_plain_script_calls_functions_that_exist():
    """No tool sees into the script, and an error in it would show as a fast page."""
    modules = {"weights": weights, "zoo": zoo}
    script = ast.parse(predict.PLAIN_SCRIPT.format(project="."))
    calls = [
        node
        for node in ast.walk(script)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]
    used = [(modules[call.value.id], call.attr) for call in calls if call.value.id in modules]
    assert len(used) == 2
    assert all(hasattr(module, name) for module, name in used)
