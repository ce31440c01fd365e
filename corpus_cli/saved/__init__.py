"""Saved searches, and which of their passages are new."""
