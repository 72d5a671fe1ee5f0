"""What runs have in common: one recipe under several seeds, or all but one field."""

import itertools
import json
from collections.abc import Iterable, Sequence

import streamlit as st

from fmnist_core.formatting import escape_markdown, pluralize, format_setting
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.recipe import Recipe, field_info

MOST_NAMED = 6
"""Fields that a sentence names before it only counts the rest."""


def by_recipe(rows: Iterable[RunSummary]) -> list[tuple[RunSummary, ...]]:
    """Finished runs of one recipe but for the seed, started from alike, in the order of `rows`."""
    groups: dict[str, list[RunSummary]] = {}
    for row in rows:
        assert row.recipe is not None
        recipe = row.recipe.learned().model_dump_json(exclude={"seed"})
        groups.setdefault(json.dumps([recipe, row.started_from]), []).append(row)
    return [tuple(group) for group in groups.values()]


def show(contest: Comparison) -> None:
    """What the compared runs differ in, where that can be said in few words."""
    recipes = [entrant.recipe for entrant in contest.runs]
    with st.container():
        if said := sentences(contest.names, recipes):
            st.markdown("  \n".join(said))


def sentences(names: Sequence[str], recipes: Sequence[Recipe]) -> list[str]:
    """What every pair differs in where that is one thing or nothing; of a lone pair, all of it.

    Three or more of one recipe under several seeds share a sentence.
    """
    recipes = [recipe.learned() for recipe in recipes]
    bold = [f"**{escape_markdown(name)}**" for name in names]
    said, told = [], set()
    for group in _seed_groups(recipes):
        seeds = ", ".join(str(recipes[place].seed) for place in group)
        listed = f"{', '.join(bold[place] for place in group[:-1])} and {bold[group[-1]]}"
        said.append(
            f"{listed} differ in the seed alone ({seeds}): all else between them is chance."
        )
        told |= set(itertools.combinations(group, 2))
    for first, second in itertools.combinations(range(len(recipes)), 2):
        differences = recipes[first].differences(recipes[second])
        if (first, second) not in told and (len(differences) <= 1 or len(recipes) == 2):
            said.append(f"{bold[first]} and {bold[second]} {_difference_words(differences)}")
    return said


def _seed_groups(recipes: Sequence[Recipe]) -> list[list[int]]:
    """Places of three or more that follow one recipe, each under a seed of its own."""
    groups: dict[Recipe, list[int]] = {}
    for place, recipe in enumerate(recipes):
        groups.setdefault(recipe.changed(seed=0), []).append(place)
    return [
        group
        for group in groups.values()
        if len({recipes[place].seed for place in group}) == len(group) > 2
    ]


def _difference_words(differences: dict[str, tuple[object, object]]) -> str:
    if not differences:
        return "follow the same recipe, seed and all."
    if len(differences) == 1:
        ((field, (mine, theirs)),) = differences.items()
        said = f"differ in one thing: {_title(field)}, {format_setting(mine)} against {format_setting(theirs)}."
        return said + (" All else between them is chance." if field == "seed" else "")
    titles = [_title(field) for field in differences]
    more = len(titles) - MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    listed = ", ".join(titles[:MOST_NAMED])
    return f"differ in {pluralize(len(titles), 'thing')}: {listed}{rest}."


def _title(field: str) -> str:
    title = field_info(field).title or field
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
