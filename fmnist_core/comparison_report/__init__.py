"""Comparisons as blocks (text, tables, charts, images) and as an HTML file; no Streamlit."""
