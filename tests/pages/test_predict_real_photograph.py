"""The real photographs as an image source of Predict and Explain, without a browser."""

import pytest

from fmnist_core.data import real_photographs
from tests.apptest import html, open_page
from tests.pages.test_compare import find, texts

pytestmark = pytest.mark.usefixtures("empty_lab")
FIRST = {}
for photograph in real_photographs.load_photographs():
    FIRST.setdefault(photograph.garment, photograph.index)


@pytest.mark.parametrize(
    ("garment", "truth"),
    [
        ("dress", "Actually: Dress<"),
        ("outwear", "Actually: Jacket or coat (right is Pullover or Coat)"),
        ("hat", "Actually: Hat (none of the ten classes)"),
    ],
)
def test_photograph_of_a_link_is_shown_with_what_it_is(garment, truth):
    index = FIRST[garment]
    app = open_page("pages/predict.py", models="mlp", photograph=str(index))
    assert truth in html(app)
    assert "Alexey Grigorev" in texts(app.caption)
    assert app.query_params["photograph"] == str(index)
    assert find(app.number_input, "Number").value == index


def test_another_photograph_of_a_garment():
    app = open_page("pages/predict.py", models="mlp", photograph="0")
    find(app.selectbox, "Garment").set_value("skirt").run()
    find(app.button, "Another").click().run()
    assert not app.exception
    assert "Actually: Skirt" in html(app)


def test_photograph_that_does_not_exist_is_said():
    app = open_page("pages/predict.py", models="mlp", photograph="300")
    assert "numbers are 0 to 299" in texts(app.warning)


def test_photograph_is_explained():
    app = open_page("pages/explain.py", models="mlp", photograph=str(FIRST["dress"]))
    assert not app.exception
    assert find(app.number_input, "Number").value == FIRST["dress"]
    assert app.query_params["photograph"] == str(FIRST["dress"])
