"""The engine whose index is on disk."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from corpus_cli.engines import matching
from corpus_cli.engines.indexed_mentions import mention_counts, names_by_passage
from corpus_cli.engines.port import Engine, MatchCounts, Selector, Verified
from corpus_cli.engines.whoosh import generations
from corpus_cli.engines.whoosh.generations import Manifest
from corpus_cli.engines.whoosh.index import SegmentedIndex
from corpus_cli.engines.whoosh.layout import MAGIC
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.errors import CorpusDamaged
from corpus_cli.model.name_table import NO_NAMES, NameTable
from corpus_cli.query.nodes import Bag, Mention
from corpus_cli.system.overriding import override

if TYPE_CHECKING:
    from corpus_cli.engines.whoosh.inverters import InverterPool
    from corpus_cli.engines.whoosh.writing import GenerationWriter

_T = TypeVar("_T")

ANALYSIS: Final = 2
"""The number of the analysis. Raise it when texts become different terms: a test checks this."""

_MAX_ATTEMPTS = 5


class WhooshEngine(Engine):
    """The index in one folder. Readers use the current generation; a writer makes the next."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._current: tuple[Manifest, SegmentedIndex] | None = None
        self._inverters: InverterPool | None = None
        self._names: NameTable | None = None

    @override
    def search(
        self, query: Bag, choose: Selector[_T], verified: Verified, seconds: float = 0.0
    ) -> tuple[MatchCounts, _T]:
        return self._read_current(
            lambda index: matching.search(index, query, choose, verified, seconds)
        )

    @override
    def mentions(self, node: Mention) -> Mapping[str, int]:
        return self._read_current(lambda index: matching.mentions(index, node))

    @override
    def mention_counts(
        self, keys: Collection[str] | None = None
    ) -> Mapping[str, Mapping[str, int]]:
        return self._read_current(lambda index: mention_counts(index, keys))

    @override
    def names_of(self, passages: Iterable[str]) -> Mapping[str, Sequence[str]]:
        ids = tuple(passages)
        return self._read_current(lambda index: names_by_passage(index, ids))

    @override
    def terms(self, prefix: str) -> Iterator[str]:

        def read_terms(index: SegmentedIndex) -> list[str]:
            terms = [term for term in index.terms("words", prefix) if not term.startswith("=")]
            return (
                terms
                if index.has_no_deletions
                else [term for term in terms if index.has("words", term)]
            )

        return iter(self._read_current(read_terms))

    @override
    def frequency(self, term: str) -> int:
        return self._read_current(lambda index: index.tally("words", term)[0])

    @override
    def tidy(self) -> None:
        if current := generations.read_manifest(self._root):
            generations.remove_old_generations(self._root, current)

    @override
    def upto(self, *, verify: bool = False) -> int:
        """Return 0 if another version wrote the index, or if it is damaged."""
        try:
            manifest = generations.read_manifest(self._root)
            if manifest and _is_readable(manifest):
                generations.check_sizes(self._root, manifest)
                if not (verify and generations.find_changed_file(self._root, manifest)):
                    return manifest.upto
        except CorpusDamaged:
            pass
        return 0

    @contextmanager
    @override
    def writer(
        self, upto: int, *, fresh: bool = False, names: NameTable | None = None
    ) -> Iterator[GenerationWriter]:
        # A reader does not load the modules of a writer.
        from corpus_cli.engines.whoosh.inverters import InverterPool
        from corpus_cli.engines.whoosh.writing import GenerationWriter

        self._inverters = self._inverters or InverterPool()
        base = None if fresh else generations.read_manifest(self._root)
        if base and (names is None or names.digest != base.names):
            base_names = generations.read_names(self._root, base)
        else:
            base_names = names if base and names else NO_NAMES
        names = base_names if names is None else names
        segments: dict[str, tuple[int, ...]] = {}

        def make_manifest(number: int, files: Mapping[str, tuple[int, str]]) -> Manifest:
            fingerprints = *_compute_fingerprints(), names.digest
            return Manifest(1, number, upto, *fingerprints, segments, files)

        with generations.next_generation(self._root, base, make_manifest) as folder:
            removed_by_segment = base.segments if base else {}
            if not base or names.digest != base.names:
                generations.write_names(folder, names)
            writer = GenerationWriter(
                folder, removed_by_segment, self._inverters, base_names, names
            )
            yield writer
            segments |= writer.finish()
        self._release_segments()

    @override
    def names_digest(self) -> str:
        manifest = generations.read_manifest(self._root)
        return manifest.names if manifest and _is_readable(manifest) else ""

    @override
    def names(self) -> NameTable:
        manifest = self._read_manifest()
        if not self._names or self._names.digest != manifest.names:
            self._names = self._read_current(lambda _: generations.read_names(self._root, manifest))
        return self._names

    @override
    def close(self) -> None:
        self._release_segments()
        if self._inverters:
            self._inverters.close()

    def _release_segments(self) -> None:
        self._current = None

    def _read_current(self, read: Callable[[SegmentedIndex], _T]) -> _T:
        """Return what a function reads in the current generation.

        Try again if commits replaced the generation meanwhile. Raises `CorpusDamaged` for any
        error if the bytes of the index are not those that were written.
        """
        for _ in range(_MAX_ATTEMPTS):
            manifest = self._read_manifest()
            try:
                return read(self._open_index(manifest))
            except Exception as error:
                # Two commits since CURRENT was read: its folder was removed.
                if self._read_manifest().generation != manifest.generation:
                    continue
                self._release_segments()
                changed = generations.find_changed_file(self._root, manifest)
                if changed:
                    raise generations.damaged_error(self._root, changed) from error
                if isinstance(error, OSError):
                    folder = self._root / manifest.folder
                    raise generations.explain_error(self._root, folder, error) from error
                raise
        raise generations.damaged_error(self._root, "it changes faster than it can be read")

    def _read_manifest(self) -> Manifest:
        manifest = generations.read_manifest(self._root)
        if manifest is None:
            raise generations.damaged_error(self._root, f"it has no {generations.CURRENT}")
        if not _is_readable(manifest):
            raise CorpusDamaged(
                f"the index in {self._root} was written by another version of corpus. "
                "Bring it up to date with: corpus reindex"
            )
        return manifest

    def _open_index(self, manifest: Manifest) -> SegmentedIndex:
        if not self._current or self._current[0].generation != manifest.generation:
            self._release_segments()
            self._current = manifest, SegmentedIndex(open_segments(self._root, manifest))
        return self._current[1]


def open_segments(root: Path, manifest: Manifest) -> Sequence[Segment]:
    """Open the segments of a generation. Raises what `generations.check_sizes` raises."""
    generations.check_sizes(root, manifest)
    folder = root / manifest.folder
    return [Segment(folder / name, removed) for name, removed in manifest.segments.items()]


def _compute_fingerprints() -> tuple[str, str]:
    """Return the fingerprints of layout and analysis that an index must have to be read."""
    layout = f"{MAGIC.decode().strip()}, {sys.byteorder}-endian"
    return layout, f"{ANALYSIS}, Unicode {unicodedata.unidata_version}"


def _is_readable(manifest: Manifest) -> bool:
    """Return whether this version of `corpus` can read the index."""
    return (manifest.layout, manifest.analysis) == _compute_fingerprints()
