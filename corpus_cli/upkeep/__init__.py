"""Verify a corpus, repair it, and make backups of it."""
