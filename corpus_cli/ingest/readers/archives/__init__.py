"""Readers of files that contain other files."""
