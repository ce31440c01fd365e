"""Measure how well a search answers judged queries."""
