"""Read the bytes of a file as lines, one module per format."""
