"""Readers of mail, and of pages that are saved as mail."""
