"""The headline says who answers."""

import pytest

from fmnist_core.home_page import hero


@pytest.mark.parametrize(
    ("num_models", "text"), [(2, "Two neural networks guess"), (1, "A neural")]
)
def test_headline_is_a_heading_that_names_the_number_of_models(num_models: int, text: str) -> None:
    html = hero.headline_html(num_models)
    assert html.startswith("<h2>")
    assert text in html
