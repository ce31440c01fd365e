"""Results to text, one file a family of formats."""
