"""Store articles, and what is derived from them, in SQLite."""
