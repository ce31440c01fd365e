"""Find the abbreviations that an article explains."""

from collections.abc import Iterator

from corpus_cli.model import TEXT_KINDS, Article, Definition
from corpus_cli.text.abbreviations import explained


def find_definitions(article: Article) -> Iterator[Definition]:
    """Yield every explanation of an abbreviation in the text of an article, not in its chrome."""
    for line in article.lines:
        if line.broad in TEXT_KINDS:
            for explanation in explained(line.text):
                yield Definition(explanation.short, explanation.long, line.n)
