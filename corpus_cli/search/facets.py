"""Counts of passages by metadata, and of mentions by name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, assert_never

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.port import Candidates, Engine
from corpus_cli.model import Facet, Facets, Name, Passage, article_of
from corpus_cli.names.lookup import Book
from corpus_cli.names.recognise import mentions
from corpus_cli.query.nodes import Bag, Not, unparse
from corpus_cli.search.exact import verify_exact
from corpus_cli.search.expand import mention
from corpus_cli.search.freshness import behind
from corpus_cli.search.plan import read_query
from corpus_cli.search.request import By, SearchRequest
from corpus_cli.search.select import sources
from corpus_cli.store.articles import Store

Values = Callable[[str], Iterable[str]]
"""Passage → its values of one field."""


def facets(  # noqa: PLR0913, PLR0917 - the question, and the ports it needs
    line: str, by: Sequence[By], store: Store, engine: Engine, names: Book, options: SearchRequest
) -> Facets:
    """Count the passages a query finds, and their articles, by each of some fields.

    Without words or filters all passages are counted. Only the names are read from the texts;
    after the deadline those of the best passages are counted, and the answer is `partial`.
    """
    # A suggestion is no find, and nothing is to be counted twice.
    clock = Clock(options.seconds)
    query, told = read_query(line, engine, names, options._replace(suggest=False), clock)
    whole = not query.nodes and not line.strip()
    if whole:
        query = Bag((Not(query),))

    def choose(candidates: Candidates) -> list[str]:
        by_article: defaultdict[str, list[str]] = defaultdict(list)
        for passage, _ in candidates.ranked():
            by_article[article_of(passage)].append(passage)
        return [passage for held in by_article.values() for passage in held]

    known = verify_exact(query, store, engine, clock)
    found, passages = engine.search(query, choose, known, clock.left())
    counted = [_counted(field, _values(field, store, names), passages, clock) for field in by]
    return Facets(
        query=line,
        parsed="" if whole else unparse(query),
        facets=tuple(facet for facets, _ in counted for facet in facets),
        total=found.total,
        articles=len(set(map(article_of, passages))),
        notes=(*told, *found.notes, *behind(store, engine), *_left(counted, len(passages))),
        partial=found.partial or any(read < len(passages) for _, read in counted),
    )


def _counted(
    by: By, values: Values, passages: Sequence[str], clock: Clock
) -> tuple[list[Facet], int]:
    """The values of some passages with their counts, and how many passages were counted."""
    counts: Counter[str] = Counter()
    articles: defaultdict[str, set[str]] = defaultdict(set)
    for n, passage in enumerate(passages):
        if by == "name" and clock.over:
            return _sorted(by, counts, articles), n
        for value in dict.fromkeys(values(passage)) or ("",):
            counts[value] += 1
            articles[value].add(article_of(passage))
    return _sorted(by, counts, articles), len(passages)


def _left(counted: Sequence[tuple[list[Facet], int]], count: int) -> Iterator[str]:
    for _, read in counted:
        if read < count:
            yield (
                f"names were counted in {read:,} of {count:,} passages, those of the best "
                "articles; --timeout 0 counts all"
            )


def _sorted(by: By, counts: Counter[str], articles: Mapping[str, set[str]]) -> list[Facet]:
    """The most frequent first, periods in their order; what has no value comes last."""
    in_order = by in ("year", "month")
    values = sorted(counts, key=lambda value: (not value, 0 if in_order else -counts[value], value))
    return [Facet(by, value, counts[value], len(articles[value])) for value in values]


def _values(by: By, store: Store, names: Book) -> Values:
    match by:
        case "source":
            sites = sources(store)
            return lambda passage: [sites[found]] if (found := article_of(passage)) in sites else ()
        case "author" | "tag":
            known = store.metadata.known(by)
            return lambda passage: known.get(article_of(passage), ())
        case "year" | "month":
            days = store.metadata.known("published")
            size = 4 if by == "year" else 7
            return lambda passage: [
                day[:size] for day in days.get(article_of(passage), ()) if len(day) >= size
            ]
        case "lang":
            whole = store.metadata.known("language")
            own = store.languages()
            return lambda passage: (
                [own[passage]] if passage in own else whole.get(article_of(passage), ())
            )
        case "name":
            return _mentioning(store, names)
        case _:
            assert_never(by)


def _mentioning(store: Store, names: Book) -> Values:
    @lru_cache(1)
    def known(article: str) -> tuple[Mapping[str, Passage], Callable[[str], tuple[str, ...]]]:
        held = {passage.id: passage for passage in store.passages(article)}
        context = (text for one in held.values() for text in (one.title, one.text))
        return held, mentions(names, article, context)

    def values(name: str) -> tuple[str, ...]:
        held, told = known(article_of(name))
        return told(held[name].text) if name in held else ()

    return values


Per = Literal["", "article", "date"]


class Mentioned(NamedTuple):
    """How often a name is meant, in how many articles; `per` is an article's id, or a month."""

    name: Name
    mentions: int
    articles: int
    per: str = ""


def mentioned(
    forms: Sequence[str], names: Book, engine: Engine, store: Store, per: Per
) -> list[Mentioned]:
    """Count all names, or those that have these forms; the most frequent first.

    Raises `NotFound` for what is no form of any name.
    """
    numbers = dict.fromkeys(n for form in forms for n in names.known(form)) or names.numbers()
    held = list(_count_mentions(numbers, names, engine, _period_of(store, per)))
    return sorted(held, key=lambda one: (one.per, -one.mentions, one.name.canonical))


def _count_mentions(
    numbers: Iterable[int], names: Book, engine: Engine, key: Callable[[str], str]
) -> Iterator[Mentioned]:
    for number in numbers:
        counts: Counter[str] = Counter()
        articles: defaultdict[str, set[str]] = defaultdict(set)
        for passage, count in engine.mentions(mention(names, number)).items():
            article = article_of(passage)
            counts[key(article)] += count
            articles[key(article)].add(article)
        for one, count in counts.items():
            yield Mentioned(names.name(number), count, len(articles[one]), one)


def _period_of(store: Store, per: Per) -> Callable[[str], str]:
    if per == "article":
        return lambda article: article
    if per == "date":
        months = {article: store.header(article).published[:7] for article in store.ids()}
        return lambda article: months.get(article, "")
    return lambda _: ""
