"""Output for people at a terminal; the home of rich."""
