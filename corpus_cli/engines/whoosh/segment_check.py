"""Check that a segment is as its writer makes it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import pairwise

from corpus_cli.engines.fields import FieldName, decode
from corpus_cli.engines.mentions import parse_mention_term
from corpus_cli.engines.scoring import LENGTHS, total_length
from corpus_cli.engines.whoosh.layout import FIELDS, LayoutError, read_chunks
from corpus_cli.engines.whoosh.segment import Segment, TermEntry
from corpus_cli.errors import CorpusDamaged

_FIELDS: tuple[FieldName, ...] = FIELDS
_MAX_POSITION = 1 << 32


def find_fault(segment: Segment) -> str:
    """Return what is wrong in a segment whose bytes are those that were written; empty if nothing.

    It reads all of the segment, so it is for segments that a search failed on: one that a
    stranger made may have every digest right, and an error of ours is not blamed on a segment.
    """
    try:
        _check_passages(segment)
        end = 0
        for field in _FIELDS:
            end = _check_field(segment, field, end)
    except (
        CorpusDamaged,
        IndexError,
        KeyError,
        OverflowError,
        TypeError,
        ValueError,
        struct.error,
    ) as error:
        return f"{segment.path.name} is not as corpus writes it ({error})"
    return ""


def _require(condition: bool, what: str) -> None:  # noqa: FBT001 - like assert
    if not condition:
        raise LayoutError(what)


def _check_passages(segment: Segment) -> None:
    """Check the parts that have an item for each article, run or passage."""
    segment.part("firsts", "I")
    segment.part("runs", "I")
    ids = [segment.article(ordinal) for ordinal in range(segment.articles)]
    order = segment.part("article_order", "I").tolist()
    _require(
        sorted(order) == list(range(len(ids))) and _ascends([ids[n] for n in order]),
        "its articles are not in order",
    )
    _require(len({*segment.removed}) == len(segment.removed), "an article was removed twice")
    for ordinal in range(segment.articles):
        span = segment.article_span(ordinal)
        numbers = segment.part("numbers", "I")[span.start : span.stop].tolist()
        _require(_ascends(numbers), "the passages of an article are not in order")
    for name, total in zip(("stems", "words"), segment.sizes[3:], strict=True):
        codes = bytes(segment.part(f"{name}_lengths"))
        _require(not codes or max(codes) < len(LENGTHS), "a passage has no length")
        _require(total_length(codes) == total, "its lengths have another sum")
    ends = [0, *segment.part("passage_name_ends", "I").tolist()]
    names = segment.part("passage_names", "I").tolist()
    _require(ends == sorted(ends) and ends[-1] == len(names), "its names are not in order")
    terms = len(segment.part("names_ends", "I"))
    _require(not names or max(names) < terms, "a passage has a name that does not exist")


def _check_field(segment: Segment, field: FieldName, end: int) -> int:
    """Check the terms of a field and their lists, which begin at `end` or later."""
    numbers_end = segment.runs if field == "facts" else segment.passages
    last_term = b""
    for term, entry in segment.entries(field):
        _require(term > last_term, "its terms are not in order")
        last_term, text = term, term.decode()
        if field == "names":
            parse_mention_term(text)
        _require(entry.offset >= end, "two of its lists overlap")
        end = _check_list(segment, entry, numbers_end, counts_own=field == "words")
    return end


def _check_list(segment: Segment, entry: TermEntry, numbers_end: int, *, counts_own: bool) -> int:
    """Check the postings of a term, and return where they end."""
    end, last, count, weight, own = entry.offset, -1, 0, 0, 0
    for chunk in read_chunks(segment.data, entry.offset, entry.doc_frequency):
        numbers = list(chunk.numbers)
        _require(
            last < numbers[0] == chunk.first and numbers[-1] == chunk.last < numbers_end,
            "a chunk has passages that its segment does not have",
        )
        _require(_ascends(numbers), "the passages of a chunk are not in order")
        for value in chunk.values():
            positions = decode(value)
            _require(
                _ascends(positions) and positions[-1] < _MAX_POSITION, "positions are not in order"
            )
        last, end = chunk.last, chunk.end
        count += chunk.count
        weight += sum(chunk.weights)
        own += chunk.count_own() if counts_own else 0
    _require(count == entry.doc_frequency, "a term has another number of passages")
    _require(weight == entry.collection_frequency, "a term has another number of occurrences")
    _require(own == entry.own_frequency, "a term has another number of occurrences in the texts")
    _require(end <= segment.lists_end, "a list is longer than the lists")
    return end


def _ascends(values: Sequence[int] | Sequence[str]) -> bool:
    return all(left < right for left, right in pairwise(values))  # type: ignore[operator]
