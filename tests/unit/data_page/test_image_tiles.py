"""Tiles reach the browser with their texts, and a click with its id."""

import json

from streamlit.testing.v1 import AppTest


def page() -> None:
    import numpy as np
    import streamlit as st

    from fmnist_core.data_page.image_tiles import Tile, draw_tiles

    number = st.session_state.get("number", 3)
    draw_tiles(
        np.zeros((number, 28, 28), np.uint8),
        [Tile(id=10 + index, caption=f"No. {index}") for index in range(number)],
        key="tiles", label="Some images", selected=11,
        on_pick=lambda picked: st.session_state.update(picked=picked),
    )  # fmt: skip


def test_tiles_are_sent_with_one_strip_of_images():
    app = AppTest.from_function(page).run()
    assert not app.exception
    (component,) = app.get("bidi_component")
    data = json.loads(component.proto.json)
    assert [tile["id"] for tile in data["tiles"]] == [10, 11, 12]
    assert data["selected"] == 11
    assert data["sheet"].startswith("data:image/png;base64,")


def test_without_images_nothing_is_drawn():
    app = AppTest.from_function(page)
    app.session_state["number"] = 0
    app.run()
    assert not app.exception
    assert not app.get("bidi_component")
