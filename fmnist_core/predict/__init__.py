"""The Predict page: a garment in, every model's answer out."""
