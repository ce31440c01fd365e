"""Turn a query into ranked passages."""
