"""Article → the abbreviations it explains."""

from collections.abc import Iterator

from corpus_cli.model import TEXT_KINDS, Article, Definition
from corpus_cli.text.abbreviations import explained


def find_definitions(article: Article) -> Iterator[Definition]:
    """Every place where the writer, not the page around the text, explains an abbreviation."""
    for line in article.lines:
        if line.broad in TEXT_KINDS:
            for explanation in explained(line.text):
                yield Definition(explanation.short, explanation.long, line.n)
