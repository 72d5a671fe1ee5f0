"""Run a command as a shell would, and look at what it said."""

import json
from types import SimpleNamespace

import pytest

from fmnist_core.cli.main import main


@pytest.fixture
def lab(capsys):
    """`lab("models", "--json")`: exit status, output, errors, and what the output says as JSON."""

    def call(*words):
        try:
            status = main(words)
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        facts = json.loads(said.out) if "--json" in words and said.out else None
        return SimpleNamespace(status=status, out=said.out, err=said.err, facts=facts)

    return call
