"""Open a page of the app with Streamlit's AppTest, without a browser."""

from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.ui import browser_state

APP = str(paths.PROJECT / "streamlit_app.py")


def open_page(file: str, *, seconds: float = 120, **params: str) -> AppTest:
    """Run the app, switch to `pages/….py` with these query parameters, and run it again.

    Fails if either run raises an exception.
    """
    app = AppTest.from_file(APP, default_timeout=seconds)
    app.session_state[browser_state.ANSWERED] = True
    app.run()
    assert not app.exception
    app.switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """Everything on the page that is drawn as HTML."""
    return " ".join(element.proto.body for element in app.get("html"))
