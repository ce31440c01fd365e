"""Parse the query language."""
