"""Turn passages into vectors for search by meaning."""
