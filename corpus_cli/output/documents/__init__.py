"""Documents to read and print, written in several formats."""
