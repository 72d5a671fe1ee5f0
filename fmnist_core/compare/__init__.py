"""The Compare page: its leaderboard, its views, and the report that holds them."""
