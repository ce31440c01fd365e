"""Why nothing was found, and what would be."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from itertools import islice

from corpus_cli.engines.clock import Clock, Count, Late
from corpus_cli.model import CHROME
from corpus_cli.query.nodes import (
    And,
    Bag,
    Dates,
    Field,
    Mention,
    Must,
    Node,
    Not,
    Or,
    Quoted,
    Suggested,
    Word,
    filters,
    unparse,
    walk,
)
from corpus_cli.search.freshness import index_option
from corpus_cli.search.select import sources
from corpus_cli.store.articles import Store
from corpus_cli.text.tokenise import tokenise

_ARTICLES = 5_000
"""How many are looked through for lines that are no text."""

_VALUES = 8
_NEAR, _ALIKE = 3, 0.6
"""How many values that are spelt like one that was asked for, and how much alike."""


def explain(query: Bag, store: Store, counted: Count, clock: Clock) -> Iterator[str]:
    """Yield sentences on why nothing was found; stop when the time is over."""
    with suppress(Late):
        yield from _reasons(query, store, counted, clock)


def _reasons(query: Bag, store: Store, counted: Count, clock: Clock) -> Iterator[str]:
    """Sentences for the user: what excludes, what there is instead, where else it stands.

    Raises `Late`.
    """
    if not store.ids():
        yield "the corpus is empty: bring articles in with: corpus ingest PATH"
        return
    narrowing = [node for node in query.nodes if filters(node)]
    for node in narrowing:
        yield from _unknown(node, store, counted)
    rest = Bag(tuple(node for node in query.nodes if not filters(node)))
    if narrowing and rest.nodes and (found := counted(rest)):
        yield f"without {' '.join(map(unparse, narrowing))}: {_passages(found)}"
        return
    yield from _parts(rest.nodes, counted)
    if line := next(_chrome(rest, store, clock), ""):
        yield line


def _parts(nodes: Sequence[Node], counted: Count) -> Iterator[str]:
    """Each part that has to match, alone: which of them stand nowhere, which stand apart."""
    found: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, Not):
            continue
        for part in node.nodes if isinstance(node, And) else [node]:
            bare = part.node if isinstance(part, Must) else part
            if not isinstance(bare, Suggested | Not) and not filters(bare):
                found[unparse(bare)] = counted(Bag((bare,)))
    missing = [part for part, number in found.items() if not number]
    if missing:
        yield f"{', '.join(missing)} {'stands' if len(missing) == 1 else 'stand'} nowhere"
    elif len(found) > 1:
        told = ", ".join(f"{part} in {_passages(number)}" for part, number in found.items())
        yield f"nowhere together: {told}"


def _unknown(node: Node, store: Store, counted: Count) -> Iterator[str]:
    """A filter that no article passes, with the values there are."""
    if isinstance(node, Not) or counted(Bag((node,))):
        return
    if isinstance(node, Dates):
        days = sorted(values[0] for values in store.metadata.known("published").values() if values)
        if days:
            yield f"no article is of {unparse(node)}: there are some from {days[0]} to {days[-1]}"
        else:
            yield "no article has a date"
        return
    for field in walk(node):
        if isinstance(field, Field) and field.name in _KEPT:
            values = dict.fromkeys(_KEPT[field.name](store))
            asked = unparse(field.node).strip('"')
            near = _near(asked, values)
            told = ", ".join(near or sorted(values)[:_VALUES])
            rest = "" if near or len(values) <= _VALUES else f" and {len(values) - _VALUES:,} more"
            more = f": there is {told}{rest}" if told else ": no article has one"
            yield f"{field.name} {asked} is of no article{more}"
        elif isinstance(field, Mention):
            yield f"no passage mentions {field.name.canonical}: see corpus names mentioned"


def _near(asked: str, values: Iterable[str]) -> list[str]:
    """Values that have a word spelt like one that was asked for, the likest first."""
    having: defaultdict[str, list[str]] = defaultdict(list)
    for value in values:
        for word in {value, *value.split()}:
            having[word.casefold()].append(value)
    near = get_close_matches(asked.casefold(), having, _NEAR, _ALIKE)
    return list(dict.fromkeys(value for word in near for value in having[word]))[:_NEAR]


def _all(field: str) -> Callable[[Store], Iterator[str]]:
    return lambda store: (
        value for values in store.metadata.known(field).values() for value in values
    )


_KEPT: Mapping[str, Callable[[Store], Iterator[str]]] = {
    "author": _all("author"),
    "source": lambda store: iter(sources(store).values()),
    "tag": _all("tag"),
    "lang": lambda store: iter(store.languages().values()),
}


def _chrome(query: Bag, store: Store, clock: Clock) -> Iterator[str]:
    """Where all words of a query stand in a line that is no text of its article."""
    words = {
        token.term
        for node in walk(query)
        if isinstance(node, Word | Quoted)
        for token in tokenise(node.text)
        if token.span == 1 and not token.term.startswith("=")
    }
    if not words or any(isinstance(node, Not | Or) for node in walk(query)):
        return
    longest = max(words, key=len)
    for article in islice(store.ids(), _ARTICLES):
        clock.check()
        if longest in store.text(article).casefold() and (whole := store.as_read(article)):
            for line in whole.lines:
                if line.broad == CHROME and words <= {token.term for token in tokenise(line.text)}:
                    yield (
                        "it stands in a line that is no text of its article (a menu, a box): "
                        f"corpus show --raw {article}:{line.n}{index_option(store)}"
                    )


def _passages(count: int) -> str:
    return "1 passage" if count == 1 else f"{count:,} passages"
