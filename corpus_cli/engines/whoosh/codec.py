"""What Whoosh's table of contents names.

`whoosh.index.open_dir("index")` unpickles the file that `pack_contents` makes. Its pickles name
two globals, `schema` and `SegmentReference` of this module, so neither may be renamed or moved:
an index on a disk would no longer open. `corpus` itself never reads that file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.codec import base
from whoosh.fields import Schema
from whoosh.filedb.filestore import RamStorage, ReadOnlyError
from whoosh.index import TOC

from corpus_cli.errors import CorpusDamaged
from corpus_cli.text.shell import index_option

if TYPE_CHECKING:
    from corpus_cli.engines.whoosh.generations import Manifest
    from corpus_cli.engines.whoosh.passages_reader import PassagesReader
    from corpus_cli.engines.whoosh.segment import Segment
    from corpus_cli.engines.whoosh.terms_reader import TermsReader

# ruff: noqa: ANN401 - Whoosh is untyped

_INDEX_NAME = "MAIN"
"""The name that Whoosh gives an index by default."""

_READ_ONLY = "Whoosh can only read this index: change it with corpus ingest"


def pack_contents(manifest: Manifest) -> bytes:
    """Return Whoosh's table of contents of a generation, as its file holds it."""
    fingerprint = _format_fingerprint(manifest.layout, manifest.analysis)
    segments = [
        SegmentReference(f"{manifest.folder}/{name}", removed, fingerprint)
        for name, removed in manifest.segments.items()
    ]
    storage = RamStorage()
    TOC(_CorpusSchema(), segments, manifest.generation).write(storage, _INDEX_NAME)
    (content,) = storage.files.values()
    return bytes(content)


class _CorpusSchema(Schema):
    """A schema whose pickle is the name of the function that makes it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return schema, ()


def schema() -> Schema:
    """Return the fields of a passage."""
    # A process that commits does not load what reads.
    from corpus_cli.engines.whoosh.whoosh_fields import make_fields

    return _CorpusSchema(**make_fields())


class SegmentReference(base.Segment):
    """A segment of `corpus` as a segment of Whoosh.

    `name` is its path below the folder of the index, `removed` are the ordinals of its removed
    articles, and `fingerprint` is that of the layout and analysis that it was written with.
    """

    indexname = _INDEX_NAME
    compound = False

    def __init__(self, name: str, removed: tuple[int, ...], fingerprint: str) -> None:
        self.name = name
        self.removed = removed
        self.fingerprint = fingerprint

    def __reduce__(self) -> tuple[Any, ...]:
        return SegmentReference, (self.name, self.removed, self.fingerprint)

    def __eq__(self, other: object) -> bool:
        # `Searcher.refresh` adds each segment of the old reader that equals none of the new ones,
        # although a merge replaced it, and would find its passages twice. So all are equal here.
        # Which reader it uses again depends on the hash.
        return isinstance(other, SegmentReference)

    def __hash__(self) -> int:
        return hash(self.name)

    def codec(self) -> Codec:
        return Codec()

    def doc_count_all(self) -> int:
        # Readers ask the codec. A writer asks this before it writes anything.
        raise ReadOnlyError(_READ_ONLY)


class Codec(base.Codec):
    """The codec with which Whoosh opens a segment of `corpus`."""

    def __init__(self) -> None:
        self._opened: Segment | None = None

    def terms_reader(self, storage: Any, segment: SegmentReference) -> TermsReader:
        from corpus_cli.engines.whoosh.terms_reader import TermsReader

        return TermsReader(self._open(storage.folder, segment))

    def per_document_reader(self, storage: Any, segment: SegmentReference) -> PassagesReader:
        from corpus_cli.engines.whoosh.passages_reader import PassagesReader

        return PassagesReader(self._open(storage.folder, segment), Path(storage.folder).absolute())

    def new_segment(self, storage: object, indexname: str) -> SegmentReference:
        raise ReadOnlyError(_READ_ONLY)

    def _open(self, folder: str, reference: SegmentReference) -> Segment:
        """Open a segment once, for both readers of it."""
        from corpus_cli.engines.whoosh.engine import compute_fingerprints
        from corpus_cli.engines.whoosh.segment import Segment

        if reference.fingerprint != _format_fingerprint(*compute_fingerprints()):
            raise CorpusDamaged(
                f"the index in {folder} was written by another version of corpus. "
                f"Bring it up to date with: corpus reindex{index_option(Path(folder))}"
            )
        self._opened = self._opened or Segment(
            Path(folder).absolute() / reference.name, reference.removed
        )
        return self._opened


def _format_fingerprint(layout: str, analysis: str) -> str:
    return f"{layout}; {analysis}"
