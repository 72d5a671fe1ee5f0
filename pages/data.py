"""Data: browse the images, see what is alike, and what training does to them."""

from fmnist_core.data_page import body
from fmnist_core.ui import page

page.frame(
    "Data", "What models learn from: thousands of pictures of clothes, one by one and all at once."
)

body.open_link()
body.draw_body()
