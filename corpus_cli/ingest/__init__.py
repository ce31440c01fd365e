"""The way in: files to articles in the store."""
