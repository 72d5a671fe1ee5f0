"""A class is opened with its address and codes in the terminal; codes are shown and replaced."""

import pytest

from fmnist_core.access import addresses, codes
from fmnist_core.cli import classroom


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(addresses, "network_address", lambda: "10.1.2.3")


@pytest.fixture
def server_options(monkeypatch):
    """Run no server; the options it was started with."""
    options = []
    monkeypatch.setattr(classroom, "run_server", lambda *given: options.extend(given) or 0)
    return options


def test_opening_prints_how_to_join_and_listens_on_the_network(run_command, server_options):
    result = run_command("class", "open")
    current = codes.current_codes()
    for shown in ("http://10.1.2.3:8501", current.class_code, current.teacher_code):
        assert codes.format_code(shown) in result.out
    assert {"--server.address=0.0.0.0", "--server.port=8501"} <= set(server_options)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--port", "80"], "http://10.1.2.3:80"),
        (["--address", "192.168.1.7"], "http://192.168.1.7:8501"),
        (["--address", "fd00::7"], "http://[fd00::7]:8501"),
    ],
)
@pytest.mark.usefixtures("server_options")
def test_the_address_is_the_one_to_open(words, expected, run_command):
    assert run_command("class", "open", *words, "--json").facts["address"] == expected


@pytest.mark.usefixtures("server_options")
def test_the_settings_may_name_the_address(run_command, tmp_path, monkeypatch):
    (tmp_path / "lab.toml").write_text('[access]\naddress = "https://lab.example/"\n')
    monkeypatch.setenv("FMNIST_SETTINGS", str(tmp_path / "lab.toml"))
    assert run_command("class", "open", "--json").facts["address"] == "https://lab.example"


def test_codes_are_shown_and_replaced(run_command):
    first = run_command("class", "codes", "--json").facts
    assert run_command("class", "codes", "--json").facts == first
    second = run_command("class", "codes", "--new", "--json").facts
    assert second["class_code"] != first["class_code"]
    assert second["teacher_code"] == first["teacher_code"]
    third = run_command("class", "codes", "--new-teacher", "--json").facts
    assert third["teacher_code"] != first["teacher_code"]
