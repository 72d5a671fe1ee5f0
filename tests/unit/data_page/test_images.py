"""Images by split and number, and pages of them."""

import numpy as np
import pytest

from fmnist_core.data import datasets
from fmnist_core.data_page import images
from fmnist_core.data_page.images import SplitImages, page_of

SPLIT = SplitImages(
    images=np.zeros((100, 28, 28), np.uint8), labels=np.arange(100) % 10, numbers=np.arange(100)
)


@pytest.mark.real_data
def test_training_and_validation_images_are_those_that_runs_use():
    loaded = datasets.load("fashion-mnist")
    train = images.load_split("fashion-mnist", "train")
    validation = images.load_split("fashion-mnist", "validation")
    assert np.array_equal(train.images[train.numbers[:50]], loaded.train_images[:50])
    assert np.array_equal(train.labels[train.numbers], loaded.train_labels)
    assert np.array_equal(validation.labels[validation.numbers], loaded.validation_labels)


@pytest.mark.real_data
def test_the_first_training_image_is_an_ankle_boot():
    garment = images.load_garment("fashion-mnist", is_test=False, number=0)
    assert garment.title == "Ankle boot"
    assert garment.name == "Fashion-MNIST, training image 0"


@pytest.mark.parametrize("shuffle", [0, 1, 999])
@pytest.mark.parametrize("label", [None, 4])
def test_each_image_is_on_exactly_one_page(shuffle, label):
    first, num_pages = page_of(SPLIT, label=label, shuffle=shuffle, page=1, size=7)
    pages = [
        page_of(SPLIT, label=label, shuffle=shuffle, page=page, size=7)[0]
        for page in range(1, num_pages + 1)
    ]
    shown = np.concatenate(pages)
    expected = SPLIT.numbers if label is None else SPLIT.numbers[SPLIT.labels == label]
    assert sorted(shown) == expected.tolist()
    assert np.array_equal(first, pages[0])


def test_a_seed_decides_the_order():
    pages = [page_of(SPLIT, label=None, shuffle=seed, page=1, size=20)[0] for seed in (1, 1, 2)]
    assert np.array_equal(pages[0], pages[1])
    assert not np.array_equal(pages[0], pages[2])


def test_a_page_beyond_the_last_is_the_last():
    numbers, num_pages = page_of(SPLIT, label=None, shuffle=0, page=99, size=30)
    assert num_pages == 4
    assert numbers.tolist() == list(range(90, 100))
