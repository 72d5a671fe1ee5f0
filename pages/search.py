"""Search: let the computer look for better settings."""

from fmnist_core.search_page import live_view, setup
from fmnist_core.ui import page

page.frame(
    "Search", "Let the computer try settings for you: it trains many times and learns which work."
)

setup.draw_setup()
live_view.draw_live_view()
