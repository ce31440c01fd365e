"""Who says what in an English text."""
