"""Postings to occurrences: where a word of a query stands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, compress, islice
from typing import Protocol, TypeVar

from corpus_cli.engines.fields import ANYWHERE, OWN, TITLE, FieldName, Region, decode, weight
from corpus_cli.engines.term_forms import TermForm

_T = TypeVar("_T")

Starts = Mapping[int, int]
"""Position of the first word of each occurrence → the number of positions it covers.

0 stands for what the text writes in one piece from there.
"""


_SCAN_PER_LOOKUP = 10
"""How many postings are gone through in the time that one is looked up in."""


class PostingChunk(Protocol):
    """Some postings of a term: as many numbers, ascending, as weights."""

    first: int
    count: int

    @property
    def numbers(self) -> Sequence[int]:
        """The passages, or the runs of passages with the same metadata."""

    @property
    def weights(self) -> Sequence[int]:
        """How often the term counts in each."""

    def own(self) -> dict[int, int]:
        """How often in the text itself, but for title and heading, which may be 0."""

    def value(self, number: int) -> bytes:
        """Its positions in one of them as `encode` wrote them; empty where it is not there."""

    def values(self) -> Iterator[bytes]:
        """Those of all."""


class Postings:
    """One term of one field, chunk by chunk; what is not `alive` is left out where that is given.

    Nothing is read before it is asked for, positions least of all.
    """

    def __init__(self, chunks: Sequence[PostingChunk], alive: bytes = b"") -> None:
        self._chunks = chunks
        self._alive = alive
        self._firsts = [chunk.first for chunk in chunks]

    def __bool__(self) -> bool:
        """Whether it stands anywhere: no more is read than tells it."""
        return any(True for _ in self._live(chunk.numbers for chunk in self._chunks))

    @cached_property
    def passages(self) -> Sequence[int]:
        """Where it stands, ascending."""
        return self._flat([chunk.numbers for chunk in self._chunks])

    @cached_property
    def counts(self) -> Sequence[int]:
        """How often it counts in each."""
        return self._flat([chunk.weights for chunk in self._chunks])

    def own(self) -> dict[int, float]:
        """In how many places of the text itself it stands, where it does."""
        return {
            passage: count
            for chunk in self._chunks
            for passage, count in chunk.own().items()
            if count and (not self._alive or self._alive[passage])
        }

    def value(self, passage: int) -> bytes:
        """Its positions in one passage as `encode` wrote them; empty where it does not stand."""
        at = bisect_right(self._firsts, passage) - 1
        return self._chunks[at].value(passage) if at >= 0 else b""

    def positions(self, passage: int) -> Sequence[int]:
        """The same, read."""
        value = self.value(passage)
        return decode(value) if value else ()

    def values(self) -> Iterator[tuple[int, bytes]]:
        """Every passage with those."""
        return zip(self.passages, self._live(chunk.values() for chunk in self._chunks), strict=True)

    def _flat(self, parts: Sequence[Sequence[int]]) -> Sequence[int]:
        if len(parts) == 1 and not self._alive:
            return parts[0]
        return list(self._live(parts))

    def _live(self, parts: Iterable[Iterable[_T]]) -> Iterable[_T]:
        every = chain.from_iterable(parts)
        if not self._alive:
            return every
        numbers = chain.from_iterable(chunk.numbers for chunk in self._chunks)
        return compress(every, map(self._alive.__getitem__, numbers))


NO_POSTINGS = Postings(())


class Index(Protocol):
    """What the matcher reads of an engine. Passages are small integers here."""

    def postings(self, field: FieldName, term: str) -> Postings:
        """Return a term's postings without deleted passages; `NO_POSTINGS` if there are none."""

    def has(self, field: FieldName, term: str) -> bool:
        """Whether any live passage holds the term."""

    def frequency(self, field: FieldName, term: str) -> int:
        """How many passages hold the term, about: some may be gone."""

    def tally(self, field: FieldName, term: str) -> tuple[int, float]:
        """How many passages hold a term, and how often it counts in all of them."""

    def places(self, form: TermForm) -> Mapping[int, Sequence[int]]:
        """Return what `places` returns, from a cache when it is asked for again."""

    def terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        """The terms of a field that begin so, ascending; some may have no live passage."""

    def passages(self) -> Sequence[int]:
        """Every live passage."""

    def passages_of_runs(self, runs: Iterable[int]) -> Iterator[int]:
        """The passages of runs of `facts`."""

    def articles(self) -> int:
        """How many articles they are of."""

    def owner(self, passage: int) -> int:
        """The article of a passage, as a number."""

    def owners(self, passages: Collection[int]) -> Iterable[int]:
        """Those of many."""

    def article(self, owner: int) -> str:
        """The id of an article."""

    def mates(self, passage: int) -> Sequence[int]:
        """All passages of the same article."""

    def average(self, field: FieldName) -> float:
        """The mean length of a field, in terms."""

    def codes(self, field: FieldName) -> bytes:
        """The code of the length of a field by passage: see `scoring.LENGTHS`."""

    def length(self, field: FieldName) -> Callable[[int], int]:
        """The length of a field by passage, as coarse as one byte holds it."""

    def id(self, passage: int) -> str:
        """The id of a passage."""

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        """The passages of these ids."""


class TermGroup(Protocol):
    """Places that are scored and marked as one term."""

    @property
    def counts(self) -> Mapping[int, float]:
        """How often it counts in each passage."""

    def body(self, passage: int) -> float:
        """How often it counts in a passage but for the title."""

    def title(self, passage: int) -> float:
        """How often it counts in the title, which every passage of an article repeats."""

    def starts(self, passage: int) -> Starts:
        """Where it stands in one passage."""


