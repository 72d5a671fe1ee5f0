"""Look inside: follow one picture through a network, step by step and number by number."""

import streamlit as st

from fmnist_core.image_input import sources
from fmnist_core.look_inside_page import body, first_image, page_state
from fmnist_core.ui import page, query_params

page.frame(
    "Look inside", "Follow a picture through a network: click a step, then a number, and see why."
)

link = query_params.read_link()
sources.open_link(link)
page_state.open_link(link, st.query_params.to_dict())
first_image.open_first_image()
body.draw_body()
