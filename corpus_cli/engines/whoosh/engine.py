"""The engine whose index is on disk."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus_cli.engines.index_snapshot import IndexSnapshot
from corpus_cli.engines.port import Change, ChangeLog, Engine, Lag, measure_lag
from corpus_cli.engines.whoosh import generations
from corpus_cli.engines.whoosh.generations import Manifest
from corpus_cli.engines.whoosh.index import SegmentedIndex
from corpus_cli.engines.whoosh.layout import MAGIC
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.errors import CorpusDamaged, CorpusError
from corpus_cli.model.name_table import NO_NAMES, NameTable
from corpus_cli.system.overriding import override
from corpus_cli.text.shell import index_option

if TYPE_CHECKING:
    from corpus_cli.engines.whoosh.inverters import InverterPool
    from corpus_cli.engines.whoosh.writing import GenerationWriter

ANALYSIS: Final = 6
"""The number of the analysis. Raise it when texts become different terms: a test checks this."""

_MAX_ATTEMPTS = 5


class WhooshEngine(Engine):
    """The index in one folder. Readers use the current generation; a writer makes the next."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._current: tuple[Manifest, SegmentedIndex] | None = None
        self._inverters: InverterPool | None = None
        self._names: tuple[str, NameTable] = "", NO_NAMES

    @contextmanager
    @override
    def snapshot(self) -> Iterator[IndexSnapshot]:
        manifest, index = self._open_current()
        try:
            yield IndexSnapshot(
                index, manifest.upto, manifest.names, partial(self._load_names, manifest)
            )
        except CorpusError:
            raise
        except Exception as error:
            # Its files may be damaged, or they may be removed after two more commits.
            self._release_segments()
            is_current = self._read_manifest().generation == manifest.generation
            if is_current and (damage := self._find_damage(manifest)):
                raise generations.damaged_error(self._root, damage) from error
            raise

    @override
    def lag(self, log: ChangeLog, *, verify: bool = False) -> Lag:
        return measure_lag(self._upto(verify=verify), log)

    @override
    def lacking(self, log: ChangeLog) -> Iterable[Change]:
        upto = self._upto()
        return log.changes(0 if measure_lag(upto, log).must_be_rebuilt else upto)

    @override
    def is_empty(self) -> bool:
        return not self._upto()

    @override
    def tidy(self) -> None:
        if current := generations.read_manifest(self._root):
            generations.remove_old_generations(self._root, current)

    def _upto(self, *, verify: bool = False) -> int:
        """Return the last change that the index has.

        Return 0 if another version wrote the index, or if it is damaged.
        """
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
        self,
        upto: int,
        *,
        fresh: bool = False,
        names: NameTable | None = None,
        is_last: bool = True,
    ) -> Iterator[GenerationWriter]:
        # A reader does not load the modules of a writer.
        from corpus_cli.engines.whoosh.inverters import InverterPool
        from corpus_cli.engines.whoosh.writing import GenerationWriter

        self._inverters = self._inverters or InverterPool()
        base = None if fresh else generations.read_manifest(self._root)
        if base and (names is None or names.digest != base.names):
            base_names = self._load_names(base)
        else:
            base_names = names if base and names else NO_NAMES
        new_names = base_names if names is None else names
        segments: dict[str, tuple[int, ...]] = {}

        def make_manifest(number: int, files: Mapping[str, tuple[int, str]]) -> Manifest:
            fingerprints = *compute_fingerprints(), new_names.digest
            return Manifest(generations.VERSION, number, upto, *fingerprints, segments, files)

        try:
            with generations.next_generation(self._root, base, make_manifest) as folder:
                removed_by_segment = base.segments if base else {}
                if not base or new_names.digest != base.names:
                    generations.write_names(folder, new_names)
                writer = GenerationWriter(
                    folder, removed_by_segment, self._inverters, base_names, new_names
                )
                yield writer
                segments |= writer.finish(is_last=is_last)
        except (CorpusError, OSError):
            raise
        except Exception as error:
            # What is copied or merged may be from a stranger, with every digest right.
            if base and (damage := self._find_damage(base)):
                raise generations.damaged_error(self._root, damage) from error
            raise
        self._release_segments()

    @override
    def names_digest(self) -> str:
        try:
            manifest = generations.read_manifest(self._root)
        except CorpusDamaged:
            return ""
        return manifest.names if manifest and _is_readable(manifest) else ""

    @override
    def close(self) -> None:
        self._release_segments()
        if self._inverters:
            self._inverters.close()

    def _load_names(self, manifest: Manifest) -> NameTable:
        """Return the names whose mentions a generation has."""
        if self._names[0] != manifest.names:
            self._names = manifest.names, generations.read_names(self._root, manifest)
        return self._names[1]

    def _release_segments(self) -> None:
        self._current = None

    def _open_current(self) -> tuple[Manifest, SegmentedIndex]:
        """Open the current generation; try again if commits replaced it meanwhile."""
        for _ in range(_MAX_ATTEMPTS):
            manifest = self._read_manifest()
            if self._current and self._current[0].generation == manifest.generation:
                # What another program has cut off must not be read: see `segment`.
                generations.check_sizes(self._root, manifest)
                return self._current
            self._release_segments()
            try:
                segments = open_segments(self._root, manifest)
            except Exception as error:
                # Two commits since CURRENT was read: its folder was removed.
                if self._read_manifest().generation != manifest.generation:
                    continue
                if damage := self._find_damage(manifest, error):
                    raise generations.damaged_error(self._root, damage) from error
                if isinstance(error, OSError):
                    folder = self._root / manifest.folder
                    raise generations.explain_error(self._root, folder, error) from error
                raise
            self._current = manifest, SegmentedIndex(segments)
            return self._current
        raise generations.damaged_error(self._root, "it changes faster than it can be read")

    def _find_damage(self, manifest: Manifest, error: Exception | None = None) -> str:
        """Describe what is wrong with the files of a generation after an error; empty if nothing.

        `error` is that of opening a segment. The bytes may be those that were written, but by
        a stranger.
        """
        from corpus_cli.engines.whoosh.segment_check import find_fault

        if changed := generations.find_changed_file(self._root, manifest):
            return changed
        if error:
            return str(error) if isinstance(error, CorpusDamaged | ValueError) else ""
        segments = open_segments(self._root, manifest)
        return next(filter(None, map(find_fault, segments)), "")

    def _read_manifest(self) -> Manifest:
        manifest = generations.read_manifest(self._root)
        if manifest is None:
            raise generations.damaged_error(self._root, f"it has no {generations.CURRENT}")
        if not _is_readable(manifest):
            raise CorpusDamaged(
                f"the index in {self._root} was written by another version of corpus. "
                f"Bring it up to date with: corpus reindex{index_option(self._root)}"
            )
        return manifest


def open_segments(root: Path, manifest: Manifest) -> Sequence[Segment]:
    """Open the segments of a generation. Raises what `generations.check_sizes` raises."""
    generations.check_sizes(root, manifest)
    folder = root / manifest.folder
    return [Segment(folder / name, removed) for name, removed in manifest.segments.items()]


def compute_fingerprints() -> tuple[str, str]:
    """Return the fingerprints of layout and analysis that an index must have to be read."""
    layout = f"{MAGIC.decode().strip()}, {sys.byteorder}-endian"
    return layout, f"{ANALYSIS}, Unicode {unicodedata.unidata_version}"


def _is_readable(manifest: Manifest) -> bool:
    """Return whether this version of `corpus` can read the index."""
    return (manifest.layout, manifest.analysis) == compute_fingerprints()
