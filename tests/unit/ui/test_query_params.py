"""Links to a test image and back."""

from urllib.parse import parse_qsl

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
