"""Write a generation: add segments and merge them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from corpus_cli.engines.port import Facts, Read
from corpus_cli.engines.whoosh.inverters import Inverters, Part
from corpus_cli.engines.whoosh.layout import SUFFIX
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.engines.whoosh.writer import merged
from corpus_cli.model import Passage

_PART = 250
"""How many articles are inverted together."""

SEGMENTS = 8
"""The most segments of a generation, because a search reads all of them."""


class Writing:
    """Changes to one generation, which nobody reads before it is complete.

    `removed_by_segment` are the segments of the base, and the removed articles of each.
    """

    def __init__(
        self, folder: Path, known: Mapping[str, Sequence[int]], inverters: Inverters
    ) -> None:
        self._folder = folder
        self._inverters = inverters
        self._removed = {name: set(removed) for name, removed in known.items()}
        self._segments = {name: Segment(folder / name) for name in known}
        self._parts = count()

    def fill(self, articles: Sequence[str], read: Read, jobs: int) -> None:
        """See `port.Writer`. The bytes that are written do not depend on `jobs`."""

        def parts() -> Iterator[Part]:
            for at in range(0, len(articles), _PART):
                yield self._part([read(article) for article in articles[at : at + _PART]])

        if jobs > 1 and len(articles) > _PART:
            for part in self._inverters.invert(parts(), jobs):
                self._take(part.segments())
        else:
            for part in parts():
                part.invert()
                self._take(part.segments())

    def remove(self, article: str) -> None:
        """See `port.Writer`."""
        for name, segment in self._segments.items():
            ordinal = segment.find(article)
            if ordinal >= 0:
                self._removed[name].add(ordinal)

    def finish(self) -> dict[str, tuple[int, ...]]:
        """Merge segments if there are too many.

        Return the segments of the generation, and the removed articles of each.
        """
        self._merge()
        return {name: tuple(sorted(removed)) for name, removed in self._removed.items()}

    def _part(self, held: Sequence[tuple[Sequence[Passage], Facts]]) -> Part:
        generation = self._folder.name.rpartition("-")[2]
        return Part(self._folder.absolute(), f"{generation}-{next(self._parts)}", held)

    def _take(self, names: Iterable[str]) -> None:
        for name in names:
            self._segments[name] = Segment(self._folder / name)
            self._removed[name] = set()

    def _merge(self) -> None:
        """Merge the smallest segments, and those with half of their articles removed.

        A segment that need not be merged is merged too if it has no more articles than those
        before it together: so a passage is written again about as often as its segment doubles.
        """
        left = {
            name: segment.articles - len(self._removed[name])
            for name, segment in self._segments.items()
        }
        rising = sorted(left, key=left.__getitem__)
        merge = set[str]()
        for name in rising if len(left) > SEGMENTS else ():
            least = len(left) - len(merge) + 1 > SEGMENTS
            if not least and left[name] > sum(map(left.__getitem__, merge)):
                break
            merge.add(name)
        merge.update(name for name in left if 2 * left[name] <= self._segments[name].articles)
        kept = [name for name in self._segments if name in merge and left[name]]
        if kept:
            sources = [Segment(self._folder / name, sorted(self._removed[name])) for name in kept]
            path = self._folder / f"{self._part(()).stem}{SUFFIX}"
            merged(sources, path)
            self._take([path.name])
        for name in merge:
            del self._segments[name]
            del self._removed[name]
            (self._folder / name).unlink()
