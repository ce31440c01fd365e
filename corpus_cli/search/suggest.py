"""Nothing found: what to type instead."""

from collections.abc import Iterator

from corpus_cli.engines import vocabulary
from corpus_cli.engines.port import Engine
from corpus_cli.query.nodes import Bag, Not, Word, rewrite, unparse, walk
from corpus_cli.text.normalise import fold

_SHORTEST = 4
_LONG = 8


def suggest(query: Bag, engine: Engine) -> tuple[str, ...]:
    """Queries that find something where this one did not, the best first.

    A word the corpus does not know becomes the nearest one it does; a query with
    operators is offered without them.
    """
    found = (other for other in _others(query, engine) if engine.search(other, 0, {}).total)
    return tuple(dict.fromkeys(map(unparse, found)))


def _others(query: Bag, engine: Engine) -> Iterator[Bag]:
    def corrected(word: Word) -> Word:
        return Word(_nearest(word.text, engine) or word.text)

    mended = rewrite(query, corrected)
    if mended != query:
        yield mended
    wanted = (node for part in mended.nodes if not isinstance(part, Not) for node in walk(part))
    words = tuple(node for node in wanted if isinstance(node, Word))
    if len(words) > 1 and Bag(words) != query:
        yield Bag(words)


def _nearest(word: str, engine: Engine) -> str:
    """The known word fewest edits away, of those the most frequent; empty if none is near.

    Its first letter is taken to be right: few misspell that, and it spares most of the words.
    """
    folded = fold(word)
    if len(folded) < _SHORTEST or not folded.isalpha():
        return ""
    limit = 2 if len(folded) >= _LONG else 1
    close = sorted(
        (distance, -frequency, term)
        for distance, term in vocabulary.close(folded, engine.terms(folded[0]), limit)
        if (frequency := engine.frequency(term))
    )
    return close[0][2] if close and close[0][0] else ""
