"""Answer a query: plan, match, rerank, select, present."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import Verified, plan_query
from corpus_cli.engines.port import OrderedCandidates
from corpus_cli.model import Results, article_of
from corpus_cli.query.nodes import Bag, Suggested, unparse, walk
from corpus_cli.search import freshness
from corpus_cli.search.counts import count_within
from corpus_cli.search.feedback import add_feedback
from corpus_cli.search.moment import Moment
from corpus_cli.search.present import present
from corpus_cli.search.read_query import read_query
from corpus_cli.search.relevance import relevance_notes
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.respell import spelling_expansions
from corpus_cli.search.select import Selected, select_hits
from corpus_cli.search.suggest import suggest_queries
from corpus_cli.search.verified import verify

MAY_SHOW_COPIES = (
    "there was no time to look for all near-copies, so some may be shown; --timeout 0 sets no limit"
)
_NO_TIME = "there was no time to look for all reasons; --timeout 0 sets no limit"


def search(line: str, moment: Moment, request: SearchRequest) -> Results:
    """Return the best passages for a query, with what matched in each."""
    clock = Clock(request.seconds)
    query, notes = read_query(line, moment, request, clock)
    verified = verify(query, moment, clock)
    plan = plan_query(query, moment.index, verified, ranks_articles=request.group_by_article)
    candidates = moment.index.match(plan, clock)
    counts_only = request.limit == 0 and not request.list_articles
    shown = candidates if counts_only or request.sort == "score" else candidates.relevant()
    ordered = add_feedback(shown, query, moment.store)
    selected = select_hits(ordered, moment.store, request, clock)
    shows_copies = clock.is_over and not request.duplicates and bool(selected)
    hits = tuple(present(selected, moment, request))
    counts, index_notes = candidates.counts, tuple(freshness.index_notes(moment))
    articles, article_ids = candidates.count_articles(), tuple[str, ...]()
    if request.list_articles or index_notes:
        article_ids = tuple(ordered.articles())
    if index_notes:
        # An index that lags behind the store has articles that were removed from it.
        article_ids = freshness.existing_articles(article_ids, moment.store)
        articles = len(article_ids)
    results = Results(
        query=line,
        parsed=unparse(query),
        hits=hits,
        total=counts.total,
        articles=articles,
        article_ids=article_ids,
        expanded=(*counts.expanded, *spelling_expansions(query, moment.index)),
        suggested=tuple(dict.fromkeys(_suggested(query))),
        notes=(
            *notes,
            *counts.notes,
            *((MAY_SHOW_COPIES,) if shows_copies else ()),
            *relevance_notes(candidates, shown),
            *index_notes,
            *freshness.undated_notes(query, moment.store),
            *(freshness.stale_notes(moment) if request.check_files else ()),
        ),
        partial=counts.partial,
    )
    if request.with_chrome:
        from corpus_cli.search.chrome import add_chrome, find_in_chrome

        matches = find_in_chrome(query, moment, request.sort, clock)
        before = _count_before(selected, ordered, moment, request, clock)
        results = add_chrome(results, matches, before, moment, request)
    results = results._replace(hits=freshness.mark_stale(results.hits, moment.store))
    if counts.total or results.chrome or results.partial:
        return results
    return _explain_nothing(results, query, verified, moment, request, clock)


def _count_before(
    selected: Sequence[Selected],
    ordered: OrderedCandidates,
    moment: Moment,
    request: SearchRequest,
    clock: Clock,
) -> int:
    """Return how many hits, or articles if grouped, there are up to the last that is selected."""
    articles = [article_of(one.match.passage) for one in selected]
    if not articles and request.offset:
        # The offset may be greater than the number of all hits.
        everything = request._replace(offset=0, limit=None)
        selected = select_hits(ordered, moment.store, everything, clock)
        articles = [article_of(one.match.passage) for one in selected]
        return len(set(articles)) if request.group_by_article else len(articles)
    return request.offset + (len(set(articles)) if request.group_by_article else len(articles))


def _explain_nothing(  # noqa: PLR0913, PLR0917 - a query, and where it is asked
    results: Results,
    query: Bag,
    verified: Verified,
    moment: Moment,
    request: SearchRequest,
    clock: Clock,
) -> Results:
    """Add to an answer without matches why there are none, and queries that match something."""
    from corpus_cli.search.no_hits import explain

    counted = count_within(moment.index, clock, verified)
    suggestions: tuple[str, ...] = ()
    if not (results.hits or (results.suggested and not request.limit)):
        suggestions = tuple(dict.fromkeys(suggest_queries(query, moment, counted)))
    hints = tuple(explain(query, moment, request, verified, clock))
    return results._replace(
        suggestions=suggestions, hints=(*hints, _NO_TIME) if clock.is_over else hints
    )


def _suggested(query: Bag) -> Iterator[tuple[str, str]]:
    for node in walk(query):
        if isinstance(node, Suggested):
            yield node.word.text, unparse(node.instead)
