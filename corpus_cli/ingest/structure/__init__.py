"""Lines to articles: the kind of each line, and metadata."""
