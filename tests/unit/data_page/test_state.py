"""Links to the Data page, both ways."""

import pytest

from fmnist_core.data_page.state import DataChoice, parse, to_params
from fmnist_core.data_page.views import VIEWS

KEYS = list(VIEWS)


@pytest.mark.parametrize(
    "choice",
    [
        DataChoice(),
        DataChoice(view="browse", split="train", label=3, shuffle=7, page=4, train=59_999),
        DataChoice(view="map", space="features", layout="tsne", color="correct", models="cnn"),
        DataChoice(view="map", lasso=((-0.5, 0.25), (1.0, 0.0), (0.125, -1.0)), test=12),
        DataChoice(view="augmentation", change="zoom", amount="0.2", data="drawn"),
        DataChoice(view="map", space="features", epoch=3),
    ],
)
def test_a_link_shows_what_its_page_showed(choice):
    parsed, unknown = parse(to_params(choice), views=KEYS)
    assert parsed == choice
    assert unknown == []


def test_defaults_make_no_parameters():
    assert to_params(DataChoice()) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("view", "nosuch"), ("class", "10"), ("class", "x"), ("page", "0"), ("layout", "lda"),
        ("lasso", "1_2~x"), ("lasso", "1~2_3"), ("change", "blur"), ("epoch", "-1"),
        ("train", "60000"), ("color", "red"), ("data", "cifar"), ("space", ""),
        ("lasso", "nan_0~1_1~0_1"), ("lasso", "1_1~99999_0~0_0"), ("amount", "181"),
    ],
)  # fmt: skip
def test_an_invalid_value_is_named_and_the_rest_is_kept(name, value):
    parsed, unknown = parse({"shuffle": "5", name: value}, views=KEYS)
    assert unknown == [name]
    assert parsed.shuffle == 5


def test_a_test_image_that_does_not_exist_is_left_to_the_shared_links():
    parsed, unknown = parse({"test": "10000"}, views=KEYS)
    assert parsed.test is None
    assert unknown == []


def test_links_of_other_pages_may_name_several_models():
    parsed, _ = parse({"models": "cnn,mlp", "test": "3"}, views=KEYS)
    assert parsed.models == "cnn"


def test_a_long_lasso_is_cut():
    text = "~".join(f"{number}_{number}" for number in range(500))
    assert len(parse({"lasso": text}, views=KEYS)[0].lasso) == 40


def test_an_image_decides_its_split():
    assert parse({"train": "7"}, views=KEYS)[0].split == "train"
    assert parse({"train": "7", "split": "validation"}, views=KEYS)[0].split == "validation"
    assert parse({"test": "7", "split": "train"}, views=KEYS)[0].split == "test"


def test_of_two_images_one_is_shown_and_the_other_named():
    parsed, unknown = parse({"test": "5", "train": "6"}, views=KEYS)
    assert (parsed.test, parsed.train) == (5, None)
    assert unknown == ["train"]
