"""Characters to tokens: one truth for index, query, snippet."""
