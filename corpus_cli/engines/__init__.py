"""Where matching happens."""
