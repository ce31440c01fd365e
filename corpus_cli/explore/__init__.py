"""Questions beside a ranked search: look, count, compare."""
