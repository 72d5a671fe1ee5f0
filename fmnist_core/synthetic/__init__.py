"""Synthetic garments: a seeded stand-in for Fashion-MNIST, drawn by code."""
