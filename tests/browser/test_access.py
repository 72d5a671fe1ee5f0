"""A class: the code lets a browser in, each pupil controls their own runs, the teacher all."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from fmnist_core.access import addresses, codes, signing
from fmnist_core.ui import run_list
from fmnist_core.ui.browser_state import COOKIE_PREFIX
from fmnist_core.ui.identity import PERSON, ROLE
from tests import factories
from tests.browser.actions import wait_until_still
from tests.browser.conftest import TIMEOUT_MS, StartServer
from tests.browser.test_accessibility import findings
from tests.factories import MakeRun


@pytest.fixture
def class_address(start_server: StartServer, tmp_path: Path, monkeypatch) -> str:
    """The address of a server that asks for the class code."""
    settings = tmp_path / "lab.toml"
    settings.write_text("[access]\nclass_code_required = true\n")
    monkeypatch.setenv("FMNIST_SETTINGS", str(settings))
    return start_server()


@pytest.fixture
def other_page(browser: Browser) -> Iterator[Page]:
    """A page in another pupil's browser, a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    yield page
    context.close()


def join(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Class code").fill(codes.current_codes().class_code.lower())
    page.get_by_role("button", name="Join the class").click()
    expect(page.locator(".st-key-navigation")).to_be_visible()
    page.wait_for_function(f"document.cookie.includes('{COOKIE_PREFIX}{ROLE}')")


def person_at(page: Page) -> str:
    """The id that this browser keeps."""
    expect(page.locator(".st-key-browser-person")).to_be_attached()
    page.wait_for_function(f"document.cookie.includes('{COOKIE_PREFIX}{PERSON}')")
    kept = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    person = signing.read(kept[COOKIE_PREFIX + PERSON], purpose=PERSON)
    assert person
    return person


def open_class_menu(page: Page) -> None:
    wait_until_still(page)
    page.locator(".st-key-class-panel button").first.click()


def expect_delete_button(page: Page, url: str, *, visible: bool) -> None:
    page.goto(url)
    expect(page.get_by_role("button", name="Replay", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_be_visible(visible=visible)


def test_pupils_and_teacher(
    page: Page, other_page: Page, class_address: str, make_run: MakeRun
) -> None:
    page.goto(class_address)
    page.get_by_label("Class code").fill("wrong")
    page.get_by_label("Class code").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That is not the code")
    expect(page.locator(".st-key-navigation")).to_have_count(0)
    join(page, class_address)
    run = make_run(*factories.training_events(5), finished=True)
    run.write_metadata(run.metadata().model_copy(update={"owner": person_at(page)}))
    time.sleep(run_list.MAX_AGE_SECONDS)  # the server's list of runs may be so old
    url = f"{class_address}/train?run={run.id}"
    expect_delete_button(page, url, visible=True)

    join(other_page, class_address)
    expect_delete_button(other_page, url, visible=False)
    open_class_menu(other_page)
    other_page.get_by_label("Teacher’s code").fill(codes.current_codes().teacher_code)
    other_page.get_by_label("Teacher’s code").press("Enter")
    expect(other_page.get_by_text("everybody’s runs")).to_be_visible()
    wait_until_still(other_page)
    expect_delete_button(other_page, url, visible=True)
    open_class_menu(other_page)
    other_page.get_by_role("button", name="Stop teaching here").click()
    wait_until_still(other_page)
    expect_delete_button(other_page, url, visible=False)


def test_a_scanned_code_opens_the_app_and_vanishes_from_the_address(
    page: Page, class_address: str
) -> None:
    page.goto("about:blank")
    page.goto(addresses.with_code(class_address, codes.link_code()))
    expect(page.locator(".st-key-navigation")).to_be_visible()
    expect(page).to_have_url(f"{class_address}/")
    page.reload()
    expect(page.locator(".st-key-navigation")).to_be_visible()
    page.go_back()
    expect(page).to_have_url("about:blank")


def test_a_reload_before_the_cookie_is_written_asks_for_no_code(
    page: Page, class_address: str
) -> None:
    page.goto(class_address)
    page.get_by_label("Class code").fill(codes.current_codes().class_code)
    page.get_by_role("button", name="Join the class").click()
    expect(page.locator(".st-key-navigation")).to_be_visible()
    page.context.clear_cookies(name=COOKIE_PREFIX + ROLE)
    page.reload()
    expect(page.locator(".st-key-navigation, .st-key-access-form")).to_have_class(
        re.compile("st-key-navigation")
    )
    page.wait_for_function(f"document.cookie.includes('{COOKIE_PREFIX}{ROLE}')")


def test_a_shared_computer_forgets_the_pupil(page: Page, class_address: str) -> None:
    join(page, class_address)
    person = person_at(page)
    open_class_menu(page)
    page.get_by_role("button", name="Leave on this device").click()
    expect(page.get_by_label("Class code")).to_be_visible()
    page.wait_for_function(f"!document.cookie.includes('{COOKIE_PREFIX}')")
    page.reload()
    join(page, class_address)
    assert person_at(page) != person


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_form_has_no_serious_finding(page: Page, class_address: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(class_address)
    expect(page.get_by_label("Class code")).to_be_visible()
    wait_until_still(page)
    assert findings(page) == []
