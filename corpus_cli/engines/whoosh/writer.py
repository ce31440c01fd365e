"""Segments: invert passages into one, merge several."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from corpus_cli.engines.fields import (
    Facts,
    FieldName,
    Posting,
    by_language,
    decode,
    invert,
    posting,
    posting_code,
    starts_in_text,
)
from corpus_cli.engines.mentions import MentionFinder, parse_mention_term
from corpus_cli.engines.scoring import total_length
from corpus_cli.engines.whoosh.layout import (
    CHECKED_PARTS,
    END_MARK,
    FIELDS,
    HEADER,
    MAGIC,
    PARTS,
    compute_checksum,
    pack_chunks,
    read_chunks,
    renumber_chunks,
)
from corpus_cli.engines.whoosh.segment import Segment, TermEntry
from corpus_cli.model import Passage
from corpus_cli.system.files import create_file

_PostingColumn = list[Any]
"""Numbers and postings in turn: a list of pairs would take twice the memory."""


class Inverter:
    """The passages of a future segment; `count` is the number of postings in memory."""

    def __init__(self, finder: MentionFinder) -> None:
        self.count = 0
        self._finder = finder
        self._table = _PassageTable()
        self._columns: dict[FieldName, defaultdict[str, _PostingColumn]] = {
            field: defaultdict(list) for field in FIELDS
        }

    def add(self, passages: Sequence[Passage], facts: Facts) -> None:
        """Add all passages of an article."""
        if not passages:
            return
        facts_by_language = by_language(facts, passages)
        table = self._table
        table.articles.append(passages[0].article)
        table.first_passages.append(len(table.passage_numbers))
        language: str | None = None
        inverted = [invert(passage) for passage in passages]
        names = self._finder.invert(passages[0].article, [words.postings for _, words in inverted])
        for passage, (stems, words), name_postings in zip(passages, inverted, names, strict=True):
            if passage.language != language:
                language = passage.language
                self._append_postings(
                    "facts", len(table.runs), facts_by_language[language].postings
                )
                table.runs.append(len(table.passage_numbers))
            self._append_postings("stems", len(table.passage_numbers), stems.postings)
            self._append_postings("words", len(table.passage_numbers), words.postings)
            self._append_postings("names", len(table.passage_numbers), name_postings)
            table.lengths["stems"].append(stems.length_code)
            table.lengths["words"].append(words.length_code)
            table.passage_numbers.append(passage.n)

    def _append_postings(
        self, field: FieldName, number: int, postings: Mapping[str, Posting]
    ) -> None:
        columns = self._columns[field]
        for term, term_posting in postings.items():
            columns[term] += (number, term_posting)
        self.count += len(postings)

    def write(self, path: Path) -> None:
        """Write all passages as a segment."""
        file = _SegmentFile(path)
        names_by_passage: list[list[tuple[int, int]]] = [[] for _ in self._table.passage_numbers]
        for field, columns in self._columns.items():
            for ordinal, term in enumerate(sorted(columns)):
                numbers, postings = columns[term][0::2], columns[term][1::2]
                if field == "names":
                    for number, (_, value) in zip(numbers, postings, strict=True):
                        if starts_in_text(value):
                            names_by_passage[number].append((decode(value)[0], ordinal))
                packed, total_weight = pack_chunks(numbers, postings)
                file.add(field, term.encode(), packed, len(numbers), total_weight)
        for first_positions in names_by_passage:
            self._table.add_names(ordinal for _, ordinal in sorted(first_positions))
        file.finish(self._table)


class _PassageTable:
    """What a segment records of its articles, runs and passages."""

    def __init__(self) -> None:
        self.articles: list[str] = []
        self.first_passages = array("I")
        self.passage_numbers = array("I")
        self.runs = array("I")
        self.lengths = {"stems": bytearray(), "words": bytearray()}
        self.names = array("I")
        self.name_ends = array("I")

    def add_names(self, ordinals: Iterable[int]) -> None:
        """Add the names in the text of the next passage, as numbers of terms."""
        self.names.extend(ordinals)
        self.name_ends.append(len(self.names))

    def add(self, segment: Segment, passages: Sequence[int], runs: Sequence[int]) -> None:
        """Add the live articles of a segment.

        `passages` and `runs` hold, for each old number, its number among the live ones of this
        segment, or -1 if it was removed.
        """
        removed = set(segment.removed)
        first_number = len(self.passage_numbers)
        for ordinal in range(segment.articles):
            if ordinal not in removed:
                self.articles.append(segment.article(ordinal))
                self.first_passages.append(
                    first_number + passages[segment.article_span(ordinal).start]
                )
        for ordinal in range(segment.runs):
            if runs[ordinal] >= 0:
                self.runs.append(first_number + passages[segment.run_span(ordinal).start])
        self.passage_numbers.extend(segment.select_live(segment.part("numbers", "I")))
        for field, lengths in self.lengths.items():
            lengths.extend(segment.select_live(segment.part(f"{field}_lengths")))

    def parts(self) -> dict[str, bytes]:
        """Return the parts of the file by name."""
        ids = [name.encode() for name in self.articles]
        order = sorted(range(len(ids)), key=ids.__getitem__)
        return {
            "articles": _join_strings(ids),
            "article_ends": _compute_ends(ids),
            "article_order": array("I", order).tobytes(),
            "firsts": self.first_passages.tobytes(),
            "numbers": self.passage_numbers.tobytes(),
            "runs": self.runs.tobytes(),
            **{f"{field}_lengths": bytes(codes) for field, codes in self.lengths.items()},
            **self.names_parts(),
        }

    def names_parts(self) -> dict[str, bytes]:
        """Return the parts of the file with the names of each passage."""
        return {
            "passage_names": self.names.tobytes(),
            "passage_name_ends": self.name_ends.tobytes(),
        }


class _Dictionary:
    """The terms of one field, in the order in which they are written."""

    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self.offsets, self.doc_frequencies, self.collection_frequencies = (
            array("Q"),
            array("I"),
            array("I"),
        )

    def parts(self, field: str) -> dict[str, bytes]:
        """Return the parts of the file by name."""
        return {
            f"{field}_terms": _join_strings(self.terms),
            f"{field}_ends": _compute_ends(self.terms),
            f"{field}_offsets": self.offsets.tobytes(),
            f"{field}_doc_frequencies": self.doc_frequencies.tobytes(),
            f"{field}_collection_frequencies": self.collection_frequencies.tobytes(),
        }


class _SegmentFile:
    """The file of a new segment: first the posting lists in order, then the parts."""

    def __init__(self, path: Path) -> None:
        self._file = create_file(path)
        self._file.write(bytes(HEADER.size))
        self._offset = HEADER.size
        self._dictionaries = {field: _Dictionary() for field in FIELDS}

    def add(
        self,
        field: FieldName,
        term: bytes,
        packed: bytes,
        doc_frequency: int,
        collection_frequency: int,
    ) -> None:
        """Write the list of a term, which must be greater than the previous term."""
        dictionary = self._dictionaries[field]
        dictionary.terms.append(term)
        dictionary.offsets.append(self._offset)
        dictionary.doc_frequencies.append(doc_frequency)
        dictionary.collection_frequencies.append(collection_frequency)
        self._file.write(packed)
        self._offset += len(packed)

    def copy_texts(self, segment: Segment) -> None:
        """Copy all lists of a segment but those of the field `names`, which are the last."""
        offsets = segment.part("names_offsets", "Q")
        end = offsets[0] if len(offsets) else segment.lists_end
        self._file.write(segment.data[self._offset : end])
        self._offset = end

    def names_parts(self) -> dict[str, bytes]:
        """Return the parts of the file with the terms of the field `names`."""
        return self._dictionaries["names"].parts("names")

    def finish(self, table: _PassageTable) -> None:
        """Write the parts and the header."""
        parts = table.parts()
        for field, dictionary in self._dictionaries.items():
            parts |= dictionary.parts(field)
        sizes = (
            *(len(table.passage_numbers), len(table.articles), len(table.runs)),
            *map(total_length, table.lengths.values()),
        )
        self.write_parts(parts, sizes)

    def write_parts(self, parts: Mapping[str, bytes | memoryview], sizes: Sequence[int]) -> None:
        """Write the parts and the header, which has the numbers of passages, articles and so on."""
        offsets = []
        for name in PARTS:
            offsets.append(self._offset)
            self._file.write(parts[name])
            self._offset += len(parts[name])
        offsets.append(self._offset)
        self._file.seek(0)
        header = HEADER.pack(MAGIC, 0, *sizes, *offsets)
        checked_parts = b"".join(parts[name] for name in PARTS[:CHECKED_PARTS])
        self._file.write(
            HEADER.pack(MAGIC, compute_checksum(header, checked_parts), *sizes, *offsets)
        )
        self._file.close()


def replace_mentions(
    segment: Segment,
    stale_names: Container[str],
    mentions: Mapping[str, Mapping[int, Sequence[int]]],
    path: Path,
) -> bool:
    """Write a segment with other mentions of some names; return whether any of them differ.

    `mentions` are all of these names: term of the field `names`, passage, positions. Everything
    else is copied.
    """
    lists: dict[bytes, _TermList] = {}
    stale_lists: dict[bytes, _TermList] = {}
    for term, entry in segment.entries("names"):
        is_stale = parse_mention_term(term.decode()).key in stale_names
        (stale_lists if is_stale else lists)[term] = _read_list(segment, entry)
    new_lists: dict[bytes, _TermList] = {}
    for mention_term, by_passage in mentions.items():
        if by_passage:
            numbers = sorted(by_passage)
            packed, weight = pack_chunks(numbers, [posting(by_passage[n]) for n in numbers])
            new_lists[mention_term.encode()] = _TermList(packed, len(numbers), weight)
    if new_lists == stale_lists:
        return False
    lists |= new_lists
    file, table = _SegmentFile(path), _PassageTable()
    file.copy_texts(segment)
    names_by_passage: list[list[tuple[int, int]]] = [[] for _ in range(segment.passages)]
    for ordinal, term in enumerate(sorted(lists)):
        file.add("names", term, *lists[term])
        for chunk in read_chunks(memoryview(lists[term].packed), 0, lists[term].doc_frequency):
            for number, value in zip(chunk.numbers, chunk.values(), strict=True):
                if starts_in_text(value):
                    names_by_passage[number].append((decode(value)[0], ordinal))
    for first_positions in names_by_passage:
        table.add_names(ordinal for _, ordinal in sorted(first_positions))
    parts: dict[str, bytes | memoryview] = {name: segment.raw_part(name) for name in PARTS}
    file.write_parts({**parts, **file.names_parts(), **table.names_parts()}, segment.sizes)
    return True


def _read_list(segment: Segment, entry: TermEntry) -> _TermList:
    """Return the list of a term as its segment has it."""
    end = entry.offset
    for chunk in read_chunks(segment.data, entry.offset, entry.doc_frequency):
        end = chunk.end
    packed = bytes(segment.data[entry.offset : end])
    return _TermList(packed, entry.doc_frequency, entry.collection_frequency)


def merge_segments(segments: Sequence[Segment], path: Path) -> None:
    """Write segments as one, in their order, without removed articles.

    The lists of a term are appended as they are; only those of a segment with removed articles
    are encoded again.
    """
    table, file = _PassageTable(), _SegmentFile(path)
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
            lists: list[_TermList] = []
            for _, n, entry in group:
                lists.append(_copy_list(segments[n], entry, renumberings[n][field]))
                if field == "names":
                    name_ordinals[n].append(count)
            doc_frequency = sum(part.doc_frequency for part in lists)
            if doc_frequency:
                count += 1
                packed = b"".join(part.packed for part in lists)
                file.add(
                    field,
                    term,
                    packed,
                    doc_frequency,
                    sum(part.collection_frequency for part in lists),
                )
    for segment, ordinals in zip(segments, name_ordinals, strict=True):
        for passage in segment.live_passages:
            table.add_names(map(ordinals.__getitem__, segment.passage_names(passage)))
    file.finish(table)


def _read_entries(
    n: int, segment: Segment, field: FieldName
) -> Iterator[tuple[bytes, int, TermEntry]]:
    return ((term, n, entry) for term, entry in segment.entries(field))


class _TermList(NamedTuple):
    packed: bytes
    doc_frequency: int
    collection_frequency: int


class _Renumbering(NamedTuple):
    """The new number of each passage or run within its segment (-1: removed), and what is added."""

    increment: int
    new_numbers: Sequence[int]


def _number_live(alive: bytes) -> Sequence[int]:
    return [n - 1 if flag else -1 for n, flag in zip(accumulate(alive), alive, strict=True)]


def _copy_list(segment: Segment, entry: TermEntry, renumbering: _Renumbering) -> _TermList:
    """Return the list of a term as another segment has it."""
    if not segment.removed:
        return _TermList(
            renumber_chunks(segment.data, entry.offset, entry.doc_frequency, renumbering.increment),
            entry.doc_frequency,
            entry.collection_frequency,
        )
    numbers: list[int] = []
    postings: list[Posting] = []
    for chunk in read_chunks(segment.data, entry.offset, entry.doc_frequency):
        columns = zip(chunk.numbers, chunk.weights, chunk.values(), strict=True)
        for number, posting_weight, value in columns:
            if renumbering.new_numbers[number] >= 0:
                numbers.append(renumbering.increment + renumbering.new_numbers[number])
                postings.append((posting_code(posting_weight, len(value)), value))
    packed, total_weight = pack_chunks(numbers, postings)
    return _TermList(packed, len(numbers), total_weight)


def _join_strings(strings: Sequence[bytes]) -> bytes:
    return b"".join(string + END_MARK for string in strings)


def _compute_ends(strings: Sequence[bytes]) -> bytes:
    """Return the offset at which each string ends, without its end mark."""
    ends = accumulate(len(string) + 1 for string in strings)
    return array("I", (end - 1 for end in ends)).tobytes()
