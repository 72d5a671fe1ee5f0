"""The Search page: which settings to search, and the trials as they come in."""
