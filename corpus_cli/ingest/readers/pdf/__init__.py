"""Read PDF files."""
