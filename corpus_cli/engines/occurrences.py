"""Postings to occurrences: where a word of a query stands."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Protocol

from corpus_cli.engines.fields import ANYWHERE, TITLE, FieldName, Region, decode, weight
from corpus_cli.engines.forms import Form
from corpus_cli.model import article_of

Starts = Mapping[int, int]
"""Position of the first word of each occurrence → the number of positions it covers.

0 stands for what the text writes in one piece from there.
"""


@dataclass(frozen=True)
class Postings:
    """One term of one field: passages ascending, its count and its positions in each.

    `values` are as `encode` wrote them, read only where positions are asked for.
    """

    passages: Sequence[int]
    counts: Sequence[float]
    values: Sequence[bytes]

    @cached_property
    def table(self) -> Mapping[int, bytes]:
        """The positions by passage."""
        return dict(zip(self.passages, self.values, strict=True))


NOTHING = Postings((), (), ())


class Index(Protocol):
    """What the matcher reads of an engine. Passages are small integers here."""

    def postings(self, field: FieldName, term: str) -> Postings:
        """The live passages that hold a term; `NOTHING` where none does."""

    def has(self, field: FieldName, term: str) -> bool:
        """Whether any live passage holds the term."""

    def frequency(self, field: FieldName, term: str) -> int:
        """How many passages hold the term, about: some may be gone."""

    def tally(self, field: FieldName, term: str) -> tuple[int, float]:
        """How many passages hold a term, and how often it counts in all of them."""

    def values(self, field: FieldName, term: str, passages: Sequence[int]) -> Mapping[int, bytes]:
        """The positions of a term in those of some passages, ascending, that hold it."""

    def terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        """The terms of a field that begin so, ascending; some may have no live passage."""

    def passages(self) -> Sequence[int]:
        """Every live passage."""

    def articles(self) -> int:
        """How many articles they are of."""

    def mates(self, passage: int) -> Sequence[int]:
        """All passages of the same article."""

    def average(self, field: FieldName) -> float:
        """The mean length of a field, in terms."""

    def length(self, field: FieldName) -> Callable[[int], int]:
        """The length of a field by passage, as coarse as one byte holds it."""

    def id(self, passage: int) -> str:
        """The id of a passage."""

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        """The passages of these ids."""


def article(index: Index, passage: int) -> str:
    """The article of a passage."""
    return article_of(index.id(passage))


class Occurrences:
    """Where one group of forms stands: scored, counted and marked as one term."""

    def __init__(self, index: Index, forms: Sequence[Form], region: Region) -> None:
        self._index = index
        self._forms = tuple(dict.fromkeys(forms))
        self._region = region

    @cached_property
    def counts(self) -> Mapping[int, float]:
        """How often it counts in each passage."""
        if self._plain is not None:
            return dict(zip(self._plain.passages, self._plain.counts, strict=True))
        return {passage: weight(sorted(starts)) for passage, starts in self._merged.items()}

    def body(self, passage: int) -> float:
        """How often it counts in a passage but for the title."""
        return float(sum(start < TITLE for start in self.starts(passage)))

    def title(self, passage: int) -> float:
        """How often it stands in the title."""
        return float(sum(start >= TITLE for start in self.starts(passage)))

    def starts(self, passage: int) -> Starts:
        """Where it stands in one passage."""
        if self._plain is not None:
            value = self._plain.table.get(passage)
            return dict.fromkeys(decode(value), self._forms[0].span) if value else {}
        return self._merged.get(passage, {})

    @cached_property
    def _plain(self) -> Postings | None:
        """The postings themselves where there is nothing to merge, join or leave out."""
        single = [form for form in self._forms if self._index.has(form.field, form.terms[0])]
        if len(single) == 1 and len(single[0].terms) == 1 and self._region == ANYWHERE:
            self._forms = (single[0],)
            return self._index.postings(single[0].field, single[0].terms[0])
        return None

    @cached_property
    def _merged(self) -> dict[int, dict[int, int]]:
        merged: dict[int, dict[int, int]] = {}
        for form in self._forms:
            for passage, position in sequences(self._index, form):
                if self._region.start <= position < self._region.end:
                    starts = merged.setdefault(passage, {})
                    starts[position] = max(form.span, starts.get(position, 0))
        return merged


def sequences(index: Index, form: Form) -> Iterator[tuple[int, int]]:
    """`(passage, position)` wherever the terms of a form follow each other.

    The rarest term is read whole, the others only where it stands: `of` is everywhere.
    """
    field, terms = form.field, form.terms
    if not all(index.has(field, term) for term in terms):
        return
    if len(terms) == 1:
        for passage, value in index.postings(field, terms[0]).table.items():
            for position in decode(value):
                yield passage, position
        return
    order = sorted(range(len(terms)), key=lambda at: index.frequency(field, terms[at]))
    first, *others = order
    found: dict[int, set[int]] = {
        passage: {position - first for position in decode(value)}
        for passage, value in index.postings(field, terms[first]).table.items()
    }
    for at in others:
        values = index.values(field, terms[at], list(found))
        found = {
            passage: starts
            for passage, value in values.items()
            if (starts := found[passage] & {position - at for position in decode(value)})
        }
    for passage, starts in found.items():
        for start in sorted(starts):
            yield passage, start


def near(groups: Sequence[Starts], distance: int) -> dict[int, int]:
    """Windows that hold one occurrence of every group, overlaps excluded.

    At most `distance` words in the window belong to none of them. Of the windows that
    begin at one word the shortest is kept: start → number of positions covered.
    """
    found: dict[int, int] = {}
    spans = [{start: max(span, 1) for start, span in group.items()} for group in groups]
    ordered = [sorted(group) for group in spans]
    for i, group in enumerate(spans):
        # Equal groups begin the same windows.
        if group not in spans[:i]:
            others = [j for j in range(len(spans)) if j != i]
            for start, span in group.items():
                window = _window(start, span, [(ordered[j], spans[j]) for j in others])
                if window and window[0] - window[1] <= distance:
                    found[start] = min(window[0], found.get(start, window[0]))
    return found


def _window(
    start: int, span: int, others: Sequence[tuple[Sequence[int], Starts]]
) -> tuple[int, int] | None:
    """`(positions covered, positions used)`, each group at its next free place.

    Words that two groups share go to the group with the fewest choices first.
    """
    taken = set(range(start, start + span))
    for ordered, group in sorted(others, key=lambda other: len(other[0])):
        for at in islice(ordered, bisect_left(ordered, start), None):
            words = range(at, at + group[at])
            if taken.isdisjoint(words):
                taken.update(words)
                break
        else:
            return None
    return max(taken) + 1 - start, len(taken)
