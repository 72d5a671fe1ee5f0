"""Run a command as a shell would."""

import json
from types import SimpleNamespace

import pytest

from fmnist_core.cli.main import main


@pytest.fixture
def run_command(capsys):
    """`run_command("models", "--json")`: `status`, `out`, `err`, and `facts`, the JSON in `out`."""

    def run(*arguments):
        try:
            status = main(arguments)
        except SystemExit as end:
            status = end.code
        captured = capsys.readouterr()
        facts = json.loads(captured.out) if "--json" in arguments and captured.out else None
        return SimpleNamespace(status=status, out=captured.out, err=captured.err, facts=facts)

    return run
