"""Match queries against an index of passages."""
