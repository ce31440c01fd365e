"""Word processors and books."""
