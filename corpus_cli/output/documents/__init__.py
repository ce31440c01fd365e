"""Documents to read, print and hand on: a tree of blocks, and a writer for each format."""
