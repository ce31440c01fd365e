"""Turn a line into a query tree."""

from contextlib import suppress
from typing import NamedTuple

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.errors import InvalidQuery
from corpus_cli.query.all_terms import require_all
from corpus_cli.query.filters import filtered
from corpus_cli.query.nodes import Bag
from corpus_cli.query.parse import parse
from corpus_cli.search.counts import count_within
from corpus_cli.search.expand import expand
from corpus_cli.search.moment import Moment
from corpus_cli.search.question_words import drop_question_words
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.respell import respell
from corpus_cli.search.suggest import add_suggestions


class ReadQuery(NamedTuple):
    """A query tree for an engine, and notes on what was changed in it."""

    query: Bag
    notes: tuple[str, ...]


def read_query(
    line: str, moment: Moment, request: SearchRequest, clock: Clock, *, suggests: bool = True
) -> ReadQuery:
    """Parse a line, add filters and suggestions, expand names and drop question words.

    Where all passages that match are counted, nothing is suggested: what only a suggestion finds
    does not count. If the time ends, the words that are left stay as typed. Matching then has no
    time either, and adds a note. Raises `InvalidQuery` for a date that is none.
    """
    parsed = parse(line, literal=request.literal)
    if parsed.invalid:
        raise InvalidQuery(parsed.invalid)
    query = filtered(parsed.query, request.filters, all_names=request.all_names)
    notes: tuple[str, ...] = ()
    index, names = moment.index, moment.names
    counted = count_within(index, clock, {})
    with suppress(TimeOver):
        query, notes = expand(query, names, index, counted, loose=request.expand_names)
    query, question_notes = drop_question_words(query, line, counted, literal=request.literal)
    # Other spellings and suggestions are words of the corpus, and articles may be missing from it.
    may_replace = request.suggest and not request.passed_over
    if may_replace and request.expand_names:
        query, spelling_notes = respell(query, moment, clock)
        notes += spelling_notes
    if may_replace and suggests:
        # Suggestions take at most half of the time: the rest is for the typed words.
        half = Clock(clock.seconds_left() / 2)
        query = add_suggestions(query, moment, half, loose=request.expand_names)
    if request.all_terms:
        query = require_all(query, request.all_terms)
    return ReadQuery(query, (*parsed.notes, *notes, *question_notes))
