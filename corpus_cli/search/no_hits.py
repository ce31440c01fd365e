"""Why nothing was found, and what would be."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from itertools import islice

from corpus_cli.engines.clock import Clock, CountMatches, TimeOver
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
from corpus_cli.search.select import source_names
from corpus_cli.store.store import Store
from corpus_cli.text.plurals import plural
from corpus_cli.text.tokenise import tokenise

_MAX_ARTICLES = 5_000
"""How many are looked through for lines that are no text."""

_MAX_VALUES = 8
_MAX_SIMILAR, _MIN_SIMILARITY = 3, 0.6
"""How many values that are spelt like one that was asked for, and how much alike."""


def explain(query: Bag, store: Store, counted: CountMatches, clock: Clock) -> Iterator[str]:
    """Yield sentences on why nothing was found; stop when the time is over."""
    with suppress(TimeOver):
        yield from _reasons(query, store, counted, clock)


def _reasons(query: Bag, store: Store, counted: CountMatches, clock: Clock) -> Iterator[str]:
    """Sentences for the user: what excludes, what there is instead, where else it stands.

    Raises `TimeOver` when the time is over.
    """
    if not store.ids():
        yield "the corpus is empty: bring articles in with: corpus ingest PATH"
        return
    narrowing = [node for node in query.nodes if filters(node)]
    for node in narrowing:
        yield from _explain_filter(node, store, counted)
    searched = Bag(tuple(node for node in query.nodes if not filters(node)))
    if narrowing and searched.nodes and (count := counted(searched)):
        yield f"without {' '.join(map(unparse, narrowing))}: {plural(count, 'passage')}"
        return
    yield from _explain_parts(searched.nodes, counted)
    if line := next(_find_in_chrome(searched, store, clock), ""):
        yield line


def _explain_parts(nodes: Sequence[Node], counted: CountMatches) -> Iterator[str]:
    """Each part that has to match, alone: which of them stand nowhere, which stand apart."""
    counts: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, Not):
            continue
        for part in node.nodes if isinstance(node, And) else [node]:
            bare = part.node if isinstance(part, Must) else part
            if not isinstance(bare, Suggested | Not) and not filters(bare):
                counts[unparse(bare)] = counted(Bag((bare,)))
    missing = [part for part, number in counts.items() if not number]
    if missing:
        yield f"{', '.join(missing)} {'stands' if len(missing) == 1 else 'stand'} nowhere"
    elif len(counts) > 1:
        part_counts = ", ".join(
            f"{part} in {plural(number, 'passage')}" for part, number in counts.items()
        )
        yield f"nowhere together: {part_counts}"


def _explain_filter(node: Node, store: Store, counted: CountMatches) -> Iterator[str]:
    """A filter that no article passes, with the values there are."""
    if isinstance(node, Not) or counted(Bag((node,))):
        return
    if isinstance(node, Dates):
        days = sorted(
            values[0] for values in store.metadata.values_of_field("published").values() if values
        )
        if days:
            yield f"no article is of {unparse(node)}: there are some from {days[0]} to {days[-1]}"
        else:
            yield "no article has a date"
        return
    for field in walk(node):
        if isinstance(field, Field) and field.name in _FILTER_VALUES:
            values = dict.fromkeys(_FILTER_VALUES[field.name](store))
            wanted_value = unparse(field.node).strip('"')
            similar = _similar_values(wanted_value, values)
            listed = ", ".join(similar or sorted(values)[:_MAX_VALUES])
            remainder = (
                ""
                if similar or len(values) <= _MAX_VALUES
                else f" and {len(values) - _MAX_VALUES:,} more"
            )
            alternatives = f": there is {listed}{remainder}" if listed else ": no article has one"
            yield f"{field.name} {wanted_value} is of no article{alternatives}"
        elif isinstance(field, Mention):
            yield f"no passage mentions {field.name.canonical}: see corpus names mentioned"


def _similar_values(wanted_value: str, values: Iterable[str]) -> list[str]:
    """Values that have a word spelt like one that was asked for, the likest first."""
    values_by_word: defaultdict[str, list[str]] = defaultdict(list)
    for value in values:
        for word in {value, *value.split()}:
            values_by_word[word.casefold()].append(value)
    similar_words = get_close_matches(
        wanted_value.casefold(), values_by_word, _MAX_SIMILAR, _MIN_SIMILARITY
    )
    return list(dict.fromkeys(value for word in similar_words for value in values_by_word[word]))[
        :_MAX_SIMILAR
    ]


def _metadata_values(field: str) -> Callable[[Store], Iterator[str]]:
    return lambda store: (
        value for values in store.metadata.values_of_field(field).values() for value in values
    )


_FILTER_VALUES: Mapping[str, Callable[[Store], Iterator[str]]] = {
    "author": _metadata_values("author"),
    "source": lambda store: iter(source_names(store).values()),
    "tag": _metadata_values("tag"),
    "lang": lambda store: iter(store.languages().values()),
}


def _find_in_chrome(query: Bag, store: Store, clock: Clock) -> Iterator[str]:
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
    for article in islice(store.ids(), _MAX_ARTICLES):
        clock.check()
        if longest in store.text(article).casefold() and (
            article_as_read := store.as_read(article)
        ):
            for line in article_as_read.lines:
                if line.broad == CHROME and words <= {token.term for token in tokenise(line.text)}:
                    yield (
                        "it stands in a line that is no text of its article (a menu, a box): "
                        f"corpus show --raw {article}:{line.n}{index_option(store)}"
                    )
