"""Turn a line into a query tree and an order of candidates."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from corpus_cli.engines.clock import Clock, TimeOver, count_within
from corpus_cli.engines.port import Candidates, Engine, OrderedCandidates, Verified
from corpus_cli.names.lookup import NameLookup
from corpus_cli.query.filters import filtered
from corpus_cli.query.nodes import Bag, required
from corpus_cli.query.parse import parse
from corpus_cli.search.exact import verify_exact
from corpus_cli.search.expand import expand
from corpus_cli.search.feedback import add_feedback
from corpus_cli.search.question_words import drop_question_words
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.suggest import add_suggestions
from corpus_cli.store.store import Store


class ReadQuery(NamedTuple):
    """A query tree for an engine, and notes on what was changed in it."""

    query: Bag
    notes: tuple[str, ...]


class PreparedQuery(NamedTuple):
    """A query tree, its verified `exact:` nodes, a function that orders candidates, and notes."""

    query: Bag
    verified: Verified
    ordered: Callable[[Candidates], OrderedCandidates]
    notes: tuple[str, ...]


def read_query(
    line: str, engine: Engine, names: NameLookup, request: SearchRequest, clock: Clock
) -> ReadQuery:
    """Parse a line, add filters and suggestions, expand names and drop question words.

    If the time ends, the words that are left stay as typed. Matching then has no time either,
    and adds a note.
    """
    parsed = parse(line, literal=request.literal)
    query, notes = filtered(parsed.query, request.filters), tuple[str, ...]()
    counted = count_within(engine, clock, {})
    with suppress(TimeOver):
        query, notes = expand(query, names, engine, counted, loose=request.expand_names)
    query, question_notes = drop_question_words(query, line, counted, literal=request.literal)
    if request.suggest:
        # Suggestions take at most half of the time: the rest is for the typed words.
        query = add_suggestions(
            query, names, engine, Clock(clock.seconds_left() / 2), loose=request.expand_names
        )
    if request.all_terms:
        query = required(query)
    return ReadQuery(query, (*parsed.notes, *notes, *question_notes))


def prepare(  # noqa: PLR0913, PLR0917 - a query, and the ports it needs
    line: str, store: Store, engine: Engine, names: NameLookup, request: SearchRequest, clock: Clock
) -> PreparedQuery:
    """Read a query, verify its `exact:` nodes, and choose how its candidates are ordered."""
    query, notes = read_query(line, engine, names, request, clock)
    verified = verify_exact(query, store, engine, clock)

    def ordered(candidates: Candidates) -> OrderedCandidates:
        return add_feedback(candidates, query, store, grouped=request.group_by_article)

    if not request.semantic:
        return PreparedQuery(query, verified, ordered, notes)
    from corpus_cli.search.fusion import FusedCandidates, find_nearest

    nearest = find_nearest(line, query, store, engine, verified, request, clock)
    return PreparedQuery(
        query,
        verified,
        lambda candidates: FusedCandidates(ordered(candidates), nearest),
        (*notes, *nearest.notes),
    )
