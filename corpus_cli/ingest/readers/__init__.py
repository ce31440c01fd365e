"""Bytes to lines, one file a format."""
