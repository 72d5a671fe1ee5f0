"""Home: what this is, the ten classes, the doors, and what is ready."""

import streamlit as st

from fmnist_core.home_page import class_gallery, overview
from fmnist_core.ui import page

page.frame(
    "Home",
    "Train neural networks that recognise garments, live, in front of the class. Compare what "
    "they learn, and see what they look at.",
)
class_gallery.strip()
st.subheader("Where to go", anchor=False)
page.link_to_pages()
st.subheader("What is ready", anchor=False)
overview.show()
