"""Altair charts and their rows, shared by pages and the HTML report; without Streamlit."""
