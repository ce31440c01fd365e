"""Where the word lists are."""

from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent.parent / "data"
"""The folder of data files; importlib.resources would cost more to import than to read them."""
