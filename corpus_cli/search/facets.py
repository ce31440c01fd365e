"""Count passages by metadata, and mentions by name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, assert_never

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.port import Candidates, Engine
from corpus_cli.model import Facet, Facets, Name, article_of
from corpus_cli.names.lookup import NameLookup
from corpus_cli.query.nodes import Bag, Not, unparse
from corpus_cli.search.exact import verify_exact
from corpus_cli.search.freshness import index_notes
from corpus_cli.search.meant_names import MeantNames
from corpus_cli.search.plan import read_query
from corpus_cli.search.request import By, SearchRequest
from corpus_cli.search.select import source_names
from corpus_cli.store.store import Store

PassageValues = Callable[[str], Iterable[str]]
"""Passage → its values of one field."""


def facets(  # noqa: PLR0913, PLR0917 - a query, and the ports it needs
    line: str,
    by: Sequence[By],
    store: Store,
    engine: Engine,
    names: NameLookup,
    request: SearchRequest,
) -> Facets:
    """Count the passages that match a query, and their articles, by each of the fields.

    Without words or filters all passages are counted. Only names are read from the texts; after
    the deadline only the names in the best passages are counted, and the answer is `partial`.
    """
    # A passage that matches only a suggestion does not count.
    clock = Clock(request.seconds)
    query, read_notes = read_query(line, engine, names, request._replace(suggest=False), clock)
    counts_everything = not query.nodes and not line.strip()
    if counts_everything:
        query = Bag((Not(query),))

    def choose(candidates: Candidates) -> list[str]:
        by_article: defaultdict[str, list[str]] = defaultdict(list)
        for passage, _ in candidates.ranked():
            by_article[article_of(passage)].append(passage)
        return [passage for article_passages in by_article.values() for passage in article_passages]

    verified = verify_exact(query, store, engine, clock)
    matched, passages = engine.search(query, choose, verified, clock.seconds_left())
    meant_names = MeantNames(names, store, engine)
    counted = [
        _count_values(field, _values_of(field, store, meant_names, passages), passages, clock)
        for field in by
    ]
    return Facets(
        query=line,
        parsed="" if counts_everything else unparse(query),
        facets=tuple(facet for facets, _ in counted for facet in facets),
        total=matched.total,
        articles=len(set(map(article_of, passages))),
        notes=(
            *read_notes,
            *matched.notes,
            *index_notes(store, engine),
            *_partial_notes(counted, len(passages)),
        ),
        partial=matched.partial or any(read < len(passages) for _, read in counted),
    )


def _count_values(
    by: By, values: PassageValues, passages: Sequence[str], clock: Clock
) -> tuple[list[Facet], int]:
    """Return the values of passages with their counts, and how many passages were counted."""
    counts: Counter[str] = Counter()
    articles: defaultdict[str, set[str]] = defaultdict(set)
    for n, passage in enumerate(passages):
        if by == "name" and clock.is_over:
            return _sorted_facets(by, counts, articles), n
        for value in dict.fromkeys(values(passage)) or ("",):
            counts[value] += 1
            articles[value].add(article_of(passage))
    return _sorted_facets(by, counts, articles), len(passages)


def _partial_notes(counted: Sequence[tuple[list[Facet], int]], count: int) -> Iterator[str]:
    for _, read in counted:
        if read < count:
            yield (
                f"names were counted in {read:,} of {count:,} passages, those of the best "
                "articles; --timeout 0 counts all"
            )


def _sorted_facets(by: By, counts: Counter[str], articles: Mapping[str, set[str]]) -> list[Facet]:
    """Return facets, the most frequent first, periods by date; the empty value comes last."""
    in_order = by in ("year", "month")
    values = sorted(counts, key=lambda value: (not value, 0 if in_order else -counts[value], value))
    return [Facet(by, value, counts[value], len(articles[value])) for value in values]


def _values_of(
    by: By, store: Store, meant_names: MeantNames, passages: Sequence[str]
) -> PassageValues:
    match by:
        case "source":
            sites = source_names(store)
            return lambda passage: (
                [sites[article]] if (article := article_of(passage)) in sites else ()
            )
        case "author" | "tag":
            metadata = store.metadata.values_of_field(by)
            return lambda passage: metadata.get(article_of(passage), ())
        case "year" | "month":
            days = store.metadata.values_of_field("published")
            size = 4 if by == "year" else 7
            return lambda passage: [
                day[:size] for day in days.get(article_of(passage), ()) if len(day) >= size
            ]
        case "lang":
            article_languages = store.metadata.values_of_field("language")
            passage_languages = store.languages()
            return lambda passage: (
                [passage_languages[passage]]
                if passage in passage_languages
                else article_languages.get(article_of(passage), ())
            )
        case "name":
            return meant_names.names_reader(passages)
        case _:
            assert_never(by)


MentionPeriod = Literal["", "article", "date"]


class MentionCount(NamedTuple):
    """The counts of a name's mentions and of their articles; `per` is an article id or a month."""

    name: Name
    mentions: int
    articles: int
    per: str = ""


def count_mentions(
    forms: Sequence[str], names: NameLookup, engine: Engine, store: Store, per: MentionPeriod
) -> list[MentionCount]:
    """Count the mentions of all names, or of the names with the given forms.

    The counts are sorted by `per`, then the most frequent come first. Raises `NotFound` if no
    name has one of the forms.
    """
    numbers = dict.fromkeys(number for form in forms for number in names.require(form))
    meant_names = MeantNames(names, store, engine)
    period_of = _period_key(store, per)
    mention_counts: list[MentionCount] = []
    for number, by_article in meant_names.count_by_article([*numbers]):
        counts: Counter[str] = Counter()
        articles: Counter[str] = Counter()
        for article, count in by_article.items():
            counts[period_of(article)] += count
            articles[period_of(article)] += 1
        mention_counts += (
            MentionCount(names.name(number), count, articles[period], period)
            for period, count in counts.items()
        )
    return sorted(mention_counts, key=lambda one: (one.per, -one.mentions, one.name.canonical))


def _period_key(store: Store, per: MentionPeriod) -> Callable[[str], str]:
    if per == "article":
        return lambda article: article
    if per == "date":
        months = {article: store.header(article).published[:7] for article in store.ids()}
        return lambda article: months.get(article, "")
    return lambda _: ""
