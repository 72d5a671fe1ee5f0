"""Group runs by recipe, and describe how the recipes of compared runs differ."""

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence

from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.setting_texts import format_value, title_in_sentence

MAX_NAMED = 6
"""Settings that a sentence names; it only counts the others."""


def group_repeated_runs(runs: Iterable[RunSummary]) -> list[tuple[RunSummary, ...]]:
    """Group finished runs of one person and one recipe that differ in the seed alone.

    Runs of different people, of one seed, or of nobody known stay apart: their spread would not be
    that of a repeated training. Groups and their runs keep the order of `runs`.
    """
    groups: dict[str, list[RunSummary]] = {}
    for run in runs:
        groups.setdefault(_repeat_key(run), []).append(run)
    return [repeats for group in groups.values() for repeats in _split_by_seed(group)]


def _repeat_key(run: RunSummary) -> str:
    assert run.recipe is not None
    person = f"by {run.by.strip().casefold()}" if run.by.strip() else f"run {run.id}"
    if run.is_example:
        person = "example model"
    recipe = run.recipe.canonical().model_dump_json(exclude={"seed"})
    return json.dumps([person, recipe, run.started_from])


def _split_by_seed(runs: Sequence[RunSummary]) -> list[tuple[RunSummary, ...]]:
    """Keep the first run of each seed together; every further one is a group of its own."""
    first_of_seed: dict[int, RunSummary] = {}
    others = []
    for run in runs:
        assert run.recipe is not None
        if first_of_seed.setdefault(run.recipe.seed, run) is not run:
            others.append((run,))
    return [tuple(first_of_seed.values()), *others]


def describe_differences(comparison: Comparison) -> list[str]:
    """State the differences between the compared recipes in Markdown sentences."""
    return difference_sentences(comparison.names, [run.recipe for run in comparison.runs])


def difference_sentences(names: Sequence[str], recipes: Sequence[Recipe]) -> list[str]:
    """Describe pairs that differ in at most one setting; for two runs, list every difference.

    Three or more runs that differ only in the seed share a sentence.
    """
    recipes = [recipe.canonical() for recipe in recipes]
    bold = [f"**{escape_markdown(name)}**" for name in names]
    sentences: list[str] = []
    covered: set[tuple[int, int]] = set()
    for group in _seed_groups(recipes):
        seeds = ", ".join(str(recipes[index].seed) for index in group)
        listed = f"{', '.join(bold[index] for index in group[:-1])} and {bold[group[-1]]}"
        sentences.append(
            f"{listed} differ only in seed ({seeds}), so differences between them are random "
            "variation."
        )
        covered |= set(itertools.combinations(group, 2))
    for pair in itertools.combinations(range(len(recipes)), 2):
        first, second = pair
        differences = recipes[first].differences(recipes[second])
        if pair not in covered and (len(differences) <= 1 or len(recipes) == 2):
            text = _difference_text(differences, recipes[first], recipes[second])
            sentences.append(f"{bold[first]} and {bold[second]} {text}")
    return sentences


def _seed_groups(recipes: Sequence[Recipe]) -> list[list[int]]:
    """Group the indices of three or more recipes that differ only in the seed, all different."""
    groups: dict[Recipe, list[int]] = {}
    for index, recipe in enumerate(recipes):
        groups.setdefault(recipe.changed(seed=0), []).append(index)
    return [
        group
        for group in groups.values()
        if len({recipes[index].seed for index in group}) == len(group) > 2
    ]


def _difference_text(
    differences: Mapping[str, tuple[object, object]], first: Recipe, second: Recipe
) -> str:
    if not differences:
        return "follow the same recipe, including the seed."
    if len(differences) == 1:
        ((field, values),) = differences.items()
        texts = (
            format_value(field, value, recipe)
            for value, recipe in zip(values, (first, second), strict=True)
        )
        text = f"differ in one setting: {title_in_sentence(field)}, {' vs. '.join(texts)}."
        random = " Other differences between them are random variation."
        return text + (random if field == "seed" else "")
    titles = [title_in_sentence(field) for field in differences]
    num_more = len(titles) - MAX_NAMED
    more = f" and {num_more} more" if num_more > 0 else ""
    listed = ", ".join(titles[:MAX_NAMED])
    return f"were trained with {pluralize(len(titles), 'different setting')}: {listed}{more}."
