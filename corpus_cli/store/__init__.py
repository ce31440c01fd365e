"""Store the articles of a corpus, and what is derived from them, in SQLite."""
