"""The path through the lab."""

from fmnist_core.home_page.steps import STEPS
from fmnist_core.ui.navigation import DATA, HOME, LOOK_INSIDE, PAGES, SEARCH


def test_the_path_leads_to_every_page_for_beginners_in_the_order_of_the_bar() -> None:
    later = (HOME, DATA, LOOK_INSIDE, SEARCH)
    others = [entry for entry in PAGES if entry not in later and not entry.for_teachers]
    assert [step.file for step in STEPS] == [entry.file for entry in others]
