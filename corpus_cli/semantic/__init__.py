"""Search by meaning, with a sentence model."""
