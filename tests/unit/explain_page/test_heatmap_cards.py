"""Heatmap cards: an empty heatmap says why instead of being drawn."""

from fmnist_core.explain_page import heatmap_cards


def test_empty_heatmap_shows_its_problem(request_one, explain):
    card = heatmap_cards.cards_html([explain(problem="Nothing <here>.")], request_one)
    assert "Nothing &lt;here&gt;." in card
    assert card.count("<img") == 1


def test_heatmap_is_drawn_over_the_input_and_the_original(request_one, explain):
    card = heatmap_cards.cards_html([explain()], request_one)
    assert card.count("<img") == 2
    assert "Your drawing" in card


def test_large_heatmap_names_model_method_and_class(request_one, explain):
    figure = heatmap_cards.large_html(explain(), request_one)
    assert 'data-method="gradcam"' in figure
    assert "<b title=" in figure
    assert figure.count("<img") == 2
