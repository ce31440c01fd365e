"""corpus: ask your folder of articles."""

__version__ = "0.1.0"
