"""The real photographs that ship with the package."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fmnist_core.data import real_photographs
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import CLASSES

MAX_BYTES = 3_000_000
PHOTOGRAPHS = real_photographs.load_photographs()


def test_all_photographs_are_small_and_readable():
    files = {photograph.file for photograph in PHOTOGRAPHS}
    assert len(files) == len(PHOTOGRAPHS) == 300
    assert files == set(real_photographs.FOLDER.glob("*/*.jpg"))
    assert sum(file.stat().st_size for file in files) <= MAX_BYTES
    for photograph in PHOTOGRAPHS:
        pixels = photograph.read()
        assert pixels.dtype == np.uint8
        assert pixels.shape[2] == 3
        assert max(pixels.shape) == 256


def test_several_classes_may_be_right():
    right = {
        photograph.garment: {CLASSES[label] for label in photograph.accepted}
        for photograph in PHOTOGRAPHS
    }
    assert right["outwear"] == {"Pullover", "Coat"}
    assert right["dress"] == {"Dress"}
    assert right["hat"] == right["skirt"] == right["shorts"] == set()


def test_label_is_one_of_the_right_classes():
    for photograph in PHOTOGRAPHS:
        assert (photograph.label is None) == (not photograph.accepted)
        assert photograph.label is None or photograph.label in photograph.accepted
    assert len(real_photographs.known_photographs()) == 276


def test_every_garment_has_its_titles():
    garments = set(Counter(photograph.garment for photograph in PHOTOGRAPHS))
    assert garments == set(real_photographs.GARMENT_TITLES)
    assert garments == set(real_photographs.GARMENT_PLURALS)


def test_readme_gives_licence_and_thanks():
    text = (real_photographs.FOLDER / "README.md").read_text(encoding="utf-8")
    assert "CC0 1.0" in text
    assert "Thanks to Alexey Grigorev" in text
    assert "Alexey Grigorev" in real_photographs.THANKS


def test_missing_or_damaged_file_is_an_error_for_users(tmp_path: Path):
    missing = replace(PHOTOGRAPHS[0], file=tmp_path / "missing.jpg")
    with pytest.raises(DataError, match=r"missing\.jpg cannot be read"):
        missing.read()
    missing.file.write_bytes(b"nothing")
    with pytest.raises(DataError, match="is not an image"):
        missing.read()
