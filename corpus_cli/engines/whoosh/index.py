"""The segments of a generation as one index."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache, partial
from itertools import accumulate, chain, compress, pairwise, repeat

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.fields import FieldName
from corpus_cli.engines.postings import NO_POSTINGS, Postings, places
from corpus_cli.engines.scoring import LENGTHS
from corpus_cli.engines.whoosh.layout import read_chunks
from corpus_cli.engines.whoosh.segment import Segment, TermEntry
from corpus_cli.model import parse_passage_id, passage_id

_CACHED_FORMS = 256
"""Forms whose places are cached: a name is matched first, and ranked by them later."""

_CACHED_NAMES = 65_536
"""Terms of names that are cached: all of them are needed to count names."""

_PASSAGES_PER_LOOKUP = 50
"""Articles are looked up singly for less than one passage in this many."""


class SegmentedIndex:
    """Several segments in a row. Passages and runs are numbered through all of them."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._passage_bases = [0, *accumulate(segment.passages for segment in segments)]
        self._run_bases = [0, *accumulate(segment.runs for segment in segments)]
        self._article_bases = [0, *accumulate(segment.articles for segment in segments)]
        self.has_no_deletions = not any(segment.removed for segment in segments)
        self.postings = lru_cache(256)(self._read_postings)
        self.places = lru_cache(_CACHED_FORMS)(partial(places, self))
        self.has = lru_cache(4_096)(self._has_live)
        self.frequency = lru_cache(4_096)(self._count_frequency)
        self.id = lru_cache(4_096)(self._format_id)
        self._name_term = lru_cache(_CACHED_NAMES)(self._read_name_term)
        self.codes = cache(self._read_codes)
        self.average = cache(self._compute_average)
        self._alive_flags = cache(self._read_alive_flags)

    def _read_postings(self, field: FieldName, term: str) -> Postings:
        bases = self._run_bases if field == "facts" else self._passage_bases
        chunks = [
            chunk
            for base, segment in zip(bases, self._segments, strict=False)
            for chunk in segment.chunks(field, term, base)
        ]
        if not chunks:
            return NO_POSTINGS
        return Postings(chunks, b"" if self.has_no_deletions else self._alive_flags(field))

    def tally(self, field: FieldName, term: str) -> tuple[int, float]:
        if not self.has_no_deletions:
            postings = self.postings(field, term)
            return len(postings.passages), float(sum(postings.counts))
        entries = [
            entry for segment in self._segments if (entry := segment.find_entry(field, term))
        ]
        return sum(entry.doc_frequency for entry in entries), float(
            sum(entry.collection_frequency for entry in entries)
        )

    def _count_frequency(self, field: FieldName, term: str) -> int:
        entries = (segment.find_entry(field, term) for segment in self._segments)
        return sum(entry.doc_frequency for entry in entries if entry)

    def document_frequency(self, field: FieldName, term: str) -> int:
        if self.has_no_deletions:
            return self.frequency(field, term)
        return len(self.postings(field, term).passages)

    def _has_live(self, field: FieldName, term: str) -> bool:
        if not any(segment.find_entry(field, term) for segment in self._segments):
            return False
        # A term stays in its segment until that is merged, even if all its passages are removed.
        return self.has_no_deletions or bool(self.postings(field, term))

    def terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        term_lists = [
            terms for segment in self._segments if (terms := segment.terms(field, prefix))
        ]
        # To sort several sorted lists in a row is to merge them.
        merged_terms = (
            term_lists[0]
            if len(term_lists) == 1
            else dict.fromkeys(sorted(chain.from_iterable(term_lists)))
        )
        return map(bytes.decode, merged_terms)

    def postings_by_term(self, field: FieldName, prefix: str) -> Iterator[tuple[str, Postings]]:
        bases = self._run_bases if field == "facts" else self._passage_bases
        alive_flags = b"" if self.has_no_deletions else self._alive_flags(field)
        lists: defaultdict[bytes, list[tuple[int, Segment, TermEntry]]] = defaultdict(list)
        for base, segment in zip(bases, self._segments, strict=False):
            for term, entry in segment.entries_with_prefix(field, prefix):
                lists[term].append((base, segment, entry))
        for term in sorted(lists):
            chunks = [
                chunk
                for base, segment, entry in lists[term]
                for chunk in read_chunks(
                    segment.data, entry.offset, entry.doc_frequency, base, segment.check
                )
            ]
            yield term.decode(), Postings(chunks, alive_flags)

    def own_frequencies(self, clock: Clock) -> tuple[Mapping[str, int], bool]:
        counts: dict[bytes, int] = {}
        for segment in self._segments:
            for term, count in segment.own_frequencies():
                counts[term] = counts.get(term, 0) + count
        has_removed = False
        for segment in self._segments:
            removed: dict[bytes, int] = {}
            for term, count in segment.removed_own_frequencies():
                if clock.is_over:
                    has_removed = True
                    break
                removed[term] = count
            else:
                for term, count in removed.items():
                    counts[term] -= count
        return {term.decode(): count for term, count in counts.items()}, has_removed

    def passages(self) -> Sequence[int]:
        return self._live_passages

    @cached_property
    def _live_passages(self) -> Sequence[int]:
        if self.has_no_deletions:
            return range(self._passage_bases[-1])
        return list(compress(range(self._passage_bases[-1]), self._alive_flags("words")))

    def _read_alive_flags(self, field: FieldName) -> bytes:
        """Return 1 for each live passage (for `facts`: each live run), 0 for the others."""
        if field == "facts":
            return b"".join(segment.live_run_flags for segment in self._segments)
        return b"".join(segment.alive_flags for segment in self._segments)

    def passages_of_runs(self, runs: Iterable[int]) -> Iterator[int]:
        for run in runs:
            n = bisect_right(self._run_bases, run) - 1
            base = self._passage_bases[n]
            span = self._segments[n].run_span(run - self._run_bases[n])
            yield from range(base + span.start, base + span.stop)

    def _read_name_term(self, n: int, ordinal: int) -> str:
        return self._segments[n].term("names", ordinal)

    def _read_codes(self, field: FieldName) -> bytes:
        """Return the length code of a field by passage."""
        return b"".join(segment.length_codes(field) for segment in self._segments)

    def length(self, field: FieldName) -> Callable[[int], int]:
        codes = self.codes(field)
        return lambda passage: LENGTHS[codes[passage]]

    def _compute_average(self, field: FieldName) -> float:
        total = sum(segment.field_length(field) for segment in self._segments)
        return total / max(len(self.passages()), 1)

    def articles(self) -> int:
        return sum(segment.articles - len(segment.removed) for segment in self._segments)

    def owner(self, passage: int) -> int:
        n, within = self._locate(passage)
        return self._article_bases[n] + self._segments[n].owner(within)

    def owners(self, passages: Collection[int]) -> Iterable[int]:
        is_small = len(passages) * _PASSAGES_PER_LOOKUP < self._passage_bases[-1]
        return map(self.owner if is_small else self._owner_by_passage.__getitem__, passages)

    @cached_property
    def _owner_by_passage(self) -> Sequence[int]:
        parts = zip(self._passage_bases, self._segments, strict=False)
        firsts = [
            base + first
            for base, segment in parts
            for first in segment.part("firsts", "I").tolist()
        ]
        ends = [*firsts, self._passage_bases[-1]]
        return list(
            chain.from_iterable(
                repeat(n, end - first) for n, (first, end) in enumerate(pairwise(ends))
            )
        )

    def article(self, owner: int) -> str:
        n = bisect_right(self._article_bases, owner) - 1
        return self._segments[n].article(owner - self._article_bases[n])

    def mates(self, passage: int) -> Sequence[int]:
        n, within = self._locate(passage)
        span = self._segments[n].article_span(self._segments[n].owner(within))
        return range(self._passage_bases[n] + span.start, self._passage_bases[n] + span.stop)

    def _format_id(self, passage: int) -> str:
        n, within = self._locate(passage)
        segment = self._segments[n]
        return passage_id(segment.article(segment.owner(within)), segment.passage_number(within))

    def name_terms(self, passage: int) -> Sequence[str]:
        n, within = self._locate(passage)
        return [self._name_term(n, ordinal) for ordinal in self._segments[n].passage_names(within)]

    def names_by_passage(self) -> Iterator[tuple[str, Sequence[str]]]:
        for segment in self._segments:
            terms = [term.decode() for term in segment.terms("names", "")]
            names = list(map(terms.__getitem__, segment.part("passage_names", "I").tolist()))
            ends = [0, *segment.part("passage_name_ends", "I").tolist()]
            numbers = segment.part("numbers", "I").tolist()
            removed = set(segment.removed)
            for ordinal in range(segment.articles):
                if ordinal not in removed:
                    article = segment.article(ordinal)
                    for n in segment.article_span(ordinal):
                        yield passage_id(article, numbers[n]), names[ends[n] : ends[n + 1]]

    def names_by_article(self) -> Iterator[tuple[int, Sequence[str], Sequence[int]]]:
        for base, segment in zip(self._article_bases, self._segments, strict=False):
            terms = [term.decode() for term in segment.terms("names", "")]
            removed = set(segment.removed)
            for ordinal in range(segment.articles):
                if ordinal not in removed:
                    names, counts = segment.name_counts(segment.article_span(ordinal))
                    yield base + ordinal, list(map(terms.__getitem__, names)), counts

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        return frozenset(passage for passage in map(self._find_passage, ids) if passage >= 0)

    def _find_passage(self, name: str) -> int:
        article, number = parse_passage_id(name)
        for base, segment in zip(self._passage_bases, self._segments, strict=False):
            ordinal = segment.find_article(article)
            if ordinal >= 0 and ordinal not in segment.removed:
                passage = segment.find_passage(ordinal, number)
                return passage if passage < 0 else base + passage
        return -1

    def _locate(self, passage: int) -> tuple[int, int]:
        """Return the segment of a passage and its number in that segment, both from 0."""
        n = bisect_right(self._passage_bases, passage) - 1
        return n, passage - self._passage_bases[n]
