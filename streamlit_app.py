"""The entry script: `streamlit run streamlit_app.py`."""

from fmnist_core.ui import page

page.route()
