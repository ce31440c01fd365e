"""Put together what a corpus says about a query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

from corpus_cli.engines.clock import Clock
from corpus_cli.errors import UsageError
from corpus_cli.explore.answer import About, merge_about
from corpus_cli.explore.companions import CompanionOptions, Companions, companions
from corpus_cli.explore.companions import merge as merge_companions
from corpus_cli.explore.passage_words import Progress, ignore_progress
from corpus_cli.explore.quoted_words import match_texts
from corpus_cli.explore.quotes import Quote, Quotes, QuotesOptions, quotes
from corpus_cli.explore.quotes import merge as merge_quotes
from corpus_cli.explore.timeline import (
    Period,
    Timeline,
    TimelineOptions,
    timeline,
)
from corpus_cli.explore.timeline import merge as merge_timelines
from corpus_cli.model import Facets, Header, Hit, Results, article_of
from corpus_cli.search.across_corpora import merge_answers, merge_facets
from corpus_cli.search.facets import facets
from corpus_cli.search.moment import Moment
from corpus_cli.search.pipeline import search
from corpus_cli.search.request import SearchRequest

LIMIT = 20

LEAST_STRENGTH = 3.84
"""Chance makes names as strong in 1 of 20 cases: the 95th percentile of χ² with 1 degree."""

_MOST_YEARS_BY_MONTH = 4
_PER_SOURCE, _PER_SPEAKER = 3, 2
_POOL, _QUOTE_POOL = 5, 10
"""For each passage or quotation that is shown, how many are compared to choose it."""

_KINDS = ("direct", "partial", "indirect")

_T = TypeVar("_T")


class DossierOptions(NamedTuple):
    """The periods of the timeline, and how many rows each section has at most; 0 means all.

    Without `by` the periods are months, or years if there are more than four of them. With
    `keeps_all_names` all names are returned, so that dossiers of several corpora can be merged.
    """

    by: Period | None = None
    limit: int = LIMIT
    keeps_all_names: bool = False


class CorpusSize(NamedTuple):
    """A corpus that was asked, and how many articles it has; a single one has no name."""

    name: str
    articles: int


class Dossier(NamedTuple):
    """The answers to several questions about one query, of one moment of a corpus.

    `about` has the notes of all of them, each once. `results` are the best passages, of as many
    sources as possible, and `quotes` those chosen out of `quotations`; names that chance explains
    are left out. `saved` are the days on which the files of articles were saved, and `copies` the
    headers of articles with near-copies, both by article.
    """

    about: About
    results: Results
    timeline: Timeline
    sources: Facets
    companions: Companions
    quotes: Quotes
    quotations: int
    corpora: tuple[CorpusSize, ...]
    saved: Mapping[str, str]
    copies: Mapping[str, Header]


def dossier(
    line: str,
    options: DossierOptions,
    moment: Moment,
    request: SearchRequest,
    progress: Progress = ignore_progress,
) -> Dossier:
    """Ask what a corpus says about a query: passages, timeline, sources, names and quotations.

    All words have to be in the passage, so that every section counts the same passages. The
    sections share the time limit; what takes longest comes last. Raises `UsageError` without a
    query.
    """
    if not line.strip():
        raise UsageError("give a query: a dossier is made of what it finds")
    clock = Clock(request.seconds)
    request = request.requiring_words("passage")._replace(suggest=False, check_files=False)

    def in_time() -> SearchRequest:
        return request._replace(seconds=clock.seconds_left())

    best = in_time()._replace(limit=options.limit * _POOL or None)
    names = CompanionOptions(limit=0 if options.keeps_all_names else options.limit)
    results = search(line, moment, best)
    by_period = _ask_timeline(line, options.by, moment, in_time)
    by_source = facets(line, ["source"], moment, in_time())
    with_names = companions(line, names, moment, in_time())
    spoken = quotes(line, QuotesOptions(), moment, in_time(), progress)
    # To match texts takes time, so only some are compared by the words that they have.
    compared = _choose_quotes(spoken.quotes, options.limit * _QUOTE_POOL)
    collected = Dossier(
        _merge_notes(line, results, by_period.about, by_source, with_names.about, spoken.about),
        results,
        by_period,
        by_source,
        with_names,
        _mark_words(line, spoken._replace(quotes=tuple(compared)), moment, request),
        len(spoken.quotes),
        (CorpusSize("", moment.store.count_articles()),),
        {},
        {},
    )
    chosen = _choose(collected, options)
    return chosen._replace(
        saved=moment.store.files.saved_days(set(_cited_articles(chosen))),
        copies=moment.store.headers([*dict.fromkeys(_copied_articles(chosen))]),
    )


def merge(answers: Sequence[tuple[str, Dossier]], options: DossierOptions) -> Dossier:
    """Merge the dossiers of several corpora on the same query, each of which kept all names."""
    if len(answers) == 1:
        return answers[0][1]
    options = options._replace(keeps_all_names=False)
    parts = [one for _, one in answers]
    limit = SearchRequest(limit=None)
    merged = Dossier(
        merge_about((name, one.about) for name, one in answers),
        merge_answers([(name, one.results) for name, one in answers], limit),
        merge_timelines([(name, one.timeline) for name, one in answers]),
        merge_facets([(name, one.sources) for name, one in answers], ["source"]),
        merge_companions(
            [(name, one.companions) for name, one in answers],
            CompanionOptions(limit=options.limit),
        ),
        merge_quotes([(name, one.quotes) for name, one in answers], QuotesOptions()),
        sum(one.quotations for one in parts),
        tuple(size._replace(name=name) for name, one in answers for size in one.corpora),
        {article: day for one in parts for article, day in one.saved.items()},
        {article: header for one in parts for article, header in one.copies.items()},
    )
    return _choose(merged, options)


def options_for_each(options: DossierOptions, corpora: Sequence[object]) -> DossierOptions:
    """Return the options with which each of the corpora is asked, so that answers can be merged.

    The periods have to be the same in all of them.
    """
    if len(corpora) == 1:
        return options
    return options._replace(by=options.by or "year", keeps_all_names=True)


def choose_across(
    rows: Sequence[_T], group_of: Callable[[_T], Hashable], most: int, limit: int
) -> list[_T]:
    """Return the first rows up to a limit, in their order, with no group before its turn.

    The first `most` rows of each group come before all others; a limit of 0 returns all rows.
    """
    counts: dict[Hashable, int] = {}
    first: list[int] = []
    rest: list[int] = []
    for number, row in enumerate(rows):
        group = group_of(row)
        counts[group] = counts.get(group, 0) + 1
        (first if counts[group] <= most else rest).append(number)
    return [rows[number] for number in sorted([*first, *rest][: limit or None])]


def _choose(collected: Dossier, options: DossierOptions) -> Dossier:
    """Return a dossier with the rows that its options ask for."""
    # A search folds near-copies in other articles, but not what an article has twice.
    first_by_text: dict[str, Hit] = {}
    for hit in collected.results.hits:
        first_by_text.setdefault(" ".join(hit.passage.text.split()), hit)
    hits = choose_across([*first_by_text.values()], _source_of, _PER_SOURCE, options.limit)
    spoken = _choose_quotes(collected.quotes.quotes, options.limit)
    names = collected.companions
    if not options.keeps_all_names:
        strong = tuple(row for row in names.rows if row.strength >= LEAST_STRENGTH)
        names = names._replace(rows=strong)
    return collected._replace(
        results=collected.results._replace(hits=tuple(hits)),
        companions=names,
        quotes=collected.quotes._replace(quotes=tuple(spoken)),
    )


def _ask_timeline(
    line: str, by: Period | None, moment: Moment, in_time: Callable[[], SearchRequest]
) -> Timeline:
    """Return a timeline by the given periods, else by months, or years if they are many."""
    periods = timeline(line, TimelineOptions(by or "year"), moment, in_time())
    years = sum(bool(row.period) for row in periods.rows)
    if by or years > _MOST_YEARS_BY_MONTH:
        return periods
    return timeline(line, TimelineOptions("month"), moment, in_time())


def _choose_quotes(spoken: Sequence[Quote], limit: int) -> list[Quote]:
    """Return the quotations that say most, by date.

    Those come first that name what was asked for, then those in the words of the speaker, those
    of people with a name, and those that other articles have too. Among equals each year has its
    turn.
    """
    worths = [
        (
            not quote.spans,
            _KINDS.index(quote.kind),
            quote.speaker[:1].islower(),
            -len(quote.copies),
        )
        for quote in spoken
    ]
    counts: Counter[Hashable] = Counter()
    turns = []
    for quote, worth in zip(spoken, worths, strict=True):
        year = quote.citation.header.published[:4]
        turns.append(counts[worth, year])
        counts[worth, year] += 1
    order = sorted(range(len(spoken)), key=lambda number: (worths[number], turns[number], number))
    chosen = choose_across(order, lambda number: spoken[number].speaker, _PER_SPEAKER, limit)
    return [spoken[number] for number in sorted(chosen)]


def _mark_words(line: str, spoken: Quotes, moment: Moment, request: SearchRequest) -> Quotes:
    """Return quotations with the words of the query that they have themselves."""
    texts = [(article_of(one.citation.passage.id), one.text) for one in spoken.quotes]
    spans = match_texts(line, texts, moment, request)
    marked = (one._replace(spans=spans.get(number, ())) for number, one in enumerate(spoken.quotes))
    return spoken._replace(quotes=tuple(marked))


def _merge_notes(line: str, results: Results, *sections: About | Facets) -> About:
    """Return what is said of all sections together, each note once."""
    parts: Sequence[Results | About | Facets] = (results, *sections)
    notes = dict.fromkeys(chain.from_iterable(one.notes for one in parts))
    return About(line, results.parsed, tuple(notes), partial=any(one.partial for one in parts))


def _source_of(hit: Hit) -> str:
    return hit.header.site


def _cited_articles(collected: Dossier) -> Iterator[str]:
    yield from (hit.header.id for hit in collected.results.hits)
    for period in collected.timeline.rows:
        if period.best:
            yield period.best.example.citation.header.id
    for name in collected.companions.rows:
        if name.example:
            yield name.example.citation.header.id
    for quote in collected.quotes.quotes:
        yield quote.citation.header.id


def _copied_articles(collected: Dossier) -> Iterator[str]:
    yield from chain.from_iterable(one.copies for one in collected.results.hits)
    yield from chain.from_iterable(one.copies for one in collected.quotes.quotes)
