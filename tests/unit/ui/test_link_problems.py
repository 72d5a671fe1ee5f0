"""Problems of a link stay on the page until another link or another page."""

import pytest

from tests.apptest import open_page

PAGES = ("pages/predict.py", "pages/explain.py")


@pytest.mark.parametrize("file", PAGES)
def test_problems_stay_when_the_page_reruns(file):
    page = open_page(file, source="telescope", models="nobody", data="drawn", test="123456")
    shown = [warning.value for warning in page.warning]
    assert len(shown) == 3
    assert [warning.value for warning in page.run().warning] == shown


@pytest.mark.parametrize("file", PAGES)
def test_another_link_clears_them(file):
    page = open_page(file, source="telescope")
    page.query_params["source"] = "upload"
    assert not page.run().warning


@pytest.mark.parametrize("file", PAGES)
def test_another_page_clears_them(file):
    page = open_page(file, source="telescope")
    page.switch_page("pages/compare.py").run()
    assert not page.switch_page(file).run().warning
