"""Home: what the app does, the ten classes, links to the pages, and what is ready."""

import streamlit as st

from fmnist_core.home_page import class_gallery, overview
from fmnist_core.ui import link_card, page

page.frame(
    "Home",
    "Train a neural network to recognize clothes and watch it learn. Then test it on your own "
    "drawings and see what it pays attention to.",
)
class_gallery.draw_gallery()
st.subheader("Start here", anchor=False)
link_card.draw_link_card("pages/train.py", key="train", title="1 Train", text="Test text here.", icon=":material/draw:")
st.subheader("This machine", anchor=False)
overview.draw_overview()
