"""Write the file of a segment."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from corpus_cli.engines.fields import HEADING, FieldName, decode, starts_in_text
from corpus_cli.engines.scoring import total_length
from corpus_cli.engines.whoosh.block_sums import BlockSums
from corpus_cli.engines.whoosh.layout import (
    CHECKED_PARTS,
    END_MARK,
    FIELDS,
    HEADER,
    MAGIC,
    PARTS,
    compute_checksum,
)
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.system.files import create_file


class PassageTable:
    """What a segment records of its articles, runs and passages."""

    def __init__(self) -> None:
        self.articles: list[str] = []
        self.first_passages = array("I")
        self.passage_numbers = array("I")
        self.runs = array("I")
        self.lengths = {"stems": bytearray(), "words": bytearray()}
        self.names = array("I")
        self.name_counts = array("H")
        self.name_ends = array("I")

    def add_names(
        self, ordinals: Iterable[int], counts: Iterable[int], ends: Iterable[int]
    ) -> None:
        """Add the names in the texts of the next passages.

        These are numbers of terms, how often each is there, and where those of each passage end.
        """
        first = len(self.names)
        self.names.extend(ordinals)
        self.name_counts.extend(counts)
        self.name_ends.extend(first + end for end in ends)

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
            "passage_name_counts": self.name_counts.tobytes(),
            "passage_name_ends": self.name_ends.tobytes(),
        }


class NamesByPassage:
    """The terms of the field `names` in the text of each passage, as they are found by term."""

    def __init__(self, passages: int) -> None:
        # First position, number of the term, and how often the passage has it, as one number:
        # a tuple would take five times the memory.
        self._names = [array("Q") for _ in range(passages)]

    def add(self, ordinal: int, passages: Iterable[int], values: Iterable[bytes]) -> None:
        """Add the postings of a term: the passages, and the encoded positions in each."""
        for passage, value in zip(passages, values, strict=True):
            if starts_in_text(value):
                positions = decode(value)
                count = bisect_left(positions, HEADING)
                self._names[passage].append(positions[0] << 48 | ordinal << 16 | count)

    def fill(self, table: PassageTable) -> None:
        """Add the names of all passages to a table, those of a passage by first position."""
        for names in map(sorted, self._names):
            ordinals = (name >> 16 & 0xFFFF_FFFF for name in names)
            table.add_names(ordinals, (name & 0xFFFF for name in names), (len(names),))


class TermList(NamedTuple):
    """The chunks of a term, and its frequencies as in `TermEntry`."""

    packed: bytes
    doc_frequency: int
    collection_frequency: int
    own_frequency: int = 0


class TermDictionary:
    """The terms of one field, in the order in which they are written."""

    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self.offsets = array("Q")
        self.doc_frequencies = array("I")
        self.collection_frequencies = array("I")
        self.own_frequencies = array("I")

    def parts(self, field: str) -> dict[str, bytes]:
        """Return the parts of the file by name."""
        own = {f"{field}_own_frequencies": self.own_frequencies.tobytes()}
        return {
            **(own if field == "words" else {}),
            f"{field}_terms": _join_strings(self.terms),
            f"{field}_ends": _compute_ends(self.terms),
            f"{field}_offsets": self.offsets.tobytes(),
            f"{field}_doc_frequencies": self.doc_frequencies.tobytes(),
            f"{field}_collection_frequencies": self.collection_frequencies.tobytes(),
        }


class SegmentFile:
    """The file of a new segment: first the posting lists in order, then the parts."""

    def __init__(self, path: Path) -> None:
        self._file = create_file(path)
        self._file.write(bytes(HEADER.size))
        self._sums = BlockSums()
        self._offset = HEADER.size
        self._dictionaries = {field: TermDictionary() for field in FIELDS}

    def add(
        self,
        field: FieldName,
        term: bytes,
        postings: TermList,
    ) -> None:
        """Write the list of a term, which must be greater than the previous term."""
        dictionary = self._dictionaries[field]
        dictionary.terms.append(term)
        dictionary.offsets.append(self._offset)
        dictionary.doc_frequencies.append(postings.doc_frequency)
        dictionary.collection_frequencies.append(postings.collection_frequency)
        dictionary.own_frequencies.append(postings.own_frequency)
        self._write(postings.packed)

    def copy_texts(self, segment: Segment) -> None:
        """Copy all lists of a segment but those of the field `names`, which are the last."""
        offsets = segment.part("names_offsets", "Q")
        end = offsets[0] if len(offsets) else segment.lists_end
        self._write(segment.data[self._offset : end])

    def names_parts(self) -> dict[str, bytes]:
        """Return the parts of the file with the terms of the field `names`."""
        return self._dictionaries["names"].parts("names")

    def finish(self, table: PassageTable) -> None:
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
        for name in PARTS[:-1]:
            offsets.append(self._offset)
            self._write(parts[name])
        sums = self._sums.finish()
        self._file.write(sums)
        offsets += self._offset, self._offset + len(sums)
        self._file.seek(0)
        header = HEADER.pack(MAGIC, 0, *sizes, *offsets)
        checked_parts = b"".join(parts[name] for name in PARTS[:CHECKED_PARTS])
        self._file.write(
            HEADER.pack(MAGIC, compute_checksum(header, checked_parts, sums), *sizes, *offsets)
        )
        self._file.close()

    def _write(self, data: bytes | bytearray | memoryview) -> None:
        self._file.write(data)
        self._sums.add(data)
        self._offset += len(data)


def _join_strings(strings: Sequence[bytes]) -> bytes:
    return b"".join(string + END_MARK for string in strings)


def _compute_ends(strings: Sequence[bytes]) -> bytes:
    """Return the offset at which each string ends, without its end mark."""
    ends = accumulate(len(string) + 1 for string in strings)
    return array("I", (end - 1 for end in ends)).tobytes()
