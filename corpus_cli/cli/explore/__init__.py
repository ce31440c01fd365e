"""The commands beside a ranked search: look, count, compare."""
