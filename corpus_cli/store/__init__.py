"""What is kept: the record of articles, in SQLite."""
