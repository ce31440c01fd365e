"""Files with many articles that databases of newspapers send."""
