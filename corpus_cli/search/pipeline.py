"""Answer a query: plan, match, rerank, select, present."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus_cli.engines.clock import Clock, count_within
from corpus_cli.engines.port import Candidates, Engine
from corpus_cli.model import Results
from corpus_cli.names.lookup import NameLookup
from corpus_cli.query.nodes import Bag, Suggested, unparse, walk
from corpus_cli.search import freshness
from corpus_cli.search.meant_names import MeantNames
from corpus_cli.search.plan import prepare
from corpus_cli.search.present import present
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import Selected, select_hits
from corpus_cli.search.suggest import suggest_queries
from corpus_cli.store.store import Store

_NO_TIME = "there was no time to look for all reasons; --timeout 0 sets no limit"


def search(
    line: str, store: Store, engine: Engine, names: NameLookup, request: SearchRequest
) -> Results:
    """Return the best passages for a query, with what matched in each."""
    clock = Clock(request.seconds)
    query, verified, rerank, notes = prepare(line, store, engine, names, request, clock)

    def select(candidates: Candidates) -> tuple[list[Selected], Sequence[str]]:
        if request.limit == 0 and not request.group_by_article:
            # A count needs no order.
            return [], candidates.articles()
        ranked = rerank(candidates)
        return select_hits(ranked, store, request), ranked.articles()

    matched, (selected, articles) = engine.search(query, select, verified, clock.seconds_left())
    meant_names = MeantNames(names, store, engine) if request.list_names else None
    hits = tuple(present(selected, store, meant_names, request))
    file_notes = (
        *freshness.undated_notes(query, store),
        *(freshness.stale_notes(store) if request.check_files else ()),
    )
    suggested = tuple(dict.fromkeys(_suggested(query)))
    index_notes = tuple(freshness.index_notes(store, engine))
    suggestions: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    if not matched.total and not matched.partial:
        counted = count_within(engine, clock, verified)
        if not (hits or (suggested and not request.limit)):
            suggestions = tuple(dict.fromkeys(suggest_queries(query, names, engine, counted)))
        from corpus_cli.search.no_hits import explain

        hints = tuple(explain(query, store, counted, clock))
        if clock.is_over:
            hints = (*hints, _NO_TIME)
    return Results(
        query=line,
        parsed=unparse(query),
        hits=freshness.mark_stale(hits, store),
        total=matched.total,
        articles=freshness.existing_articles(articles, store) if index_notes else tuple(articles),
        expanded=matched.expanded,
        suggested=suggested,
        notes=(*notes, *matched.notes, *index_notes, *file_notes),
        hints=hints,
        suggestions=suggestions,
        partial=matched.partial,
    )


def _suggested(query: Bag) -> Iterator[tuple[str, str]]:
    for node in walk(query):
        if isinstance(node, Suggested):
            yield node.word.text, unparse(node.instead)