class FormOccurrences:
    """Where one group of forms stands: scored, counted and marked as one term."""

    def __init__(self, index: Index, forms: Sequence[TermForm], region: Region) -> None:
        self._index = index
        self._forms = [
            form
            for form in dict.fromkeys(forms)
            if all(index.has(form.field, term) for term in form.terms)
        ]
        self._region = region

    @cached_property
    def counts(self) -> Mapping[int, float]:
        """How often it counts in each passage."""
        counts: dict[int, float] = {}
        shared_passages: set[int] = set()
        for form_counts in map(self._form_counts, self._forms):
            if counts:
                shared_passages.update(counts.keys() & form_counts.keys())
                counts.update(form_counts)
            else:
                counts = form_counts
        for passage in shared_passages:
            counts[passage] = weight(sorted(self.starts(passage)))
        return counts

    def body(self, passage: int) -> float:
        """How often it counts in a passage but for the title."""
        return float(sum(start < TITLE for start in self.starts(passage)))

    def title(self, passage: int) -> float:
        """How often it stands in the title."""
        return float(sum(start >= TITLE for start in self.starts(passage)))

    def starts(self, passage: int) -> Starts:
        """Where it stands in one passage."""
        starts: dict[int, int] = {}
        for span, positions in self._position_readers:
            for position in self._inside(positions(passage)):
                starts[position] = max(span, starts.get(position, 0))
        return starts

    @cached_property
    def _position_readers(self) -> Sequence[tuple[int, Callable[[int], Sequence[int]]]]:
        """The span of each form, and what tells its positions in a passage."""
        read: list[tuple[int, Callable[[int], Sequence[int]]]] = []
        for form in self._forms:
            if len(form.terms) == 1:
                read.append((form.span, self._index.postings(form.field, *form.terms).positions))
            else:
                read.append((form.span, partial(_positions_in, self._index.places(form))))
        return read

    def _form_counts(self, form: TermForm) -> dict[int, float]:
        """How often one form counts in each passage."""
        if len(form.terms) == 1 and self._region in {ANYWHERE, OWN}:
            postings = self._index.postings(form.field, *form.terms)
            if self._region == OWN:
                return postings.own()
            return dict(zip(postings.passages, postings.counts, strict=True))
        return {
            passage: weight(inside)
            for passage, positions in self._index.places(form).items()
            if (inside := self._inside(positions))
        }

    def _inside(self, positions: Sequence[int]) -> Sequence[int]:
        """Those that are in the region."""
        start, end = self._region
        if not positions or (positions[0] >= start and positions[-1] < end):
            return positions
        return [position for position in positions if start <= position < end]


def _positions_in(positions_by_passage: Mapping[int, Sequence[int]], passage: int) -> Sequence[int]:
    return positions_by_passage.get(passage, ())


def places(
    index: Index, form: TermForm, within: frozenset[int] | None = None
) -> dict[int, Sequence[int]]:
    """Where the terms of a form follow each other: the positions of the first, by passage.

    Positions are read only of the passages that hold all of the terms, and of those `within`.
    """
    field, terms = form.field, form.terms
    if not all(index.has(field, term) for term in terms):
        return {}
    order = sorted(range(len(terms)), key=lambda at: index.frequency(field, terms[at]))
    lists = [(at, index.postings(field, terms[at])) for at in order]
    first = lists[0][1]
    if len(lists) == 1:
        return {passage: decode(value) for passage, value in first.values()}
    common = set(first.passages) if within is None else set(within.intersection(first.passages))
    for at, postings in lists[1:]:
        # Where little is left, it is looked up, and the long list is not gone through.
        if len(common) * _SCAN_PER_LOOKUP > index.frequency(field, terms[at]):
            common.intersection_update(postings.passages)
    positions_by_passage: dict[int, Sequence[int]] = {}
    for passage in sorted(common):
        starts: set[int] | None = None
        for at, postings in lists:
            starts_of_term = {position - at for position in postings.positions(passage)}
            starts = starts_of_term if starts is None else starts & starts_of_term
            if not starts:
                break
        else:
            positions_by_passage[passage] = sorted(starts or ())
    return positions_by_passage


def find_windows(groups: Sequence[Starts], distance: int) -> dict[int, int]:
    """Windows that hold one occurrence of every group, overlaps excluded.

    At most `distance` words in the window belong to none of them. Of the windows that
    begin at one word the shortest is kept: start → number of positions covered.
    """
    windows: dict[int, int] = {}
    spans = [{start: max(span, 1) for start, span in group.items()} for group in groups]
    ordered = [sorted(group) for group in spans]
    for i, group in enumerate(spans):
        # Equal groups begin the same windows.
        if group not in spans[:i]:
            other_groups = [j for j in range(len(spans)) if j != i]
            for start, span in group.items():
                window = _window(start, span, [(ordered[j], spans[j]) for j in other_groups])
                if window and window[0] - window[1] <= distance:
                    windows[start] = min(window[0], windows.get(start, window[0]))
    return windows


def _window(
    start: int, span: int, other_groups: Sequence[tuple[Sequence[int], Starts]]
) -> tuple[int, int] | None:
    """`(positions covered, positions used)`, each group at its next free place.

    Words that two groups share go to the group with the fewest choices first.
    """
    used_positions = set(range(start, start + span))
    for ordered, group in sorted(other_groups, key=lambda other: len(other[0])):
        for at in islice(ordered, bisect_left(ordered, start), None):
            words = range(at, at + group[at])
            if used_positions.isdisjoint(words):
                used_positions.update(words)
                break
        else:
            return None
    return max(used_positions) + 1 - start, len(used_positions)
