"""Merge the answers of several corpora."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, groupby, islice
from typing import Any

from corpus_cli.model import Expansion, Facet, Facets, Hit, Results
from corpus_cli.search.facets import sort_facets
from corpus_cli.search.request import By, SearchRequest, Sort


def request_each(request: SearchRequest) -> SearchRequest:
    """Return the request for each of several corpora, so that their hits can be merged."""
    limit = None if request.limit is None else request.limit + request.offset
    return request._replace(limit=limit, offset=0)


def merge_answers(answers: Sequence[tuple[str, Results]], request: SearchRequest) -> Results:
    """Merge the answers of several corpora into one; hits, notes and hints name their corpus.

    Scores depend on the document frequencies in each corpus, so scores from different corpora
    compare only roughly.
    """
    results = [one for _, one in answers]
    missed = not any(one.total or one.chrome for one in results)
    return results[0]._replace(
        hits=tuple(_merge_hits(answers, request)),
        total=sum(one.total for one in results),
        articles=sum(one.articles for one in results),
        article_ids=tuple(chain.from_iterable(one.article_ids for one in results)),
        expanded=tuple(_expanded(results)),
        suggested=tuple(
            pair
            for pair in _once(one.suggested for one in results)
            if all(pair in one.suggested for one in results)
        ),
        notes=_named((name, one.notes) for name, one in answers),
        hints=_named((name, one.hints) for name, one in answers) if missed else (),
        suggestions=_once(one.suggestions for one in results) if missed else (),
        partial=any(one.partial for one in results),
        chrome=sum(one.chrome or 0 for one in results) if request.with_chrome else None,
    )


def merge_facets(answers: Sequence[tuple[str, Facets]], by: Sequence[By]) -> Facets:
    """Add up the counts of several corpora; notes name their corpus.

    An article that is in several corpora counts in each.
    """
    counted = [facets for _, facets in answers]
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    articles: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for facet in chain.from_iterable(one.facets for one in counted):
        counts[facet.by][facet.value] += facet.passages
        articles[facet.by][facet.value] += facet.articles
    return counted[0]._replace(
        facets=tuple(
            facet
            for field in by
            for facet in sort_facets(
                field,
                (
                    Facet(field, value, count, articles[field][value])
                    for value, count in counts[field].items()
                ),
            )
        ),
        total=sum(one.total for one in counted),
        articles=sum(one.articles for one in counted),
        notes=_named((name, one.notes) for name, one in answers),
        partial=any(one.partial for one in counted),
    )


def _merge_hits(answers: Sequence[tuple[str, Results]], request: SearchRequest) -> Iterator[Hit]:
    groups = chain.from_iterable(
        merge(
            *(_groups(name, one.hits, request, chrome=chrome) for name, one in answers),
            key=lambda group: _key(request.sort, group[0]),
            reverse=request.sort.startswith("-"),
        )
        for chrome in (False, True)
    )
    end = None if request.limit is None else request.offset + request.limit
    picked = chain.from_iterable(islice(groups, request.offset, end))
    return (hit._replace(rank=rank) for rank, hit in enumerate(picked, request.offset + 1))


def _groups(
    name: str, hits: Iterable[Hit], request: SearchRequest, *, chrome: bool
) -> Iterator[list[Hit]]:
    """Yield the hits that stay together: those of one article if grouped, else single hits.

    They are those in the texts of articles, or with `chrome` those outside.
    """
    named = (hit._replace(corpus=name) for hit in hits if bool(hit.kind) == chrome)
    for _, group in groupby(
        named, key=lambda hit: hit.header.id if request.group_by_article else hit.passage.id
    ):
        yield list(group)


def _key(sort: Sort, hit: Hit) -> tuple[Any, ...]:
    match sort:
        case "score":
            return (-hit.score,)
        case "date":
            return (hit.header.published or "~", -hit.score)
        case "-date":
            return (hit.header.published, hit.score)
        case "modified":
            return (hit.header.modified or "~", -hit.score)
        case "-modified":
            return (hit.header.modified, hit.score)
        case "source":
            return (not hit.header.site, hit.header.site.casefold(), -hit.score)
        case "path":
            return (hit.header.sources[0].name if hit.header.sources else "", -hit.score)


def _expanded(results: Iterable[Results]) -> Iterator[Expansion]:
    expansions: dict[tuple[str, str], Expansion] = {}
    for one in chain.from_iterable(result.expanded for result in results):
        before = expansions.get((one.typed, one.name))
        if before is None:
            expansions[one.typed, one.name] = one
            continue
        counts = dict(before.forms)
        for form, count in one.forms:
            counts[form] = counts.get(form, 0) + count
        expansions[one.typed, one.name] = before._replace(
            forms=tuple(counts.items()), articles=before.articles + one.articles
        )
    return iter(expansions.values())


def _once(parts: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))


def _named(parts: Iterable[tuple[str, Iterable[str]]]) -> tuple[str, ...]:
    return tuple(f"{name}: {note}" for name, notes in parts for note in notes)
