"""The path through the lab."""

from fmnist_core.home_page.steps import STEPS
from fmnist_core.ui.navigation import PAGES


def test_the_path_leads_to_every_other_page_in_the_order_of_the_bar() -> None:
    others = [entry for entry in PAGES if not entry.is_home and not entry.for_teachers]
    assert [step.file for step in STEPS] == [entry.file for entry in others]
