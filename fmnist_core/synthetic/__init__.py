"""Synthetic garments: a seeded stand-in for the data set, drawn by this program."""
