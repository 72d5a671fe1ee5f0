"""A page of the app without a browser, by the router and a link; and what stands on it."""

from streamlit.testing.v1 import AppTest

from fmnist_core import paths

APP = str(paths.PROJECT / "streamlit_app.py")


def open_page(file: str, *, seconds: float = 120, **params: str) -> AppTest:
    """`pages/…py` after the router's own run; both must come off."""
    app = AppTest.from_file(APP, default_timeout=seconds).run()
    assert not app.exception
    app.switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """All that is drawn as HTML."""
    return " ".join(each.proto.body for each in app.get("html"))
