"""Find the abbreviations that an article explains."""

from collections.abc import Iterable, Iterator

from corpus_cli.model import Definition, Line
from corpus_cli.text.abbreviations import explained


def find_definitions(lines: Iterable[Line]) -> Iterator[Definition]:
    """Yield every explanation of an abbreviation in the lines of a text."""
    for line in lines:
        for explanation in explained(line.text):
            yield Definition(explanation.short, explanation.long, line.n)
