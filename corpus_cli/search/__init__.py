"""The way out: a question to ranked passages."""
