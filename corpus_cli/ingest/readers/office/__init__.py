"""Read files of word processors, and EPUB books."""
