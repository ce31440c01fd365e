"""Read files and write their articles to the store."""
