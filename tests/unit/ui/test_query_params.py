"""Links to a test image and back."""

from urllib.parse import parse_qsl

import pytest

from fmnist_core.ui import query_params


def test_parameters_are_read_as_they_were_written():
    params = query_params.to_params(["a", "b"], test_index=7, data="drawn")
    link = query_params.from_params(params)
    assert (link.models, link.test_index, link.data) == (("a", "b"), 7, "drawn")


def test_image_link_names_the_page_and_only_what_differs_from_the_default():
    link = query_params.image_link("predict", ["a"], test_index=7, data="fashion-mnist")
    assert link == "predict?models=a&test=7"


def test_image_link_escapes_ids():
    link = query_params.image_link("predict", ["a & b", "ü#1"], test_index=7, data="drawn")
    assert dict(parse_qsl(link.partition("?")[2]))["models"] == "a & b,ü#1"


def test_real_photograph_is_read_as_it_was_written():
    params = query_params.to_params(["a"], test_index=None, data="fashion-mnist", photograph=7)
    assert query_params.from_params(params).photograph == 7
    assert (
        query_params.photograph_link("predict", ["a"], number=7) == "predict?models=a&photograph=7"
    )


@pytest.mark.parametrize("text", ["300", "-1", "dress", "²", "9" * 12])
def test_real_photograph_that_does_not_exist(text):
    link = query_params.from_params({"photograph": text})
    assert link.photograph is None
    assert "numbers are 0 to 299" in link.problem
