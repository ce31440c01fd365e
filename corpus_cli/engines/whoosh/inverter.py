"""Invert passages into a segment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus_cli.engines.fields import (
    Facts,
    FieldName,
    Posting,
    by_language,
    count_own,
    invert,
)
from corpus_cli.engines.mentions import MentionFinder
from corpus_cli.engines.whoosh.layout import FIELDS, pack_chunks
from corpus_cli.engines.whoosh.segment_file import (
    NamesByPassage,
    PassageTable,
    SegmentFile,
    TermList,
)
from corpus_cli.model import Passage


class PostingLists(defaultdict[str, list[Any]]):
    """The postings of each term of a field, in the order of their passages or runs.

    The numbers and postings of a term are in one list, in turn: a list of pairs would take twice
    the memory.
    """

    def __init__(self) -> None:
        super().__init__(list)

    def add(self, number: int, postings: Mapping[str, Posting]) -> None:
        """Add the postings of the passage or run with the next higher number."""
        for term, posting in postings.items():
            self[term] += (number, posting)

    def write(self, file: SegmentFile, field: FieldName) -> None:
        """Write the lists to a segment."""
        for term in sorted(self):
            numbers, postings = self[term][0::2], self[term][1::2]
            packed, total_weight = pack_chunks(numbers, postings)
            own = sum(count_own(value) for _, value in postings) if field == "words" else 0
            file.add(field, term.encode(), TermList(packed, len(numbers), total_weight, own))


class Inverter:
    """The passages of a future segment; `characters` is the length of their texts."""

    def __init__(self, finder: MentionFinder) -> None:
        self.characters = 0
        self._finder = finder
        self._table = PassageTable()
        self._lists = {field: PostingLists() for field in FIELDS}

    def add(self, passages: Sequence[Passage], facts: Facts) -> None:
        """Add all passages of an article."""
        if passages:
            self.characters += sum(len(passage.text) for passage in passages)
            first_number = len(self._table.passage_numbers)
            self._add_to_table(passages, facts)
            self._add_texts(passages, first_number)

    def _add_to_table(self, passages: Sequence[Passage], facts: Facts) -> None:
        """Add an article, and its metadata for each run of passages in one language."""
        table = self._table
        facts_by_language = by_language(facts, passages)
        table.articles.append(passages[0].article)
        table.first_passages.append(len(table.passage_numbers))
        language: str | None = None
        for passage in passages:
            if passage.language != language:
                language = passage.language
                self._lists["facts"].add(len(table.runs), facts_by_language[language].postings)
                table.runs.append(len(table.passage_numbers))
            table.passage_numbers.append(passage.n)

    def _add_texts(self, passages: Sequence[Passage], first_number: int) -> None:
        inverted = [invert(passage) for passage in passages]
        names = self._finder.invert(
            passages[0].article, [passage.positions_by_word for passage in inverted]
        )
        for number, (passage, name_postings) in enumerate(
            zip(inverted, names, strict=True), first_number
        ):
            self._lists["stems"].add(number, passage.stems.postings)
            self._lists["words"].add(number, passage.words.postings)
            self._lists["names"].add(number, name_postings)
            self._table.lengths["stems"].append(passage.stems.length_code)
            self._table.lengths["words"].append(passage.words.length_code)

    def write(self, path: Path) -> None:
        """Write all passages as a segment."""
        file = SegmentFile(path)
        self._write_texts(file)
        self._lists["facts"].write(file, "facts")
        self._write_names(file)
        file.finish(self._table)

    def _write_texts(self, file: SegmentFile) -> None:
        self._lists["stems"].write(file, "stems")
        self._lists["words"].write(file, "words")

    def _write_names(self, file: SegmentFile) -> None:
        """Write the mentions of names by term, and add those of each passage to the table."""
        lists = self._lists["names"]
        lists.write(file, "names")
        names_by_passage = NamesByPassage(len(self._table.passage_numbers))
        for ordinal, term in enumerate(sorted(lists)):
            values = (value for _, value in lists[term][1::2])
            names_by_passage.add(ordinal, lists[term][0::2], values)
        names_by_passage.fill(self._table)
