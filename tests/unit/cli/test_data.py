"""`data …`: which source serves, and how the data are fetched."""

import pytest

from fmnist_core.data import download, sources
from fmnist_core.errors import DataError


@pytest.fixture
def no_data_sources(tmp_path, monkeypatch):
    """A machine without data, and without a network."""

    def fetch():
        raise DataError("The download failed (no route to host).")

    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("FMNIST_DATA_DIR", raising=False)
    monkeypatch.setattr(sources, "DEBIAN_FOLDER", tmp_path / "debian")
    monkeypatch.setattr(download, "download_fashion_mnist", fetch)


@pytest.mark.usefixtures("no_data_sources")
def test_status_without_data_names_the_ways(run_command):
    result = run_command("data", "status", "--json")
    assert result.status == 1
    assert result.facts["source"] is None
    assert [source["key"] for source in result.facts["sources"]] == ["cache", "debian"]
    assert "data fetch" in result.err


@pytest.mark.usefixtures("no_data_sources")
def test_fetch_without_a_network_fails_in_one_line(run_command):
    result = run_command("data", "fetch")
    assert (result.status, result.out) == (1, "")
    assert result.err == "fmnist_core: The download failed (no route to host).\n"


@pytest.mark.usefixtures("no_data_sources")
def test_named_folder_is_not_replaced_by_a_download(run_command, tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "empty"))
    result = run_command("data", "fetch")
    assert result.status == 1
    assert "the folder in FMNIST_DATA_DIR" in result.err


@pytest.mark.usefixtures("no_data_sources")
def test_fetch_takes_the_mirror_where_nothing_serves(run_command, monkeypatch):
    fetched = []
    monkeypatch.setattr(download, "download_fashion_mnist", lambda: fetched.append(True))
    monkeypatch.setattr(sources, "load_images", _serves_after(fetched))
    result = run_command("data", "fetch", "--json")
    assert result.status == 0
    assert (result.facts["source"], result.facts["images"]) == ("mirror", 70_000)


def _serves_after(fetched):
    def load_images():
        if not fetched:
            raise DataError("No Fashion-MNIST here.")
        return range(70_000), None

    return load_images


@pytest.mark.real_data
def test_status_says_which_source_serves(run_command):
    facts = run_command("data", "status", "--json").facts
    assert facts["images"] == 70_000
    assert facts["source"] in [source["key"] for source in facts["sources"] if source["present"]]


@pytest.mark.real_data
def test_fetch_says_that_a_source_serves_already(run_command, monkeypatch):
    monkeypatch.setattr(download, "download_fashion_mnist", None)
    result = run_command("data", "fetch")
    assert result.status == 0
    assert result.out.startswith("Fashion-MNIST is available from ")
