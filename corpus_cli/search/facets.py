"""Count passages by metadata, and mentions by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, TypeVar

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.port import Candidates
from corpus_cli.model import Facet, Facets, Name, article_of
from corpus_cli.search.match_query import match_notes, match_query
from corpus_cli.search.meant_names import MeantNames
from corpus_cli.search.moment import Moment
from corpus_cli.search.relevance import share_notes
from corpus_cli.search.request import By, SearchRequest
from corpus_cli.search.select import source_names
from corpus_cli.store.store import Store

Values = Callable[[str], Iterable[str]]
"""Article or passage → its values of one field."""


def facets(line: str, by: Sequence[By], moment: Moment, request: SearchRequest) -> Facets:
    """Count the passages that match a query, and their articles, by each of the fields.

    Without words or filters all passages are counted. If names changed since they were indexed,
    they are read from the texts; after the deadline only the names in the best passages are
    counted, and the answer is `partial`.
    """
    matches = match_query(line, moment, request)
    candidates = matches.candidates
    total, passages_by_article = candidates.counts.total, candidates.count_by_article()
    counted = [
        count_articles(field, article_values(field, moment), passages_by_article)
        if field not in ("lang", "name")
        else _count_passages(field, moment, candidates, matches.clock)
        for field in by
    ]
    return Facets(
        query=line,
        parsed=matches.parsed,
        facets=tuple(facet for facets, _ in counted for facet in facets),
        total=total,
        articles=len(passages_by_article),
        notes=(
            *match_notes(matches, moment),
            *share_notes(candidates),
            *_partial_notes(counted, total),
        ),
        partial=matches.partial or any(read < total for _, read in counted),
    )


def count_articles(
    by: By, values: Values, passages_by_article: Mapping[str, int]
) -> tuple[list[Facet], int]:
    """Return the values of articles with their counts, and how many passages were counted."""
    passages: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for article, count in passages_by_article.items():
        for value in values(article):
            passages[value] += count
            articles[value] += 1
    return _sorted_facets(by, passages, articles), sum(passages_by_article.values())


def _count_passages(
    by: By, moment: Moment, candidates: Candidates, clock: Clock
) -> tuple[list[Facet], int]:
    """Return the values of passages with their counts, and how many passages were counted.

    If names have to be read from the texts, those of the best articles are counted until the
    deadline.
    """
    names = MeantNames(moment)
    if by == "name" and not names.stale_names:
        counts = names.count_passages(candidates)
        facets = [Facet(by, value, *counts[value]) for value in counts]
        return sort_facets(by, facets), candidates.counts.total
    values = names.names_at_query_time() if by == "name" else _language_reader(moment.store)
    passages: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    count = 0
    for _, article_passages in candidates.passages_by_article():
        if by == "name" and clock.is_over:
            break
        in_article: set[str] = set()
        for passage in article_passages:
            in_passage = set(values(passage)) or {""}
            passages.update(in_passage)
            in_article |= in_passage
        articles.update(in_article)
        count += len(article_passages)
    return _sorted_facets(by, passages, articles), count


def _partial_notes(counted: Sequence[tuple[list[Facet], int]], count: int) -> Iterator[str]:
    for _, read in counted:
        if read < count:
            yield (
                f"names were counted in {read:,} of {count:,} passages, those of the best "
                "articles; --timeout 0 counts all"
            )


def _sorted_facets(by: By, passages: Counter[str], articles: Counter[str]) -> list[Facet]:
    rows = (Facet(by, value, passages[value], articles[value]) for value in passages)
    return sort_facets(by, rows)


class CountedValue(Protocol):
    """A value of a field, and the number of passages with it."""

    @property
    def value(self) -> str: ...

    @property
    def passages(self) -> int: ...


_Value = TypeVar("_Value", bound=CountedValue)


def sort_facets(by: str, rows: Iterable[_Value]) -> list[_Value]:
    """Return the values of one field, the most frequent first, periods by date, unknown last."""
    in_order = by in ("year", "month")
    return sorted(
        rows, key=lambda row: (not row.value, 0 if in_order else -row.passages, row.value)
    )


def article_values(by: By, moment: Moment) -> Values:
    """Return a function from an article to its values of a field; an empty one if it has none."""
    values = _values_reader(by, moment)
    return lambda article: tuple(dict.fromkeys(values(article))) or ("",)


def _values_reader(by: By, moment: Moment) -> Values:
    store = moment.store
    match by:
        case "source":
            sites = source_names(store)
            return lambda article: [sites[article]] if article in sites else ()
        case "year" | "month":
            days = store.metadata.values_of_field("published")
            size = 4 if by == "year" else 7
            return lambda article: [day[:size] for day in days.get(article, ()) if len(day) >= size]
        case _:
            metadata = store.metadata.values_of_field(by)
            return lambda article: metadata.get(article, ())


def _language_reader(store: Store) -> Values:
    """Return a function from a passage to its language, or to that of its article."""
    article_languages = store.metadata.values_of_field("language")
    passage_languages = store.languages()
    return lambda passage: (
        [passage_languages[passage]]
        if passage in passage_languages
        else article_languages.get(article_of(passage), ())
    )


MentionPeriod = Literal["", "article", "date"]


class MentionCount(NamedTuple):
    """The counts of a name's mentions and of their articles; `per` is an article id or a month."""

    name: Name
    mentions: int
    articles: int
    per: str = ""


def count_mentions(forms: Sequence[str], moment: Moment, per: MentionPeriod) -> list[MentionCount]:
    """Count the mentions of all names, or of the names with the given forms.

    The counts are sorted by `per`, then the most frequent come first. Raises `NotFound` if no
    name has one of the forms.
    """
    names = moment.names
    numbers = dict.fromkeys(number for form in forms for number in names.require(form))
    period_of = _period_key(moment.store, per)
    mention_counts: list[MentionCount] = []
    for number, by_article in MeantNames(moment).count_by_article([*numbers]):
        if not per:
            total = sum(by_article.values())
            mention_counts.append(MentionCount(names.name(number), total, len(by_article)))
            continue
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
    days = store.metadata.values_of_field("published") if per == "date" else {}
    return lambda article: next(iter(days.get(article, ())), "")[:7]
