"""The terms and postings of a segment for Whoosh."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple, Protocol

from whoosh.codec import base
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from corpus_cli.engines.fields import FieldName, decode, encode, weight
from corpus_cli.engines.scoring import LENGTHS
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.engines.whoosh.whoosh_fields import (
    FACT_FIELDS,
    INDEXED_FIELDS,
    KEY_FIELDS,
    MARK,
    TEXT_FIELDS,
    main_term,
)
from corpus_cli.model import article_of, parse_passage_id, passage_id

# ruff: noqa: ANN401 - Whoosh is untyped

_CACHED_LISTS = 256

_FIRST_CAPITALS, _AFTER_CAPITALS = b"=", b">"
"""Terms in capitals begin with the first, and those that sort after them not before the second."""


class WeighedChunk(Protocol):
    """Some postings of a term, by ascending passage; `first` and `last` are its ends."""

    first: int
    last: int
    count: int

    @property
    def numbers(self) -> Sequence[int]:
        """The passages."""

    @property
    def weights(self) -> Sequence[int]:
        """The weight of each posting."""

    def value(self, number: int) -> bytes:
        """Return the encoded positions in a passage."""


class PostingList(NamedTuple):
    """The postings of a term, its document frequency and its collection frequency."""

    chunks: Sequence[WeighedChunk]
    doc_frequency: int
    collection_frequency: int


_NO_POSTINGS = PostingList((), 0, 0)


class TermsReader(base.TermsReader):
    """The dictionary and the postings of a segment, with removed passages."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._postings = lru_cache(_CACHED_LISTS)(self._read_postings)
        self._length_codes = cache(self._read_length_codes)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, key = term
        if fieldname in KEY_FIELDS:
            return bool(self._find_passages(fieldname, key))
        return any(self._segment.find_entry(*place) for place in _read_key(fieldname, key))

    def term_info(self, fieldname: str, key: bytes) -> SegmentTermInfo:
        postings = self._postings(fieldname, key)
        if not postings.chunks:
            raise TermNotFound((fieldname, key))
        return SegmentTermInfo(postings, self._length_codes(fieldname))

    def frequency(self, fieldname: str, key: bytes) -> float:
        return float(self._postings(fieldname, key).collection_frequency)

    def doc_frequency(self, fieldname: str, key: bytes) -> int:
        return self._postings(fieldname, key).doc_frequency

    def matcher(self, fieldname: str, key: bytes, format_: Any, scorer: Any = None) -> ChunkMatcher:
        postings = self._postings(fieldname, key)
        if not postings.chunks:
            raise TermNotFound((fieldname, key))
        return ChunkMatcher(
            postings.chunks,
            self._length_codes(fieldname),
            (fieldname, main_term(key)),
            format_,
            _NoScore() if scorer and _is_unscored(key) else scorer,
        )

    def indexed_field_names(self) -> Sequence[str]:
        return INDEXED_FIELDS

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((field, term) for field in INDEXED_FIELDS for term in self.lexicon(field, b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        later = INDEXED_FIELDS[INDEXED_FIELDS.index(fieldname) + 1 :]
        yield from ((fieldname, term) for term in self.lexicon(fieldname, prefix))
        yield from ((field, term) for field in later for term in self.lexicon(field, b""))

    def items(self) -> Iterator[tuple[tuple[str, bytes], SegmentTermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], SegmentTermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def lexicon(self, fieldname: str, start: bytes) -> Iterator[bytes]:
        """Yield the terms of a field from `start` on, in order."""
        if fieldname in KEY_FIELDS:
            yield from (key for key in self._read_keys(fieldname) if key >= start)
        elif fieldname in TEXT_FIELDS:
            yield from self._segment.terms_from(TEXT_FIELDS[fieldname], start)
        else:
            prefix = f"{fieldname}:".encode()
            for term in self._segment.terms_from("facts", prefix + start):
                if not term.startswith(prefix):
                    return
                yield term[len(prefix) :]

    def cursor(self, fieldname: str, fieldobj: Any) -> TermCursor:
        return TermCursor(self, fieldname, fieldobj)

    def close(self) -> None:
        """Release nothing: the file is closed with its last view."""

    def _read_length_codes(self, fieldname: str) -> bytes:
        """Return the length code of each passage; empty for a field without lengths."""
        return (
            self._segment.length_codes(TEXT_FIELDS[fieldname]) if fieldname in TEXT_FIELDS else b""
        )

    def _read_postings(self, fieldname: str, key: bytes) -> PostingList:
        if fieldname in KEY_FIELDS:
            passages = self._find_passages(fieldname, key)
            chunks = [SamePostings(passages, 1, b"")] if passages else []
            return PostingList(chunks, len(passages), len(passages))
        lists = [
            self._read_list(*place)
            for place in _read_key(fieldname, key)
            if self._segment.find_entry(*place)
        ]
        if len(lists) > 1:
            return _list_of(MergedPostings(lists[0].chunks, lists[1].chunks))
        return lists[0] if lists else _NO_POSTINGS

    def _read_list(self, field: FieldName, term: str) -> PostingList:
        chunks = [*self._segment.chunks(field, term, 0)]
        if field != "facts":
            entry = self._segment.find_entry(field, term)
            if not entry:
                return PostingList(chunks, 0, 0)
            return PostingList(chunks, entry.doc_frequency, entry.collection_frequency)
        return _list_of(
            *(
                SamePostings(self._segment.run_span(run), run_weight, value)
                for chunk in chunks
                for run, run_weight, value in zip(
                    chunk.numbers, chunk.weights, chunk.values(), strict=True
                )
            )
        )

    def _find_passages(self, fieldname: str, key: bytes) -> range:
        """Return the passages of an article, or the passage with an id; empty if there is none."""
        name = key.decode(errors="replace")
        article = article_of(name)
        ordinal = self._segment.find_article(article)
        if ordinal < 0 or (name != article) != (fieldname == "id"):
            return range(0)
        if fieldname == "article":
            return self._segment.article_span(ordinal)
        passage = -1
        with suppress(ValueError):
            number = parse_passage_id(name)[1]
            if name == passage_id(article, number):
                passage = self._segment.find_passage(ordinal, number)
        return range(passage, passage + 1) if passage >= 0 else range(0)

    def _read_keys(self, fieldname: str) -> Iterator[bytes]:
        segment = self._segment
        for ordinal in segment.part("article_order", "I"):
            article = segment.article(ordinal)
            if fieldname == "article":
                yield article.encode()
            else:
                numbers = map(segment.passage_number, segment.article_span(ordinal))
                yield from sorted(passage_id(article, number).encode() for number in numbers)


def _read_key(fieldname: str, key: bytes) -> Sequence[tuple[FieldName, str]]:
    """Return field and term in the segment of each term of a key; none if a key is no text."""
    try:
        terms = [term.decode() for term in key.lstrip(MARK).split(MARK)]
    except UnicodeDecodeError:
        return ()
    if fieldname in FACT_FIELDS:
        return [("facts", f"{fieldname}:{term}") for term in terms]
    field = "words" if key.startswith(MARK + MARK) else TEXT_FIELDS[fieldname]
    return [(field, term) for term in terms]


def _is_unscored(key: bytes) -> bool:
    return key.startswith(MARK) and not key.startswith(MARK + MARK)


def _list_of(*chunks: SamePostings | MergedPostings) -> PostingList:
    """Return chunks as a list, with frequencies counted from them."""
    return PostingList(
        chunks,
        sum(chunk.count for chunk in chunks),
        sum(chunk.total_weight for chunk in chunks),
    )


class SamePostings:
    """Consecutive passages with one posting: a run of `facts`, or the passages of an article."""

    def __init__(self, passages: range, weight: int, value: bytes) -> None:
        self.numbers: Sequence[int] = passages
        self.first, self.last, self.count = passages[0], passages[-1], len(passages)
        self.total_weight = weight * self.count
        self._weight, self._value = weight, value

    @property
    def weights(self) -> Sequence[int]:
        """The weight of each posting."""
        return [self._weight] * self.count

    def value(self, number: int) -> bytes:
        """Return the encoded positions, which are the same in each passage."""
        return self._value


class MergedPostings:
    """The postings of two terms that count as one; a place that both have counts once."""

    def __init__(self, left: Sequence[WeighedChunk], right: Sequence[WeighedChunk]) -> None:
        self._chunks = left, right
        weight_by_passage, weights_on_right = _weights(left), _weights(right)
        self._shared: dict[int, bytes] = {}
        for passage in weight_by_passage.keys() & weights_on_right.keys():
            positions = {*decode(_value(left, passage)), *decode(_value(right, passage))}
            self._shared[passage] = encode(sorted(positions))
            weights_on_right[passage] = int(weight(sorted(positions)))
        weight_by_passage |= weights_on_right
        self.numbers: Sequence[int] = sorted(weight_by_passage)
        self.weights: Sequence[int] = [*map(weight_by_passage.__getitem__, self.numbers)]
        self.first, self.last, self.count = self.numbers[0], self.numbers[-1], len(self.numbers)
        self.total_weight = sum(self.weights)

    def value(self, number: int) -> bytes:
        """Return the encoded positions in a passage."""
        return self._shared.get(number) or b"".join(_value(part, number) for part in self._chunks)


def _weights(chunks: Sequence[WeighedChunk]) -> dict[int, int]:
    weight_by_passage: dict[int, int] = {}
    for chunk in chunks:
        weight_by_passage.update(zip(chunk.numbers, chunk.weights, strict=True))
    return weight_by_passage


def _value(chunks: Sequence[WeighedChunk], passage: int) -> bytes:
    """Return the encoded positions in a passage; empty if the chunks do not have it."""
    n = bisect_left(chunks, passage, key=lambda chunk: chunk.last)
    return chunks[n].value(passage) if n < len(chunks) else b""


class TermCursor(base.FieldCursor):
    """A place among the terms of a field, from which Whoosh looks for similar words.

    It skips the marked terms of words in capitals, which are no suggestions.
    """

    def __init__(self, reader: TermsReader, fieldname: str, fieldobj: Any) -> None:
        self._reader, self._fieldname, self._fieldobj = reader, fieldname, fieldobj
        self.first()

    def first(self) -> str | None:
        return self.find(b"")

    def find(self, term: str | bytes) -> str | None:
        start = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._terms = self._reader.lexicon(self._fieldname, start)
        return self.next()

    def next(self) -> str | None:
        self._term = next(self._terms, None)
        if self._term and self._fieldname in TEXT_FIELDS and self._term.startswith(_FIRST_CAPITALS):
            return self.find(_AFTER_CAPITALS)
        return self.text()

    def text(self) -> str | None:
        """Return the term as text; None after the last."""
        return None if self._term is None else self._fieldobj.from_bytes(self._term)

    def term(self) -> bytes | None:
        return self._term

    def term_info(self) -> SegmentTermInfo | None:
        """Return what is known of the term; None after the last."""
        if self._term is None:
            return None
        return self._reader.term_info(self._fieldname, self._term)

    def is_valid(self) -> bool:
        """Return whether there is a term at the cursor."""
        return self._term is not None


class SegmentTermInfo(TermInfo):
    """What is known of a term; what needs its whole posting list is read when it is used."""

    def __init__(self, postings: PostingList, length_codes: bytes) -> None:
        chunks = postings.chunks
        super().__init__(
            float(postings.collection_frequency),
            postings.doc_frequency,
            minid=chunks[0].first,
            maxid=chunks[-1].last,
        )
        self._chunks, self._length_codes = chunks, length_codes

    def max_weight(self) -> float:
        return float(max(max(chunk.weights) for chunk in self._chunks))

    def min_length(self) -> int:
        return min(_min_length(chunk, self._length_codes) for chunk in self._chunks)

    def max_length(self) -> int:
        return max(_max_length(chunk, self._length_codes) for chunk in self._chunks)


def _min_length(chunk: WeighedChunk, length_codes: bytes) -> int:
    if not length_codes:
        return 0
    return LENGTHS[min(map(length_codes.__getitem__, chunk.numbers))]


def _max_length(chunk: WeighedChunk, length_codes: bytes) -> int:
    if not length_codes:
        return 0
    return LENGTHS[max(map(length_codes.__getitem__, chunk.numbers))]


class _NoScore:
    """The scorer of a term whose matches another term scores."""

    def supports_block_quality(self) -> bool:
        return True

    def score(self, matcher: object) -> float:
        return 0.0

    def max_quality(self) -> float:
        return 0.0

    def block_quality(self, matcher: object) -> float:
        return 0.0


class ChunkMatcher(LeafMatcher):
    """The postings of a term; a chunk is what Whoosh calls a block."""

    def __init__(
        self,
        chunks: Sequence[WeighedChunk],
        length_codes: bytes,
        term: tuple[str, bytes],
        format_: Any,
        scorer: Any,
    ) -> None:
        self._chunks, self._length_codes, self._term = chunks, length_codes, term
        self.format, self.scorer = format_, scorer
        self.reset()

    def copy(self) -> ChunkMatcher:
        copied = ChunkMatcher(
            self._chunks, self._length_codes, self._term, self.format, self.scorer
        )
        copied._enter_chunk(self._n)
        copied._index = self._index
        return copied

    def reset(self) -> None:
        self._enter_chunk(0)

    def _enter_chunk(self, n: int) -> None:
        """Go to the first posting of a chunk."""
        self._n, self._index = n, 0
        self._limits: tuple[float, int] | None = None
        if n < len(self._chunks):
            chunk = self._chunks[n]
            self._numbers, self._weights = chunk.numbers, chunk.weights

    def is_active(self) -> bool:
        return self._n < len(self._chunks)

    def id(self) -> int:
        return self._numbers[self._index]

    def next(self) -> bool:
        """Go to the next posting; return whether it is in another chunk."""
        if not self.is_active():
            raise ReadTooFar
        self._index += 1
        if self._index < len(self._numbers):
            return False
        self._enter_chunk(self._n + 1)
        return True

    def skip_to(self, number: int) -> bool:
        """Go to the first posting from a passage on; return whether it is in another chunk."""
        if not self.is_active():
            raise ReadTooFar
        if number <= self.id():
            return False
        n = bisect_left(self._chunks, number, lo=self._n, key=lambda chunk: chunk.last)
        is_another = n != self._n
        if is_another:
            self._enter_chunk(n)
        if self.is_active():
            self._index = bisect_left(self._numbers, number, self._index)
        return is_another

    def all_ids(self) -> Iterator[int]:
        if not self.is_active():
            return iter(())
        later = (chunk.numbers for chunk in self._chunks[self._n + 1 :])
        return chain(self._numbers[self._index :], *later)

    def weight(self) -> float:
        return float(self._weights[self._index])

    def value(self) -> bytes:
        return self._chunks[self._n].value(self.id())

    def block_max_weight(self) -> float:
        """Return the highest weight of the chunk."""
        return self._read_limits()[0]

    def block_min_length(self) -> int:
        """Return the length of the shortest passage of the chunk."""
        return self._read_limits()[1]

    def block_max_length(self) -> int:
        """Return the length of the longest passage of the chunk."""
        return _max_length(self._chunks[self._n], self._length_codes)

    def _read_limits(self) -> tuple[float, int]:
        if self._limits is None:
            shortest = _min_length(self._chunks[self._n], self._length_codes)
            self._limits = float(max(self._weights)), shortest
        return self._limits

    def skip_to_quality(self, minquality: float) -> int:
        """Skip chunks that cannot score more than `minquality`; return how many."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._enter_chunk(self._n + 1)
            skipped += 1
        return skipped

    def score(self) -> float:
        return float(self.scorer.score(self)) if self.scorer else self.weight()
