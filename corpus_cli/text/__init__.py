"""Turn characters into tokens for index, query and snippet."""
