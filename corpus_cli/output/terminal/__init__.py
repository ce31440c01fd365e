"""Print for people at a terminal, with rich."""
