"""Every view of every page names a function that exists."""

import pytest

from fmnist_core.compare_page.views import VIEWS as COMPARE_VIEWS
from fmnist_core.explain_page.views import VIEWS as EXPLAIN_VIEWS

ALL_VIEWS = [*COMPARE_VIEWS.values(), *EXPLAIN_VIEWS.values()]


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.draw)
def test_view_names_a_function_that_draws_it(view):
    draw = view.load_draw()
    module, _, name = view.draw.partition(":")
    assert (draw.__module__, draw.__name__) == (module, name)
    assert callable(draw)
