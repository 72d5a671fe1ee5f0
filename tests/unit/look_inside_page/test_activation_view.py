"""The view of activations: its sentence and its cards."""

import numpy as np
import pytest

from fmnist_core.inspection.activations import LayerActivations
from fmnist_core.look_inside_page import activation_view


def layer(*, kind="ReLU", units=8, dead=0, zeros=0.5):
    return LayerActivations(
        name="backbone.features.0.3", kind=kind, num_units=units, num_dead=dead,
        zero_fraction=zeros, edges=np.linspace(-1, 1, 5), fractions=np.array([0.1, 0.2, 0.3, 0.4]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("dead", "text"),
    [
        ((0, 0), "None of 16 units is dead"),
        ((1, 0), "1 of 16 units is dead"),
        ((2, 3), "5 of 16 units are dead"),
    ],
)
def test_dead_units_of_all_layers_are_counted(dead, text):
    assert activation_view.summary([layer(dead=number) for number in dead], 500).startswith(text)


def test_units_of_other_activations_do_not_die():
    layers = [layer(kind="GELU", dead=3, zeros=0.0)]
    assert "dead" not in activation_view.summary(layers, 500)
    assert "3 of 8 units never positive" in activation_view.histograms_html(layers)


def test_a_card_shows_units_zeros_and_bars_on_both_sides_of_zero():
    html = activation_view.histograms_html([layer(dead=3)])
    assert 'data-dead="3"' in html
    assert "<b>3 of 8 units dead</b>, 50% zeros" in html
    assert html.count('class="below"') == 2
    assert html.count('class="above"') == 2
