"""Classify the lines of articles and find their metadata."""
