"""Pure functions from arrays to arrays: metrics and comparison."""
