"""The engine whose index is on disk."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from corpus_cli.engines import matching
from corpus_cli.engines.port import Choose, Found, Verified
from corpus_cli.engines.whoosh import generations
from corpus_cli.engines.whoosh.generations import Manifest
from corpus_cli.engines.whoosh.index import SegmentedIndex
from corpus_cli.engines.whoosh.layout import MAGIC
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.errors import CorpusDamaged
from corpus_cli.query.nodes import Bag, Mention

if TYPE_CHECKING:
    from corpus_cli.engines.whoosh.inverters import Inverters
    from corpus_cli.engines.whoosh.writing import Writing

_T = TypeVar("_T")

ANALYSIS: Final = 1
"""The number of the analysis. Raise it when texts become different terms: a test checks this."""

_ATTEMPTS = 5


class WhooshEngine:
    """The index in one folder. Readers use the current generation; a writer makes the next."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: tuple[Manifest, SegmentedIndex] | None = None
        self._inverters: Inverters | None = None

    def search(
        self, query: Bag, choose: Choose[_T], verified: Verified, seconds: float = 0.0
    ) -> tuple[Found, _T]:
        """See `port.Engine`."""
        return self._ask(lambda index: matching.search(index, query, choose, verified, seconds))

    def mentions(self, node: Mention) -> Mapping[str, int]:
        """See `port.Engine`."""
        return self._ask(lambda index: matching.mentions(index, node))

    def terms(self, prefix: str) -> Iterator[str]:
        """See `port.Engine`."""

        def known(index: SegmentedIndex) -> list[str]:
            terms = [term for term in index.terms("words", prefix) if not term.startswith("=")]
            return terms if index.whole else [term for term in terms if index.has("words", term)]

        return iter(self._ask(known))

    def frequency(self, term: str) -> int:
        """See `port.Engine`."""
        return self._ask(lambda index: index.tally("words", term)[0])

    def tidy(self) -> None:
        """See `port.Engine`."""
        if current := generations.read(self._root):
            generations.collect(self._root, current)

    def upto(self, *, verify: bool = False) -> int:
        """See `port.Engine`. Return 0 if another version wrote the index, or if it is damaged."""
        try:
            manifest = generations.read(self._root)
            if manifest and _fits(manifest):
                generations.check(self._root, manifest)
                if not (verify and generations.changed(self._root, manifest)):
                    return manifest.upto
        except CorpusDamaged:
            pass
        return 0

    @contextmanager
    def writer(self, upto: int, *, fresh: bool = False) -> Iterator[Writing]:
        """See `port.Engine`."""
        # A reader does not load the modules of a writer.
        from corpus_cli.engines.whoosh.inverters import Inverters
        from corpus_cli.engines.whoosh.writing import Writing

        self._inverters = self._inverters or Inverters()
        base = None if fresh else generations.read(self._root)
        segments: dict[str, tuple[int, ...]] = {}

        def publish(number: int, files: Mapping[str, tuple[int, str]]) -> Manifest:
            return Manifest(1, number, upto, *_fingerprints(), segments, files)

        with generations.next_generation(self._root, base, publish) as folder:
            known = base.segments if base else {}
            writer = Writing(folder, known, self._inverters)
            yield writer
            segments |= writer.finish()
        self._let_go()

    def close(self) -> None:
        """See `port.Engine`."""
        self._let_go()
        if self._inverters:
            self._inverters.close()

    def _let_go(self) -> None:
        self._open = None

    def _ask(self, question: Callable[[SegmentedIndex], _T]) -> _T:
        """Return what a function reads in the current generation.

        Try again if commits replaced the generation meanwhile. Raises `CorpusDamaged` for any
        error if the bytes of the index are not those that were written.
        """
        for _ in range(_ATTEMPTS):
            manifest = self._manifest()
            try:
                return question(self._opened(manifest))
            except Exception as error:
                # Two commits since CURRENT was read: its folder was removed.
                if self._manifest().generation != manifest.generation:
                    continue
                self._let_go()
                changed = generations.changed(self._root, manifest)
                if changed:
                    raise generations.damaged(self._root, changed) from error
                if isinstance(error, OSError):
                    folder = self._root / manifest.folder
                    raise generations.explain(self._root, folder, error) from error
                raise
        raise generations.damaged(self._root, "it changes faster than it can be read")

    def _manifest(self) -> Manifest:
        manifest = generations.read(self._root)
        if manifest is None:
            raise generations.damaged(self._root, f"it has no {generations.CURRENT}")
        if not _fits(manifest):
            raise CorpusDamaged(
                f"the index in {self._root} was written by another version of corpus. "
                "Bring it up to date with: corpus reindex"
            )
        return manifest

    def _opened(self, manifest: Manifest) -> SegmentedIndex:
        if not self._open or self._open[0].generation != manifest.generation:
            self._let_go()
            self._open = manifest, SegmentedIndex(opened(self._root, manifest))
        return self._open[1]


def opened(root: Path, manifest: Manifest) -> Sequence[Segment]:
    """Open the segments of a generation. Raises what `generations.check_sizes` raises."""
    generations.check(root, manifest)
    folder = root / manifest.folder
    return [Segment(folder / name, removed) for name, removed in manifest.segments.items()]


def _fingerprints() -> tuple[str, str]:
    """Return the fingerprints of layout and analysis that an index must have to be read."""
    layout = f"{MAGIC.decode().strip()}, {sys.byteorder}-endian"
    return layout, f"{ANALYSIS}, Unicode {unicodedata.unidata_version}"


def _fits(manifest: Manifest) -> bool:
    """Return whether this version of `corpus` can read the index."""
    return (manifest.layout, manifest.analysis) == _fingerprints()
