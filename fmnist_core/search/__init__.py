"""Hyperparameter search with Optuna: dimensions, folder, and the process that runs trials"""
