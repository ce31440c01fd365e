"""Turn passages into vectors with a sentence model, for search by meaning."""
