"""Merge segments, or replace the mentions of names in one."""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import accumulate, compress, groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from corpus_cli.engines.fields import FieldName, posting
from corpus_cli.engines.mentions import parse_mention_term
from corpus_cli.engines.whoosh.layout import (
    FIELDS,
    PARTS,
    pack_chunks,
    pack_columns,
    read_chunks,
    renumber_chunks,
)
from corpus_cli.engines.whoosh.segment import Segment, TermEntry
from corpus_cli.engines.whoosh.segment_file import (
    NamesByPassage,
    PassageTable,
    SegmentFile,
    TermList,
)


def replace_mentions(
    segment: Segment,
    stale_names: Container[str],
    mentions: Iterable[tuple[str, Mapping[int, Sequence[int]]]],
    path: Path,
) -> bool:
    """Write a segment with other mentions of some names; return whether any of them differ.

    `mentions` are all of these names: term of the field `names`, passage, positions. Everything
    else is copied.
    """
    lists: dict[bytes, TermList] = {}
    stale_lists: dict[bytes, TermList] = {}
    for term, entry in segment.entries("names"):
        is_stale = parse_mention_term(term.decode()).key in stale_names
        (stale_lists if is_stale else lists)[term] = _read_list(segment, entry)
    new_lists: dict[bytes, TermList] = {}
    for mention_term, by_passage in mentions:
        if by_passage:
            numbers = sorted(by_passage)
            packed, weight = pack_chunks(numbers, [posting(by_passage[n]) for n in numbers])
            new_lists[mention_term.encode()] = TermList(packed, len(numbers), weight)
    if new_lists == stale_lists:
        return False
    lists |= new_lists
    file, table = SegmentFile(path), PassageTable()
    file.copy_texts(segment)
    names_by_passage = NamesByPassage(segment.passages)
    for ordinal, term in enumerate(sorted(lists)):
        file.add("names", term, lists[term])
        for chunk in read_chunks(memoryview(lists[term].packed), 0, lists[term].doc_frequency):
            names_by_passage.add(ordinal, chunk.numbers, chunk.values())
    names_by_passage.fill(table)
    parts: dict[str, bytes | memoryview] = {name: segment.raw_part(name) for name in PARTS}
    file.write_parts({**parts, **file.names_parts(), **table.names_parts()}, segment.sizes)
    return True


def _read_list(segment: Segment, entry: TermEntry) -> TermList:
    """Return the list of a term as its segment has it."""
    end = entry.offset
    for chunk in read_chunks(segment.data, entry.offset, entry.doc_frequency):
        end = chunk.end
    packed = bytes(segment.data[entry.offset : end])
    return TermList(packed, *entry[1:])


def merge_segments(segments: Sequence[Segment], path: Path) -> None:
    """Write segments as one, in their order, without removed articles.

    The lists of a term are appended as they are; only those of a segment with removed articles
    are encoded again.
    """
    table, file = PassageTable(), SegmentFile(path)
    renumberings: list[dict[FieldName, _Renumbering]] = []
    for segment in segments:
        passages: Sequence[int] = range(segment.passages)
        runs: Sequence[int] = range(segment.runs)
        if segment.removed:
            passages, runs = _number_live(segment.alive_flags), _number_live(segment.live_run_flags)
        passage_renumbering = _Renumbering(len(table.passage_numbers), passages)
        renumberings.append(
            {
                "stems": passage_renumbering,
                "words": passage_renumbering,
                "names": passage_renumbering,
                "facts": _Renumbering(len(table.runs), runs),
            }
        )
        table.add(segment, passages, runs)
    # The new number of each term of the field `names`, by segment.
    name_ordinals: list[array[int]] = [array("I") for _ in segments]
    for field in FIELDS:
        count = 0
        entries = merge(*(_read_entries(n, segment, field) for n, segment in enumerate(segments)))
        for term, group in groupby(entries, key=itemgetter(0)):
            lists: list[TermList] = []
            for _, n, entry in group:
                lists.append(_copy_list(segments[n], field, entry, renumberings[n][field]))
                if field == "names":
                    name_ordinals[n].append(count)
            doc_frequency = sum(part.doc_frequency for part in lists)
            if doc_frequency:
                count += 1
                packed = b"".join(part.packed for part in lists)
                weight = sum(part.collection_frequency for part in lists)
                own = sum(part.own_frequency for part in lists)
                file.add(field, term, TermList(packed, doc_frequency, weight, own))
        for segment in segments:
            segment.free_pages()
    for segment, ordinals in zip(segments, name_ordinals, strict=True):
        for span in segment.live_spans():
            names, counts = segment.name_counts(span)
            table.add_names(map(ordinals.__getitem__, names), counts, segment.name_ends(span))
    file.finish(table)


def _read_entries(
    n: int, segment: Segment, field: FieldName
) -> Iterator[tuple[bytes, int, TermEntry]]:
    return ((term, n, entry) for term, entry in segment.entries(field))


class _Renumbering(NamedTuple):
    """The new number of each passage or run within its segment (-1: removed), and what is added."""

    increment: int
    new_numbers: Sequence[int]


def _number_live(alive: bytes) -> Sequence[int]:
    return [n - 1 if flag else -1 for n, flag in zip(accumulate(alive), alive, strict=True)]


def _copy_list(
    segment: Segment, field: FieldName, entry: TermEntry, renumbering: _Renumbering
) -> TermList:
    """Return the list of a term as another segment has it."""
    if not segment.removed:
        return TermList(
            renumber_chunks(segment.data, entry.offset, entry.doc_frequency, renumbering.increment),
            *entry[1:],
        )
    own = entry.own_frequency
    numbers: list[int] = []
    codes, weights, sizes, values = bytearray(), array("I"), array("I"), bytearray()
    for chunk in read_chunks(segment.data, entry.offset, entry.doc_frequency):
        old_numbers, *columns, chunk_values = chunk.columns()
        new_numbers = [*map(renumbering.new_numbers.__getitem__, old_numbers)]
        if min(new_numbers) < 0:
            if field == "words":
                own -= sum(
                    count
                    for number, count in chunk.own().items()
                    if renumbering.new_numbers[number] < 0
                )
            is_live = [number >= 0 for number in new_numbers]
            new_numbers = [*compress(new_numbers, is_live)]
            columns = [[*compress(column, is_live)] for column in columns]
            chunk_values = b"".join(compress(chunk.values(), is_live))
        for column, more in zip((codes, weights, sizes), columns, strict=True):
            column.extend(more)
        values += chunk_values
        numbers += map(renumbering.increment.__add__, new_numbers)
    packed = pack_columns(numbers, bytes(codes), sizes, weights, bytes(values))
    return TermList(packed, len(numbers), sum(weights), own)
