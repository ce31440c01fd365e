"""Names: the groups of written forms, wherever they come from."""
