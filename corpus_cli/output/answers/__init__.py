"""Answers to the questions of `explore`, as tables and JSON."""
