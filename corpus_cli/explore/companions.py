"""Show who is mentioned together with a name or a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.errors import UsageError
from corpus_cli.explore.answer import About, about_matches, limit_rows, merge_about
from corpus_cli.explore.association import log_likelihood
from corpus_cli.explore.examples import CitedExample, FindSpans, find_names, read_examples
from corpus_cli.explore.name_units import (
    NameUnits,
    Unit,
    check_kinds,
    count_names,
    passages_to_compare_with,
    read_units,
)
from corpus_cli.model import Mark, Passage, Span
from corpus_cli.query.nodes import Bag, Mention, Must, optional, walk
from corpus_cli.search.match_query import QueryMatches, match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.snippets import spans_with_marks


class CompanionOptions(NamedTuple):
    """What is counted, and which names are shown: of some kinds (none: any), often enough.

    At most `limit` names are shown, 0 means all.
    """

    per: Unit = "passage"
    kinds: tuple[str, ...] = ()
    minimum: int = 1
    limit: int = 0


class Companion(NamedTuple):
    """A name: how many units mention it together with the query, and how many at all.

    `strength` is the log-likelihood of the two, negative if they are together less often than by
    chance.
    """

    name: str
    kind: str
    together: int
    total: int
    strength: float
    example: CitedExample | None


class Companions(NamedTuple):
    """The names that are mentioned together with a query, the strongest first.

    `units` is the number of passages or articles that the filters leave, `matched` of those that
    the query matches. `totals` are the numbers of units with each name, `left_out` the number of
    names beyond the limit.
    """

    about: About
    per: Unit
    units: int
    matched: int
    rows: tuple[Companion, ...]
    totals: Mapping[str, int]
    left_out: int = 0


def companions(
    line: str, options: CompanionOptions, moment: Moment, request: SearchRequest
) -> Companions:
    """Count which names are mentioned in the passages, or articles, that match a query.

    If the query is one name, those count whose own text mentions it, as the index has it: so two
    names are together as often whichever of them is asked for. Otherwise all words have to be in
    the passage. Only what the filters leave is compared. Raises `UsageError` without a query, and
    for a kind that no name has.
    """
    if not line.strip():
        raise UsageError("give a name or a query; corpus network shows all names with each other")
    check_kinds(options.kinds, moment)
    matches = match_query(line, moment, request.requiring_words("passage"))
    compared, is_partial = passages_to_compare_with(moment, request)
    units = read_units(options.per, compared, moment)
    ranked = [passage for passage, _ in matches.candidates.ranked()]
    single_name = _single_name(matches.query)
    matching = [
        passage
        for passage in ranked
        if single_name is None or single_name in units.names_by_passage.get(passage, ())
    ]
    about = about_matches(line, matches, moment, len(ranked), len(ranked))
    about = about._replace(partial=about.partial or is_partial)
    answer = _count(matching, options.per, units, matches.query, about)
    shown = cut(answer, options)
    passages = _choose_passages(shown.rows, matching, units)
    find_spans = _span_finder(single_name, moment, matches)
    examples = read_examples(passages, moment, find_spans)
    return shown._replace(
        rows=tuple(row._replace(example=examples.get(row.name)) for row in shown.rows)
    )


def merge(answers: Sequence[tuple[str, Companions]], options: CompanionOptions) -> Companions:
    """Add up the counts of several corpora, each of which was asked for all names."""
    if len(answers) == 1:
        return answers[0][1]
    totals: dict[str, int] = {}
    together: dict[str, int] = {}
    first_rows: dict[str, Companion] = {}
    for name, answer in answers:
        for one, count in answer.totals.items():
            totals[one] = totals.get(one, 0) + count
        for row in answer.rows:
            together[row.name] = together.get(row.name, 0) + row.together
            example = row.example and row.example.within(name)
            first_rows.setdefault(row.name, row._replace(example=example))
    units = sum(answer.units for _, answer in answers)
    matched = sum(answer.matched for _, answer in answers)
    rows = (
        row._replace(
            together=together[name],
            total=totals[name],
            strength=log_likelihood(together[name], matched, totals[name], units),
        )
        for name, row in first_rows.items()
    )
    about = merge_about((name, answer.about) for name, answer in answers)
    per = answers[0][1].per
    return cut(Companions(about, per, units, matched, _sorted_rows(rows), totals), options)


def cut(answer: Companions, options: CompanionOptions) -> Companions:
    """Return an answer with only the names that the options ask for."""
    rows = [
        row
        for row in answer.rows
        if row.together >= options.minimum and (not options.kinds or row.kind in options.kinds)
    ]
    shown, left_out = limit_rows(rows, options.limit)
    return answer._replace(rows=shown, left_out=left_out)


def _count(
    matching: Sequence[str], per: Unit, units: NameUnits, query: Bag, about: About
) -> Companions:
    """Count all names but those of the query."""
    all_units = units.names_by_unit(units.names_by_passage)
    matched_ids = {units.unit_of(one) for one in matching if one in units.names_by_passage}
    totals = count_names(all_units)
    together = count_names({unit: all_units[unit] for unit in matched_ids})
    of_query = {node.name.canonical for node in walk(query) if isinstance(node, Mention)}
    rows = (
        Companion(
            name,
            units.kinds.get(name, ""),
            count,
            totals[name],
            log_likelihood(count, len(matched_ids), totals[name], len(all_units)),
            None,
        )
        for name, count in together.items()
        if name not in of_query
    )
    return Companions(about, per, len(all_units), len(matched_ids), _sorted_rows(rows), totals)


def _sorted_rows(rows: Iterable[Companion]) -> tuple[Companion, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.strength, -row.together, row.name)))


def _choose_passages(
    rows: Sequence[Companion], matching: Sequence[str], units: NameUnits
) -> dict[str, str]:
    """Return a passage for each name: one that matches, else another of a matching article."""
    wanted = {row.name for row in rows}
    chosen: dict[str, str] = {}
    for passage in _candidates(matching, units):
        for name in wanted.intersection(units.names_by_passage[passage]):
            chosen.setdefault(name, passage)
        if len(chosen) == len(wanted):
            break
    return chosen


def _candidates(matching: Sequence[str], units: NameUnits) -> Iterator[str]:
    read = [passage for passage in matching if passage in units.names_by_passage]
    yield from units.most_specific_first(read)
    if units.per == "article":
        articles = set(map(units.unit_of, read))
        more = (one for one in units.names_by_passage if units.unit_of(one) in articles)
        yield from units.most_specific_first(more)


def _single_name(query: Bag) -> str | None:
    """Return the name that a query asks for if it has no other words, whatever its filters."""
    inner = (node.node if isinstance(node, Must) else node for node in query.nodes)
    match [node for node in inner if optional(node)]:
        case [Mention(name=name)]:
            return name.canonical
        case _:
            return None


def _span_finder(single_name: str | None, moment: Moment, matches: QueryMatches) -> FindSpans:
    """Return what marks the name of a row, and the name or the words of the query."""

    def find(name: str, passage: Passage) -> Mapping[Span, Mark]:
        worths = ({single_name: 1.0} if single_name else {}) | {name: 2.0}
        located = find_names(passage, worths, moment)
        match = None if single_name else matches.candidates.match(passage.id)
        return located | (spans_with_marks(passage.text, match.marks) if match else {})

    return find
