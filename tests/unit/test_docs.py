"""The documentation says what the code does."""

import re
import tomllib

import pytest

from docs import architecture
from fmnist_core import paths
from fmnist_core.cli import reference
from fmnist_core.cli.main import build_parser
from fmnist_core.runs.zoo import ZOO, get_checkpoint
from fmnist_core.settings import Settings
from fmnist_core.training.presets import PRESETS

PROJECT = paths.PROJECT
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(PROJECT.glob("docs/*.md"))]


def read(name):
    return (PROJECT / name).read_text(encoding="utf-8")


def test_diagram_is_drawn_from_the_imports():
    assert architecture.page_with_diagram() == read("docs/architecture.md"), "run `make docs`"


def test_commands_are_listed_from_their_parsers():
    assert reference.markdown() == read("docs/commands.md"), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_to_files(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_that_are_named_exist(page):
    names = re.findall(r"`((?:fmnist_core|tests|docs)/[\w/]+\.\w+)`", page.read_text("utf-8"))
    assert [name for name in names if not (PROJECT / name).exists()] == []


def test_commands_of_the_figures_exist():
    commands = re.findall(r"\| `([^`|]+)` \|$", read("docs/figures.md"), re.MULTILINE)
    assert len(commands) > 20
    for command in commands:
        build_parser().parse_args(command.split())


def test_shipped_runs_have_the_accuracy_that_is_told():
    rows = re.findall(
        r"^\| .+ \| `([\w-]+)` \| ([\d.]+%) \|", read("docs/recipes.md"), re.MULTILINE
    )
    shipped = {key: get_checkpoint(model).report().test_accuracy for model, key in ZOO.items()}
    assert dict(rows) == {recipe: f"{accuracy:.2%}" for recipe, accuracy in shipped.items()}


def test_presets_that_are_named_exist():
    assert set(re.findall(r"`(seed-[\w-]+)`", read("docs/recipes.md"))) == {
        key for key in PRESETS if key.startswith("seed-")
    }


def test_settings_are_listed_with_their_defaults():
    listed = re.search(r"```toml\n(.*?)```", read("docs/classroom.md"), re.DOTALL)
    assert tomllib.loads(listed[1]) == Settings().model_dump(mode="json")
