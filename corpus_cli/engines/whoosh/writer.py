"""A Whoosh segment inverted in memory, written block by block.

Stock Whoosh handles one posting at a time, in a pool that it sorts and spills, and looks
up the length of its passage again: that is most of its time. The files are the same.
"""

# ruff: noqa: SLF001 - the block writer of a pinned Whoosh, until a codec of ours takes its place
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from whoosh.writing import MERGE_SMALL, SegmentWriter

from corpus_cli.engines.fields import Inverted

_Column = list[Any]
"""Passage, weight and positions of one posting after the other, passages ascending."""


_POOL = 32
"""Megabytes of postings of merged segments that are held in memory."""

_LARGE = 500
"""Passages from which on a segment is left as it is: what merging costs has a bound."""


class InvertingWriter(SegmentWriter):
    """Adds passages whose fields come inverted; `count` is how many postings it holds."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - Whoosh is untyped
        super().__init__(index, compound=False, limitmb=_POOL)
        self.mergetype = _merge_small
        self.count = 0
        self._terms: dict[str, defaultdict[bytes, _Column]] = {
            name: defaultdict(list) for name in self.schema.names()
        }
        self._lengths: dict[str, list[int]] = {name: [] for name in self.schema.names()}

    def add_passage(self, names: dict[str, str], fields: dict[str, Inverted]) -> None:
        """Add one passage: `names` are kept whole, `fields` come inverted."""
        passage = self.docnum
        self.perdocwriter.start_doc(passage)
        for name, written in names.items():
            self._terms[name][written.encode()] += (passage, 1.0, b"")
            self._note(name, 0)
            column = self.schema[name].column_type
            if column:
                self.perdocwriter.add_column_value(name, column, written.encode())
        for name, field in fields.items():
            terms = self._terms[name]
            for term, _, weight, positions in field.postings:
                terms[term.encode()] += (passage, float(weight), positions)
            self.count += len(field.postings)
            self._note(name, field.length if self.schema[name].scorable else 0)
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum += 1

    def _note(self, name: str, length: int) -> None:
        self._lengths[name].append(length)
        self.perdocwriter.add_field(name, self.schema[name], None, length)

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        reader = self.per_document_reader()
        for name, lengths in self._lengths.items():
            rest = range(len(lengths), self.docnum)
            lengths.extend(reader.doc_field_length(n, name) for n in rest)
        reader.close()
        for name, terms in groupby(self._columns(), itemgetter(0)):
            self.fieldwriter.start_field(name, self.schema[name])
            for _, term, column in terms:
                self.fieldwriter.start_term(term)
                self._write_blocks(column, self._lengths[name])
                self.fieldwriter.finish_term()
            self.fieldwriter.finish_field()
        self.fieldwriter.close()

    def _columns(self) -> Iterator[tuple[str, bytes, _Column]]:
        """Field, term and postings in order; those of segments that Whoosh merges in come last.

        They come through its pool, which sorts them on disk.
        """
        own = (
            (name, term, 0, self._terms[name][term])
            for name in sorted(self._terms)
            for term in sorted(self._terms[name])
        )
        pooled = (
            (name, term, 1, (value for posting in postings for value in posting[2:]))
            for (name, term), postings in groupby(self.pool.iter_postings(), itemgetter(0, 1))
        )
        by_term = itemgetter(0, 1)
        for (name, term), found in groupby(merge(own, pooled, key=itemgetter(0, 1, 2)), by_term):
            yield name, term, list(chain.from_iterable(column for *_, column in found))

    def _write_blocks(self, column: _Column, lengths: Sequence[int]) -> None:
        """Fill the buffer of Whoosh's own block writer, which writes what is left at the end."""
        blocks = self.fieldwriter._postwriter
        limit = 3 * blocks._blocklimit
        for at in range(0, len(column), limit):
            if at:
                blocks._write_block()
            part = column[at : at + limit]
            held = [lengths[passage] for passage in part[0::3]]
            blocks._ids = array("I", part[0::3])
            blocks._weights = array("f", part[1::3])
            blocks._values = [value for value in part[2::3] if value]
            blocks._minlength = min(filter(None, held), default=None)
            blocks._maxlength = max(held)
            blocks._maxweight = max(part[1::3])


def _merge_small(writer: InvertingWriter, segments: Sequence[Any]) -> list[Any]:
    """Whoosh's own policy, for small segments only: it would merge all of a large index at once."""
    large = [segment for segment in segments if segment.doc_count_all() >= _LARGE]
    small = [segment for segment in segments if segment.doc_count_all() < _LARGE]
    return [*large, *MERGE_SMALL(writer, small)]
