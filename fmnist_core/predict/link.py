"""The address bar: which models answer, which test image is shown, and in which view."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.ui import echo, image_links
from fmnist_core.ui.image_links import Asked


def arriving() -> Asked | None:
    """What somebody's link asks for when they come by it, else `None`."""
    params = st.query_params.to_dict()
    if not params or echo.is_echo(params):
        return None
    echo.wrote(params)
    return image_links.from_params(params)


def say(
    models: Sequence[str],
    *,
    test: int | None = None,
    data: DatasetKey = Asked.data,
    view: str | None = None,
) -> None:
    """Let the address bar lead back to what is shown."""
    params = image_links.to_params(models, test=test, data=data, view=view)
    echo.wrote(params)
    if st.query_params.to_dict() != params:
        st.query_params.from_dict(params)
