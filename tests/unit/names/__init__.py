"""The groups of written forms."""
