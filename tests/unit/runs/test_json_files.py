"""What is said about a file that is missing or damaged."""

import pytest
from pydantic import BaseModel

from fmnist_core.errors import RunError
from fmnist_core.runs.json_files import read_model
from fmnist_core.training.recipe import Recipe


class Point(BaseModel):
    left: int


def test_file_is_read_and_validated(tmp_path):
    file = tmp_path / "point.json"
    file.write_text('{"left": 3}')
    assert read_model(file, Point, subject="Run 7") == Point(left=3)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, r"^Run 7 has no recipe.json\.$"),
        (b'{"left": "x"}', r"^Run 7 is damaged: recipe.json, left: Input should be"),
        (b"{", r"^Run 7 is damaged: recipe.json, its JSON: Invalid JSON"),
        (b"\xff", "^Run 7 is damaged"),
    ],
)
def test_problem_is_said(tmp_path, content, sentence):
    file = tmp_path / "recipe.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(RunError, match=sentence):
        read_model(file, Point, subject="Run 7")


def test_folder_in_place_of_a_file_is_said(tmp_path):
    with pytest.raises(RunError, match=r"^Run 7: .* cannot be read"):
        read_model(tmp_path, Point, subject="Run 7")


def test_sentence_of_the_recipe_is_kept(tmp_path):
    file = tmp_path / "recipe.json"
    file.write_text('{"model": "nosuch"}')
    with pytest.raises(RunError, match=r"^Run 7 is damaged: recipe.json: No model 'nosuch'"):
        read_model(file, Recipe, subject="Run 7")
