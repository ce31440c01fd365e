"""Posting lists, and the occurrences of forms in passages."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, compress, islice
from typing import Protocol, TypeVar

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.fields import (
    ANYWHERE,
    OWN,
    TITLE,
    TITLE_MARK,
    FieldName,
    Region,
    decode,
    is_in_title,
    weight,
)
from corpus_cli.engines.term_forms import TermForm

_T = TypeVar("_T")

Starts = Mapping[int, int]
"""The position of the first word of each occurrence → the number of positions it covers.

0 means the whole compound at that position.
"""


SCAN_PER_LOOKUP = 10
"""The number of postings that can be scanned in the time of one lookup."""


class PostingChunk(Protocol):
    """Some postings of a term: ascending numbers, and a weight for each."""

    first: int
    count: int

    @property
    def numbers(self) -> Sequence[int]:
        """The passages, or the runs of passages with the same metadata."""

    @property
    def weights(self) -> Sequence[int]:
        """The weight of each posting: how often the term counts there."""

    def own(self) -> dict[int, int]:
        """Return how often the term occurs in the text, by number, where it does."""

    def count_own(self) -> int:
        """Return the sum of what `own` returns."""

    def first_bytes(self) -> Iterable[int]:
        """Return the first byte of the encoded positions of each posting."""

    def value(self, number: int) -> bytes:
        """Return the encoded positions of one posting; empty if the chunk does not have it."""

    def values(self) -> Iterator[bytes]:
        """Yield the encoded positions of each posting."""


class Postings:
    """The posting list of one term of one field, as chunks, without deleted passages.

    `alive` has a 1 for each live passage and a 0 for each deleted one; it is empty if all are
    live. Each part of the list is read when it is first needed.
    """

    def __init__(self, chunks: Sequence[PostingChunk], alive: bytes = b"") -> None:
        self._chunks = chunks
        self._alive = alive
        self._firsts = [chunk.first for chunk in chunks]

    def __bool__(self) -> bool:
        """Return whether any live passage has the term; read no more than that takes."""
        if not self._alive:
            return bool(self._chunks)
        return any(map(self._alive.__getitem__, self._numbers()))

    @cached_property
    def passages(self) -> Sequence[int]:
        """The passages with the term, ascending."""
        return self._flat([chunk.numbers for chunk in self._chunks])

    @cached_property
    def counts(self) -> Sequence[int]:
        """How often the term counts in each of them."""
        return self._flat([chunk.weights for chunk in self._chunks])

    def own(self) -> dict[int, float]:
        """Return how often the term occurs in the own text of each passage, where it does."""
        return {
            passage: count
            for chunk in self._chunks
            for passage, count in chunk.own().items()
            if not self._alive or self._alive[passage]
        }

    def below_title(self) -> set[int]:
        """Return the passages that have the term in text or heading."""
        first_bytes = self._live(chunk.first_bytes() for chunk in self._chunks)
        return set(compress(self.passages, map(TITLE_MARK.__ne__, first_bytes)))

    def value(self, passage: int) -> bytes:
        """Return the encoded positions in a passage; empty if it does not have the term."""
        at = bisect_right(self._firsts, passage) - 1
        return self._chunks[at].value(passage) if at >= 0 else b""

    def positions(self, passage: int) -> Sequence[int]:
        """Return the positions in a passage; empty if it does not have the term."""
        value = self.value(passage)
        return decode(value) if value else ()

    def values(self) -> Iterator[tuple[int, bytes]]:
        """Yield each passage with the encoded positions in it."""
        return zip(self.passages, self._live(chunk.values() for chunk in self._chunks), strict=True)

    def _flat(self, parts: Sequence[Sequence[int]]) -> Sequence[int]:
        if len(parts) == 1 and not self._alive:
            return parts[0]
        return list(self._live(parts))

    def _live(self, parts: Iterable[Iterable[_T]]) -> Iterable[_T]:
        every = chain.from_iterable(parts)
        return compress(every, self._live_flags) if self._alive else every

    @cached_property
    def _live_flags(self) -> bytes:
        """1 for each posting of a live passage, 0 for the others."""
        return bytes(map(self._alive.__getitem__, self._numbers()))

    def _numbers(self) -> Iterator[int]:
        return chain.from_iterable(chunk.numbers for chunk in self._chunks)


NO_POSTINGS = Postings(())


class Index(Protocol):
    """An index as the matcher reads it; passages and articles are small integers."""

    def postings(self, field: FieldName, term: str) -> Postings:
        """Return a term's postings without deleted passages; `NO_POSTINGS` if there are none."""

    def has(self, field: FieldName, term: str) -> bool:
        """Return whether any live passage has the term."""

    def frequency(self, field: FieldName, term: str) -> int:
        """Return about how many passages have the term: some of them may be deleted."""

    def document_frequency(self, field: FieldName, term: str) -> int:
        """Return the number of live passages that contain a term."""

    def tally(self, field: FieldName, term: str) -> tuple[int, float]:
        """Return how many live passages have a term, and how often it counts in all of them."""

    def places(self, form: TermForm) -> Mapping[int, Sequence[int]]:
        """Return what the function `places` returns; an engine may cache it."""

    def terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        """Yield the terms of a field with a prefix, ascending; some may have no live passage."""

    def postings_by_term(self, field: FieldName, prefix: str) -> Iterator[tuple[str, Postings]]:
        """Yield the terms of a field with a prefix, ascending, each with its postings."""

    def own_frequencies(self, clock: Clock) -> tuple[Mapping[str, int], bool]:
        """Return how often the texts of passages have each term of `words`.

        Also return whether deleted passages are counted, because the time ended before they could
        be left out.
        """

    def passages(self) -> Sequence[int]:
        """Return every live passage."""

    def passages_of_runs(self, runs: Iterable[int]) -> Iterator[int]:
        """Yield the passages of runs of the field `facts`."""

    def articles(self) -> int:
        """Return the number of articles that are not deleted."""

    def owner(self, passage: int) -> int:
        """Return the article of a passage, as a number."""

    def owners(self, passages: Collection[int]) -> Iterable[int]:
        """Return the articles of several passages, one each."""

    def article(self, owner: int) -> str:
        """Return the id of an article."""

    def mates(self, passage: int) -> Sequence[int]:
        """Return all passages of the article of a passage."""

    def average(self, field: FieldName) -> float:
        """Return the mean length of a field, in terms."""

    def codes(self, field: FieldName) -> bytes:
        """Return the codes of the lengths of a field by passage; see `scoring.LENGTHS`."""

    def length(self, field: FieldName) -> Callable[[int], int]:
        """Return a function from a passage to the length of a field, decoded from its code."""

    def id(self, passage: int) -> str:
        """Return the id of a passage."""

    def name_terms(self, passage: int) -> Sequence[str]:
        """Return the terms of the field `names` in the text of a passage, by first position."""

    def names_by_passage(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the id of each live passage with the terms of `names` in its text, by position."""

    def names_by_article(self) -> Iterator[tuple[int, Sequence[str], Sequence[int]]]:
        """Yield the terms of the field `names` in the texts of each article, and how often each.

        A term comes once for each passage that has it.
        """

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        """Return the passages with these ids."""


class TermGroup(Protocol):
    """Occurrences that are scored and marked as one term."""

    @property
    def counts(self) -> Mapping[int, float]:
        """How often the group counts in each passage."""

    def below_title(self) -> set[int]:
        """Return the passages that have an occurrence in text or heading."""

    def body(self, passage: int) -> float:
        """Return how often the group counts in a passage without its title."""

    def title(self, passage: int) -> float:
        """Return how often the group counts in the title, which an article's passages share."""

    def starts(self, passage: int) -> Starts:
        """Return where each occurrence in a passage begins, and how many positions it covers."""


_FEW_FORMS, _FEW_PASSAGES = 16, 50

_PositionReader = tuple[int, Callable[[int], Sequence[int]]]
"""The span of a form, and a function from a passage to its positions."""


class FormOccurrences:
    """The occurrences of a group of forms, scored, counted and marked as one term.

    A pattern may have a thousand forms: those that are not read before it `is_overdue` do not
    count.
    """

    def __init__(
        self,
        index: Index,
        forms: Sequence[TermForm],
        region: Region,
        is_overdue: Callable[[], bool],
    ) -> None:
        self._index = index
        self._is_overdue = is_overdue
        self._count_read = 0
        self._forms = [
            form
            for form in dict.fromkeys(forms)
            if all(index.has(form.field, term) for term in form.terms)
        ]
        self._region = region

    @cached_property
    def counts(self) -> Mapping[int, float]:
        """How often the group counts in each passage."""
        counts: dict[int, float] = {}
        shared_passages: set[int] = set()
        for form in self._forms:
            if self._is_overdue():
                break
            form_counts = self._form_counts(form)
            if counts:
                shared_passages.update(counts.keys() & form_counts.keys())
                counts.update(form_counts)
            else:
                counts = form_counts
        if shared_passages:
            counts.update(self._count_shared(shared_passages))
        return counts

    def _count_shared(self, passages: set[int]) -> Iterator[tuple[int, float]]:
        """Yield how often the group counts in passages that have several of its forms.

        Each form is read once, in the passages that have it.
        """
        starts: dict[int, list[int]] = {passage: [] for passage in passages}
        for form, (_, positions) in zip(self._forms, self._position_readers, strict=True):
            if self._is_overdue():
                return
            for passage in passages.intersection(self._passages_of(form)):
                starts[passage] += self._inside(positions(passage))
        for passage, positions_of_all in starts.items():
            yield passage, weight(sorted(set(positions_of_all)))

    def _passages_of(self, form: TermForm) -> Iterable[int]:
        if len(form.terms) == 1:
            return self._index.postings(form.field, *form.terms).passages
        return self._index.places(form)

    def below_title(self) -> set[int]:
        """Return the passages that have an occurrence in text or heading.

        If there is no time to read all forms, all passages are taken for such.
        """
        passages: set[int] = set()
        for form in self._forms:
            if self._is_overdue():
                return set(self.counts)
            passages |= self._passages_below_title(form)
        return passages

    def _passages_below_title(self, form: TermForm) -> set[int]:
        if len(form.terms) == 1 and self._region == ANYWHERE:
            return self._index.postings(form.field, *form.terms).below_title()
        return {
            passage
            for passage, positions in self._index.places(form).items()
            if (inside := self._inside(positions)) and inside[0] < TITLE
        }

    def body(self, passage: int) -> float:
        """Return how often the group occurs in a passage without its title."""
        return float(sum(start < TITLE for start in self.starts(passage)))

    def title(self, passage: int) -> float:
        """Return how often the group occurs in the title of a passage."""
        return float(sum(map(is_in_title, self.starts(passage))))

    def starts(self, passage: int) -> Starts:
        """Return where each occurrence in a passage begins, and how many positions it covers."""
        starts: dict[int, int] = {}
        for span, positions in self._readers_of(passage):
            for position in self._inside(positions(passage)):
                starts[position] = max(span, starts.get(position, 0))
        return starts

    def _readers_of(self, passage: int) -> Sequence[_PositionReader]:
        """Return the readers of the forms that a passage may have.

        These are all for a few forms or passages, because it takes time to sort them by passage.
        """
        self._count_read += 1
        if len(self._forms) <= _FEW_FORMS or self._count_read <= _FEW_PASSAGES:
            return self._position_readers
        return self._readers_by_passage.get(passage, ())

    @cached_property
    def _readers_by_passage(self) -> Mapping[int, Sequence[_PositionReader]]:
        """The readers of the forms that each passage has, of a thousand that a pattern matches."""
        readers: defaultdict[int, list[_PositionReader]] = defaultdict(list)
        for form, reader in zip(self._forms, self._position_readers, strict=True):
            for passage in self._passages_of(form):
                readers[passage].append(reader)
        return readers

    @cached_property
    def _position_readers(self) -> Sequence[_PositionReader]:
        """The span of each form, and a function from a passage to its positions."""
        read: list[_PositionReader] = []
        for form in self._forms:
            if len(form.terms) == 1:
                read.append((form.span, self._index.postings(form.field, *form.terms).positions))
            else:
                read.append((form.span, partial(_positions_in, self._index.places(form))))
        return read

    def _form_counts(self, form: TermForm) -> dict[int, float]:
        """Return how often one form counts in each passage."""
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
        """Return the positions that are in the region."""
        start, end = self._region
        if not positions or (positions[0] >= start and positions[-1] < end):
            return positions
        return [position for position in positions if start <= position < end]


def _positions_in(positions_by_passage: Mapping[int, Sequence[int]], passage: int) -> Sequence[int]:
    return positions_by_passage.get(passage, ())


def places(
    index: Index, form: TermForm, within: frozenset[int] | None = None
) -> dict[int, Sequence[int]]:
    """Return the positions in each passage at which the terms of a form are adjacent, in order.

    Positions are read only in passages that have all of them and that are in `within`, if that
    is given.
    """
    field, terms = form.field, form.terms
    if not all(index.has(field, term) for term in terms):
        return {}
    order = sorted(range(len(terms)), key=lambda at: index.frequency(field, terms[at]))
    lists = [(at, index.postings(field, terms[at])) for at in order]
    first = lists[0][1]
    if len(lists) == 1 and within is None:
        return {passage: decode(value) for passage, value in first.values()}
    common = set(first.passages) if within is None else set(within.intersection(first.passages))
    # A quotation may repeat a word thousands of times.
    postings_by_term = {terms[at]: postings for at, postings in lists}
    for term, postings in islice(postings_by_term.items(), 1, None):
        # If few passages are left, it is faster to look each up later than to scan a long list.
        if len(common) * SCAN_PER_LOOKUP > index.frequency(field, term):
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
    """Return the windows with one occurrence of every group, none of which overlap.

    At most `distance` words in a window belong to no occurrence. Of the windows that start at
    the same word, the shortest is kept. The result maps its start to its number of positions.
    """
    windows: dict[int, int] = {}
    spans = [{start: max(span, 1) for start, span in group.items()} for group in groups]
    ordered = [sorted(group) for group in spans]
    for i, group in enumerate(spans):
        # Equal groups start the same windows.
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
    """Return how many positions a window covers and uses; None if there is no window.

    Each group takes its next occurrence that overlaps no other, the group with the fewest
    occurrences first.
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
