"""Segments: invert passages into one, merge several."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from corpus_cli.engines.fields import (
    FieldName,
    Posting,
    by_language,
    code,
    invert,
)
from corpus_cli.engines.port import Facts
from corpus_cli.engines.scoring import total_length
from corpus_cli.engines.whoosh.layout import (
    END,
    FIELDS,
    HEAD,
    MAGIC,
    PARTS,
    SURE,
    chunks,
    moved,
    pack,
    summed,
)
from corpus_cli.engines.whoosh.segment import Entry, Segment
from corpus_cli.model import Passage
from corpus_cli.system.files import create_file

_Column = list[Any]
"""Numbers and postings in turn: a list of pairs would take twice the memory."""


class Inverter:
    """The passages of one segment to be; `count` is how many postings are in memory."""

    def __init__(self) -> None:
        self.count = 0
        self._about = _About()
        self._lists: dict[FieldName, defaultdict[str, _Column]] = {
            field: defaultdict(list) for field in FIELDS
        }

    def add(self, passages: Sequence[Passage], facts: Facts) -> None:
        """Add all passages of an article."""
        if not passages:
            return
        known = by_language(facts, passages)
        about = self._about
        about.articles.append(passages[0].article)
        about.firsts.append(len(about.numbers))
        language: str | None = None
        for passage in passages:
            if passage.language != language:
                language = passage.language
                self._list("facts", len(about.runs), known[language].postings)
                about.runs.append(len(about.numbers))
            stems, words = invert(passage)
            self._list("stems", len(about.numbers), stems.postings)
            self._list("words", len(about.numbers), words.postings)
            about.lengths["stems"].append(stems.coded)
            about.lengths["words"].append(words.coded)
            about.numbers.append(passage.n)

    def _list(self, field: FieldName, number: int, postings: Mapping[str, Posting]) -> None:
        lists = self._lists[field]
        for term, posting in postings.items():
            lists[term] += (number, posting)
        self.count += len(postings)

    def write(self, path: Path) -> None:
        """Write all passages as a segment."""
        file = _File(path)
        for field, lists in self._lists.items():
            for term in sorted(lists):
                numbers, postings = lists[term][0::2], lists[term][1::2]
                held, counted = pack(numbers, postings)
                file.add(field, term.encode(), held, len(numbers), counted)
        file.finish(self._about)


class _About:
    """What a segment records of its articles, runs and passages."""

    def __init__(self) -> None:
        self.articles: list[str] = []
        self.firsts = array("I")
        self.numbers = array("I")
        self.runs = array("I")
        self.lengths = {"stems": bytearray(), "words": bytearray()}

    def add(self, segment: Segment, passages: Sequence[int], runs: Sequence[int]) -> None:
        """Add the live articles of a segment; `passages` and `runs` map to new numbers or -1."""
        gone = set(segment.removed)
        base = len(self.numbers)
        for ordinal in range(segment.articles):
            if ordinal not in gone:
                self.articles.append(segment.article(ordinal))
                self.firsts.append(base + passages[segment.span(ordinal).start])
        for ordinal in range(segment.runs):
            if runs[ordinal] >= 0:
                self.runs.append(base + passages[segment.run(ordinal).start])
        self.numbers.extend(segment.kept(segment.part("numbers", "I")))
        for field, lengths in self.lengths.items():
            lengths.extend(segment.kept(segment.part(f"{field}_lengths")))

    def parts(self) -> dict[str, bytes]:
        """Return the parts of the file by name."""
        names = [name.encode() for name in self.articles]
        order = sorted(range(len(names)), key=names.__getitem__)
        return {
            "articles": _strings(names),
            "article_ends": _ends(names),
            "article_order": array("I", order).tobytes(),
            "firsts": self.firsts.tobytes(),
            "numbers": self.numbers.tobytes(),
            "runs": self.runs.tobytes(),
            **{f"{field}_lengths": bytes(codes) for field, codes in self.lengths.items()},
        }


class _Dictionary:
    """The terms of one field, in the order in which they are written."""

    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self.places, self.found, self.counts = array("Q"), array("I"), array("I")

    def parts(self, field: str) -> dict[str, bytes]:
        """Return the parts of the file by name."""
        return {
            f"{field}_terms": _strings(self.terms),
            f"{field}_ends": _ends(self.terms),
            f"{field}_offsets": self.places.tobytes(),
            f"{field}_doc_frequencies": self.found.tobytes(),
            f"{field}_collection_frequencies": self.counts.tobytes(),
        }


class _File:
    """The file of a new segment: first the posting lists in order, then the parts."""

    def __init__(self, path: Path) -> None:
        self._file = create_file(path)
        self._file.write(bytes(HEAD.size))
        self._at = HEAD.size
        self._fields = {field: _Dictionary() for field in FIELDS}

    def add(self, field: FieldName, term: bytes, held: bytes, found: int, count: int) -> None:
        """Write the list of a term, which must be greater than the previous term."""
        known = self._fields[field]
        known.terms.append(term)
        known.places.append(self._at)
        known.found.append(found)
        known.counts.append(count)
        self._file.write(held)
        self._at += len(held)

    def finish(self, about: _About) -> None:
        """Write the parts and the header."""
        parts = about.parts()
        for field, known in self._fields.items():
            parts |= known.parts(field)
        places = []
        for name in PARTS:
            places.append(self._at)
            self._file.write(parts[name])
            self._at += len(parts[name])
        places.append(self._at)
        self._file.seek(0)
        sizes = (
            *(len(about.numbers), len(about.articles), len(about.runs)),
            *map(total_length, about.lengths.values()),
        )
        head = HEAD.pack(MAGIC, 0, *sizes, *places)
        sure = b"".join(parts[name] for name in PARTS[:SURE])
        self._file.write(HEAD.pack(MAGIC, summed(head, sure), *sizes, *places))
        self._file.close()


def merged(segments: Sequence[Segment], path: Path) -> None:
    """Write segments as one, in their order, without removed articles.

    The lists of a term are appended as they are; only those of a segment with removed articles
    are encoded again.
    """
    about, file = _About(), _File(path)
    moves: list[dict[FieldName, _Move]] = []
    for segment in segments:
        passages: Sequence[int] = range(segment.passages)
        runs: Sequence[int] = range(segment.runs)
        if segment.removed:
            passages, runs = _renumbered(segment.alive), _renumbered(segment.running)
        texts = _Move(len(about.numbers), passages)
        moves.append({"stems": texts, "words": texts, "facts": _Move(len(about.runs), runs)})
        about.add(segment, passages, runs)
    for field in FIELDS:
        ordered = merge(*(_entries(n, segment, field) for n, segment in enumerate(segments)))
        for term, group in groupby(ordered, key=itemgetter(0)):
            parts = [_moved(segments[n], entry, moves[n][field]) for _, n, entry in group]
            found = sum(part.found for part in parts)
            if found:
                held = b"".join(part.held for part in parts)
                file.add(field, term, held, found, sum(part.counted for part in parts))
    file.finish(about)


def _entries(n: int, segment: Segment, field: FieldName) -> Iterator[tuple[bytes, int, Entry]]:
    return ((term, n, entry) for term, entry in segment.entries(field))


class _List(NamedTuple):
    held: bytes
    found: int
    counted: int


class _Move(NamedTuple):
    """The new number of each passage or run within its segment (-1: removed), and what is added."""

    by: int
    renumbered: Sequence[int]


def _renumbered(alive: bytes) -> Sequence[int]:
    return [n - 1 if flag else -1 for n, flag in zip(accumulate(alive), alive, strict=True)]


def _moved(segment: Segment, entry: Entry, move: _Move) -> _List:
    """Return the list of a term as another segment has it."""
    if not segment.removed:
        return _List(
            moved(segment.data, entry.place, entry.found, move.by), entry.found, entry.counted
        )
    numbers: list[int] = []
    postings: list[Posting] = []
    for chunk in chunks(segment.data, entry.place, entry.found):
        columns = zip(chunk.numbers, chunk.weights, chunk.values(), strict=True)
        for number, weighs, value in columns:
            if move.renumbered[number] >= 0:
                numbers.append(move.by + move.renumbered[number])
                postings.append((code(weighs, len(value)), value))
    held, counted = pack(numbers, postings)
    return _List(held, len(numbers), counted)


def _strings(strings: Sequence[bytes]) -> bytes:
    return b"".join(string + END for string in strings)


def _ends(strings: Sequence[bytes]) -> bytes:
    """Return the offset at which each string ends, without its end mark."""
    ends = accumulate(len(string) + 1 for string in strings)
    return array("I", (end - 1 for end in ends)).tobytes()
