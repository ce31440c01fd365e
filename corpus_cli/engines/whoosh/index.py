"""The segments of a generation as one index."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache, partial
from itertools import accumulate, chain, pairwise, repeat

from corpus_cli.engines.fields import FieldName
from corpus_cli.engines.postings import NOTHING, Postings, places
from corpus_cli.engines.scoring import LENGTHS
from corpus_cli.engines.whoosh.segment import Segment

_FORMS = 256
"""Forms whose places are cached: a name is matched first, and ranked by them later."""

_FEW = 50
"""Articles are looked up singly for less than one passage in this many."""


class SegmentedIndex:
    """Several segments in a row. Passages and runs are numbered through all of them."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._bases = [0, *accumulate(segment.passages for segment in segments)]
        self._runs = [0, *accumulate(segment.runs for segment in segments)]
        self._articles = [0, *accumulate(segment.articles for segment in segments)]
        # Whether nothing is removed.
        self.whole = not any(segment.removed for segment in segments)
        self.postings = lru_cache(256)(self._postings)
        self.places = lru_cache(_FORMS)(partial(places, self))
        self.has = lru_cache(4_096)(self._has)
        self.frequency = lru_cache(4_096)(self._frequency)
        self.id = lru_cache(4_096)(self._id)
        self.codes = cache(self._codes)
        self.average = cache(self._average)
        self._alive = cache(self._living)

    def _postings(self, field: FieldName, term: str) -> Postings:
        bases = self._runs if field == "facts" else self._bases
        held = [
            chunk
            for base, segment in zip(bases, self._segments, strict=False)
            for chunk in segment.chunks(field, term, base)
        ]
        if not held:
            return NOTHING
        return Postings(held, b"" if self.whole else self._alive(field))

    def tally(self, field: FieldName, term: str) -> tuple[int, float]:
        """See `Index`."""
        if not self.whole:
            found = self.postings(field, term)
            return len(found.passages), float(sum(found.counts))
        entries = [entry for segment in self._segments if (entry := segment.entry(field, term))]
        return sum(entry.found for entry in entries), float(sum(entry.counted for entry in entries))

    def _frequency(self, field: FieldName, term: str) -> int:
        entries = (segment.entry(field, term) for segment in self._segments)
        return sum(entry.found for entry in entries if entry)

    def _has(self, field: FieldName, term: str) -> bool:
        if not any(segment.entry(field, term) for segment in self._segments):
            return False
        # A term stays in its segment until that is merged, even if all its passages are removed.
        return self.whole or bool(self.postings(field, term))

    def terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        """See `Index`."""
        found = [terms for segment in self._segments if (terms := segment.terms(field, prefix))]
        every = found[0] if len(found) == 1 else sorted(set[bytes]().union(*found))
        return map(bytes.decode, every)

    def passages(self) -> Sequence[int]:
        """See `Index`."""
        return self._passages

    @cached_property
    def _passages(self) -> Sequence[int]:
        if self.whole:
            return range(self._bases[-1])
        parts = zip(self._bases, self._segments, strict=False)
        return [base + passage for base, segment in parts for passage in segment.live]

    def _living(self, field: FieldName) -> bytes:
        """Return 1 for each live passage (for `facts`: each live run), 0 for the others."""
        if field == "facts":
            return b"".join(segment.running for segment in self._segments)
        return b"".join(segment.alive for segment in self._segments)

    def held(self, runs: Iterable[int]) -> Iterator[int]:
        """See `Index`."""
        for run in runs:
            n = bisect_right(self._runs, run) - 1
            base = self._bases[n]
            span = self._segments[n].run(run - self._runs[n])
            yield from range(base + span.start, base + span.stop)

    def _codes(self, field: FieldName) -> bytes:
        """Return the length code of a field by passage."""
        return b"".join(segment.lengths(field) for segment in self._segments)

    def length(self, field: FieldName) -> Callable[[int], int]:
        """See `Index`."""
        codes = self.codes(field)
        return lambda passage: LENGTHS[codes[passage]]

    def _average(self, field: FieldName) -> float:
        total = sum(segment.length(field) for segment in self._segments)
        return total / max(len(self.passages()), 1)

    def articles(self) -> int:
        """See `Index`."""
        return sum(segment.articles - len(segment.removed) for segment in self._segments)

    def owner(self, passage: int) -> int:
        """See `Index`."""
        n, within = self._place(passage)
        return self._articles[n] + self._segments[n].owner(within)

    def owners(self, passages: Collection[int]) -> Iterable[int]:
        """See `Index`."""
        few = len(passages) * _FEW < self._bases[-1]
        return map(self.owner if few else self._owners.__getitem__, passages)

    @cached_property
    def _owners(self) -> Sequence[int]:
        parts = zip(self._bases, self._segments, strict=False)
        firsts = [
            base + first
            for base, segment in parts
            for first in segment.part("firsts", "I").tolist()
        ]
        ends = [*firsts, self._bases[-1]]
        return list(
            chain.from_iterable(
                repeat(n, end - first) for n, (first, end) in enumerate(pairwise(ends))
            )
        )

    def article(self, owner: int) -> str:
        """See `Index`."""
        n = bisect_right(self._articles, owner) - 1
        return self._segments[n].article(owner - self._articles[n])

    def mates(self, passage: int) -> Sequence[int]:
        """See `Index`."""
        n, within = self._place(passage)
        span = self._segments[n].span(self._segments[n].owner(within))
        return range(self._bases[n] + span.start, self._bases[n] + span.stop)

    def _id(self, passage: int) -> str:
        n, within = self._place(passage)
        segment = self._segments[n]
        return f"{segment.article(segment.owner(within))}#{segment.number(within)}"

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        """See `Index`."""
        return frozenset(passage for passage in map(self._found, ids) if passage >= 0)

    def _found(self, name: str) -> int:
        article, _, n = name.partition("#")
        for base, segment in zip(self._bases, self._segments, strict=False):
            ordinal = segment.find(article)
            if ordinal >= 0 and ordinal not in segment.removed:
                passage = segment.numbered(ordinal, int(n))
                return passage if passage < 0 else base + passage
        return -1

    def _place(self, passage: int) -> tuple[int, int]:
        """Return the segment of a passage and its number in that segment, both from 0."""
        n = bisect_right(self._bases, passage) - 1
        return n, passage - self._bases[n]
