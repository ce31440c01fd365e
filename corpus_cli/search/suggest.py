"""Nothing found: what to type instead."""

from collections.abc import Iterator

from corpus_cli.engines import vocabulary
from corpus_cli.engines.port import Engine
from corpus_cli.query.nodes import And, Bag, Word, unparse, walk
from corpus_cli.text.normalise import fold

_SHORTEST = 4
_LONG = 8


def suggest(query: Bag, engine: Engine) -> tuple[str, ...]:
    """Queries that find something where this one did not, the best first.

    A word the corpus does not know becomes the nearest one it does; a query with
    operators is offered without them.
    """
    found = list(_corrected(query, engine))
    if any(not isinstance(node, Word) for node in query.nodes):
        words = [node.text for node in walk(query) if isinstance(node, Word)]
        found += [" ".join(words)] if len(words) > 1 else []
    line = unparse(query)
    return tuple(dict.fromkeys(other for other in found if other != line))


def _corrected(query: Bag, engine: Engine) -> Iterator[str]:
    line = unparse(query)
    changed = line
    for node in walk(query):
        if isinstance(node, Word) and (other := _nearest(node.text, engine)):
            changed = changed.replace(node.text, other)
    if changed != line and not isinstance(query.nodes[0], And):
        yield changed


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
