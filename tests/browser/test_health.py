"""Health in a class: the teacher frees space, and a pupil is told that the page is not for them."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fmnist_core.access import codes
from fmnist_core.runs import deleted_runs, store
from tests.browser.actions import wait_until_still
from tests.browser.conftest import StartServer
from tests.factories import MakeRun


@pytest.fixture
def class_address(start_server: StartServer, tmp_path: Path, monkeypatch) -> str:
    """The address of a server with a class, whose runs may take 2.8 MB."""
    settings = tmp_path / "lab.toml"
    settings.write_text("[access]\nclass_code_required = true\n[disk]\nruns_gigabytes = 0.0028\n")
    monkeypatch.setenv("FMNIST_SETTINGS", str(settings))
    return start_server()


def enter(page: Page, address: str, code: str) -> None:
    page.goto(f"{address}/health")
    page.get_by_label("Class code").fill(code)
    page.get_by_role("button", name="Join the class").click()
    expect(page.get_by_role("heading", name="Health")).to_be_visible()
    wait_until_still(page)


def test_a_pupil_is_told_that_it_is_for_teachers(page: Page, class_address: str) -> None:
    enter(page, class_address, codes.current_codes().class_code)
    expect(page.get_by_text("This page is for teachers")).to_be_visible()
    expect(page.get_by_role("heading", name="Queue")).to_have_count(0)
    expect(page.get_by_role("link", name="Health")).to_have_count(0)


def test_the_teacher_deletes_the_oldest_runs_and_empties_the_bin(
    page: Page, class_address: str, make_run: MakeRun, runs_folder: Path
) -> None:
    oldest, pinned, newest = (
        make_run(finished=True, name=name) for name in ("Oldest", "Kept", "Newest")
    )
    for run in (oldest, pinned, newest):
        run.weights_file.write_bytes(b"\0" * 1_000_000)
    store.pin_run(pinned, pinned=True)
    enter(page, class_address, codes.current_codes().teacher_code)
    expect(page.get_by_text("New runs are refused")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Oldest")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Newest")).not_to_be_checked()
    page.get_by_text("Ada · Newest").click()  # one more than is needed
    page.get_by_role("button", name="Delete the chosen runs").click()
    expect(page.get_by_text("2 runs deleted")).to_be_visible()
    assert store.list_runs(runs_folder) == [pinned]
    expect(page.get_by_text("New runs are refused")).to_have_count(0)
    page.get_by_role("button", name="Empty the bin").click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Empty the bin").click()
    expect(page.get_by_text("2 deleted runs removed for good")).to_be_visible()
    assert deleted_runs.list_bin(runs_folder) == []
