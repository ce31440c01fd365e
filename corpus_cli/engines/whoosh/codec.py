"""Let Whoosh read the index, with the same results.

    from corpus_cli.engines.whoosh.codec import WhooshIndex
    with WhooshIndex(Path("index")).searcher() as searcher: ...

This module needs the extra `whoosh`; `corpus` itself never loads it. Nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec import base
from whoosh.filedb.filestore import RamStorage
from whoosh.index import Index
from whoosh.matching import ListMatcher
from whoosh.reading import MultiReader, SegmentReader, TermInfo

from corpus_cli.engines.fields import decode, weight
from corpus_cli.engines.postings import Postings
from corpus_cli.engines.scoring import LENGTHS, total_length
from corpus_cli.engines.whoosh import generations
from corpus_cli.engines.whoosh.engine import open_segments
from corpus_cli.engines.whoosh.layout import FIELDS
from corpus_cli.engines.whoosh.segment import Segment

# ruff: noqa: ANN401 - Whoosh is untyped


class WhooshIndex(Index):
    """The current generation of a corpus, for Whoosh to read."""

    def __init__(self, root: Path) -> None:
        manifest = generations.read_manifest(root)
        if manifest is None:
            raise generations.damaged_error(root, f"it has no {generations.CURRENT}")
        self.schema = schema()
        self._segments = open_segments(root, manifest)

    def reader(self, reuse: object = None) -> Any:
        """Return one reader over all segments."""
        readers = [
            SegmentReader(RamStorage(), self.schema, _Named(segment)) for segment in self._segments
        ]
        return readers[0] if len(readers) == 1 else MultiReader(readers)

    def doc_count(self) -> int:
        """Return how many live passages the index has."""
        return sum(len(segment.live_passages) for segment in self._segments)

    def close(self) -> None:
        """Release the files."""
        self._segments = ()


def schema() -> fields.Schema:
    """Return the fields of a passage. No text is stored: a match is the id of a passage."""
    return fields.Schema(
        id=fields.ID(sortable=columns.VarBytesColumn()),
        stems=_Inverted(scorable=True),
        words=_Inverted(scorable=True),
        facts=_Inverted(scorable=False),
        names=_Inverted(scorable=False),
    )


class _Positions(formats.Format):
    """The encoded positions of a posting."""

    def __init__(self) -> None:
        super().__init__(field_boost=1.0)

    def supports(self, name: str) -> bool:
        return name in ("frequency", "weight", "positions")

    def decoder(self, name: str) -> Callable[[bytes], object]:
        decoders: dict[str, Callable[[bytes], object]] = {
            "positions": decode,
            "frequency": lambda value: len(decode(value)),
            "weight": lambda value: weight(decode(value)),
        }
        return decoders[name]


class _Inverted(fields.FieldType):
    """A field whose values are inverted already."""

    analyzer = None
    indexed = True
    stored = unique = spelling = False
    vector = column_type = None
    multitoken_query = "default"

    def __init__(self, *, scorable: bool) -> None:
        self.format = _Positions()
        self.scorable = scorable


class _Named(base.Segment):
    """A segment of `corpus` as a segment of Whoosh."""

    def __init__(self, segment: Segment) -> None:
        super().__init__(segment.path.name)
        self.segment = segment

    def codec(self) -> _Codec:
        return _Codec()


class _Codec(base.Codec):
    """The codec with which Whoosh opens a segment."""

    def terms_reader(self, storage: object, segment: _Named) -> _Terms:
        return _Terms(segment.segment)

    def per_document_reader(self, storage: object, segment: _Named) -> _Passages:
        return _Passages(segment.segment)


class _Terms(base.TermsReader):
    """The dictionary of a segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def __contains__(self, term: tuple[Any, bytes]) -> bool:
        field, text = term
        return field in FIELDS and self._segment.find_entry(field, text.decode()) is not None

    def term_info(self, fieldname: Any, text: bytes) -> TermInfo:
        if (fieldname, text) not in self:
            raise KeyError(text)
        passages, weights, _ = self._columns(fieldname, text.decode())
        codes = b"" if fieldname in ("facts", "names") else self._segment.length_codes(fieldname)
        lengths = [LENGTHS[codes[passage]] for passage in passages] if codes else [0]
        return TermInfo(
            float(sum(weights)),
            len(passages),
            min(lengths),
            max(lengths),
            float(max(weights)),
            passages[0],
            passages[-1],
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        is_present = (fieldname, text) in self
        return float(self.term_info(fieldname, text).weight()) if is_present else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        is_present = (fieldname, text) in self
        return int(self.term_info(fieldname, text).doc_frequency()) if is_present else 0

    def matcher(self, fieldname: Any, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        passages, weights, values = self._columns(fieldname, text.decode())
        return ListMatcher(
            passages,
            list(map(float, weights)),
            values,
            format_,
            scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def indexed_field_names(self) -> Sequence[str]:
        return FIELDS

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((field, term) for field in FIELDS for term, _ in self._segment.entries(field))

    def terms_from(self, fieldname: Any, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((fieldname, term) for term in self._segment.terms(fieldname, "") if term >= prefix)

    def close(self) -> None:
        """Release nothing: `WhooshIndex` owns the segment."""

    def _columns(self, field: Any, term: str) -> tuple[list[int], list[int], list[bytes]]:
        """Return passage, weight and positions of each posting; `facts` apply to all of a run."""
        postings = Postings([*self._segment.chunks(field, term, 0)])
        rows = [
            (passage, count, value)
            for (number, value), count in zip(postings.values(), postings.counts, strict=True)
            for passage in (self._segment.run_span(number) if field == "facts" else (number,))
        ]
        passages, weights, values = (list(column) for column in zip(*rows, strict=True))
        return passages, weights, values


class _Passages(base.PerDocumentReader):
    """The passages of a segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def close(self) -> None:
        """Release nothing: `WhooshIndex` owns the segment."""

    def doc_count(self) -> int:
        return len(self._segment.live_passages)

    def doc_count_all(self) -> int:
        return self._segment.passages

    def has_deletions(self) -> bool:
        return bool(self._segment.removed)

    def is_deleted(self, docnum: int) -> bool:
        return not self._segment.alive_flags[docnum]

    def deleted_docs(self) -> frozenset[int]:
        return frozenset(n for n, flag in enumerate(self._segment.alive_flags) if not flag)

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname == "id"

    def column_reader(self, fieldname: str, column: object) -> _Ids:
        return _Ids(self._segment)

    def doc_field_length(self, docnum: int, fieldname: Any, default: int = 0) -> int:
        return LENGTHS[self._segment.length_codes(fieldname)[docnum]]

    def field_length(self, fieldname: Any) -> int:
        return total_length(self._segment.length_codes(fieldname))

    def stored_fields(self, docnum: int) -> dict[str, object]:
        return {}


class _Ids(columns.ColumnReader):
    """The column of passage ids."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def __len__(self) -> int:
        return self._segment.passages

    def __getitem__(self, passage: int) -> bytes:
        article = self._segment.article(self._segment.owner(passage))
        return f"{article}#{self._segment.passage_number(passage)}".encode()
