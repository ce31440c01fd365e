"""Count which names are mentioned together, all with all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.explore.answer import About, Citation, about_matches, limit_rows, merge_about
from corpus_cli.explore.association import log_likelihood
from corpus_cli.explore.examples import read_citations
from corpus_cli.explore.name_units import (
    NameUnits,
    Unit,
    check_kinds,
    count_names,
    read_units,
)
from corpus_cli.query.filters import Filters
from corpus_cli.search.match_query import match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.plurals import plural

_PAIRS_PER_CHECK = 100_000

_MAX_NAMES = 400
"""The most names of a unit. What has more is a list, whose millions of pairs say nothing."""

_Names = tuple[str, str]
"""The canonical forms of two names, in the order of the alphabet."""


class NetworkOptions(NamedTuple):
    """What is counted, and which pairs are shown: both names of some kinds, often enough.

    At most `limit` pairs are shown, 0 means all.
    """

    per: Unit = "passage"
    kinds: tuple[str, ...] = ()
    minimum: int = 2
    limit: int = 0


class NetworkName(NamedTuple):
    """A name, and how many units mention it."""

    name: str
    kind: str
    total: int


class Pair(NamedTuple):
    """Two names, how many units mention both, and the log-likelihood of the two.

    The strength is negative if they are together less often than by chance. `example` is a passage
    with both, or with one of them if no passage of an article has both.
    """

    first: NetworkName
    second: NetworkName
    together: int
    strength: float
    example: Citation | None = None


class Network(NamedTuple):
    """The pairs of names in the passages that match a query, the strongest first.

    `units` is the number of passages or articles, `left_out` the number of pairs beyond the limit.
    """

    about: About
    per: Unit
    units: int
    pairs: tuple[Pair, ...]
    totals: Mapping[str, int]
    left_out: int = 0

    @property
    def names(self) -> list[NetworkName]:
        """The names of the pairs, the most frequent first."""
        unique = dict.fromkeys(name for pair in self.pairs for name in (pair.first, pair.second))
        return sorted(unique, key=lambda one: (-one.total, one.name))


def network(line: str, options: NetworkOptions, moment: Moment, request: SearchRequest) -> Network:
    """Count how many passages, or articles, mention each pair of names.

    With a query only those count that match it; all of its words have to be in the passage. Raises
    `UsageError` for a kind that no name has.
    """
    check_kinds(options.kinds, moment)
    matches = match_query(line, moment, request.requiring_words("passage"))
    everything = not line.strip() and request.filters == Filters()
    ranked = None if everything else [passage for passage, _ in matches.candidates.ranked()]
    units = read_units(options.per, ranked, moment)
    names_by_unit = units.names_by_unit(units.names_by_passage)
    totals = count_names(names_by_unit)
    together, read, lists = _count_pairs(names_by_unit, units, totals, options, matches.clock)
    about = about_matches(line, matches, moment, 0, 0)
    if read < len(names_by_unit):
        of = f"{read:,} of {len(names_by_unit):,} {options.per}s"
        about = about.with_note(f"the time ended after {of}; --timeout 0 reads all")
        about = about._replace(partial=True)
    if lists:
        are = plural(lists, f"{options.per} is a list", f"{options.per}s are lists")
        about = about.with_note(f"{are} of more than {_MAX_NAMES} names, whose pairs do not count")
    answer = _rate(about, options, units.kinds, len(names_by_unit), totals, together)
    chosen = _choose_passages(answer.pairs, units)
    citations = read_citations(chosen.values(), moment)
    return answer._replace(
        pairs=tuple(
            pair._replace(example=citations.get(chosen.get(_names(pair), "")))
            for pair in answer.pairs
        )
    )


def merge(answers: Sequence[tuple[str, Network]], options: NetworkOptions) -> Network:
    """Add up the counts of several corpora, each of which was asked for all pairs."""
    if len(answers) == 1:
        return answers[0][1]
    totals: Counter[str] = Counter()
    together: Counter[_Names] = Counter()
    kinds: dict[str, str] = {}
    examples: dict[_Names, Citation] = {}
    for name, answer in answers:
        totals.update(answer.totals)
        for pair in answer.pairs:
            together[_names(pair)] += pair.together
            kinds |= {one.name: one.kind for one in (pair.first, pair.second)}
            if pair.example:
                examples.setdefault(_names(pair), pair.example._replace(corpus=name))
    about = merge_about((name, answer.about) for name, answer in answers)
    units = sum(answer.units for _, answer in answers)
    merged = _rate(about, options, kinds, units, totals, together)
    return merged._replace(
        pairs=tuple(pair._replace(example=examples.get(_names(pair))) for pair in merged.pairs)
    )


def _count_pairs(
    names_by_unit: Mapping[str, Collection[str]],
    units: NameUnits,
    totals: Mapping[str, int],
    options: NetworkOptions,
    clock: Clock,
) -> tuple[Counter[_Names], int, int]:
    """Count the pairs until the time ends; return how many units were read, and how many lists."""
    # A pair is no more frequent than either of its names.
    wanted = {
        name
        for name, total in totals.items()
        if total >= options.minimum
        and (not options.kinds or units.kinds.get(name) in options.kinds)
    }
    together: Counter[_Names] = Counter()
    lists = unchecked = 0
    for n, names in enumerate(names_by_unit.values()):
        if unchecked > _PAIRS_PER_CHECK:
            if clock.is_over:
                return together, n, lists
            unchecked = 0
        mentioned = sorted(wanted.intersection(names))
        unchecked += len(mentioned) ** 2
        if len(mentioned) > _MAX_NAMES:
            lists += 1
        else:
            together.update(combinations(mentioned, 2))
    return together, len(names_by_unit), lists


def _rate(  # noqa: PLR0913, PLR0917 - the counts of an answer
    about: About,
    options: NetworkOptions,
    kinds: Mapping[str, str],
    units: int,
    totals: Mapping[str, int],
    together: Mapping[_Names, int],
) -> Network:
    """Return the pairs that are frequent enough, with their strengths."""

    def node(name: str) -> NetworkName:
        return NetworkName(name, kinds.get(name, ""), totals[name])

    pairs = [
        Pair(
            node(first),
            node(second),
            count,
            log_likelihood(count, totals[first], totals[second], units),
        )
        for (first, second), count in together.items()
        if count >= options.minimum
    ]
    pairs.sort(key=lambda pair: (-pair.strength, -pair.together, _names(pair)))
    shown, left_out = limit_rows(pairs, options.limit)
    return Network(about, options.per, units, shown, totals, left_out)


def _choose_passages(pairs: Iterable[Pair], units: NameUnits) -> dict[_Names, str]:
    """Return a passage for each pair: the one with the fewest names that has both.

    For a pair that is only together in articles, it is a passage of such an article with one.
    """
    wanted = set(map(_names, pairs))
    shown = {name for pair in wanted for name in pair}
    ordered = units.most_specific_first(units.names_by_passage)
    chosen: dict[_Names, str] = {}
    for passage in ordered:
        names = units.names_by_passage[passage]
        for pair in _shared_pairs(wanted, shown, names):
            chosen[pair] = passage
            wanted.remove(pair)
        if not wanted:
            return chosen
    if units.per == "article":
        _choose_from_articles(wanted, chosen, ordered, units)
    return chosen


def _choose_from_articles(
    wanted: set[_Names], chosen: dict[_Names, str], ordered: Iterable[str], units: NameUnits
) -> None:
    """Choose for each pair a passage with its first name, in the first article that has both."""
    shown = {name for pair in wanted for name in pair}
    places: dict[_Names, str] = {}
    for passage in ordered:
        for name in units.names_by_passage[passage]:
            places.setdefault((units.unit_of(passage), name), passage)
    for article, names in sorted(units.names_by_unit(units.names_by_passage).items()):
        for pair in _shared_pairs(wanted, shown, names):
            chosen[pair] = places[article, pair[0]]
            wanted.remove(pair)


def _shared_pairs(wanted: set[_Names], shown: set[str], names: Collection[str]) -> set[_Names]:
    """Return the pairs that are wanted of the names of a passage or article, if it is no list."""
    mentioned = sorted(shown.intersection(names))
    if len(mentioned) > _MAX_NAMES:
        return set()
    return wanted.intersection(combinations(mentioned, 2))


def _names(pair: Pair) -> _Names:
    return pair.first.name, pair.second.name
