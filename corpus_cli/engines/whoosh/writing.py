"""Write a generation: add segments and merge them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, islice
from pathlib import Path

from corpus_cli.engines.name_changes import compare_names
from corpus_cli.engines.port import ArticleContent, Writer
from corpus_cli.engines.whoosh.inverters import InversionPart, InverterPool, MentionsPart
from corpus_cli.engines.whoosh.layout import SEGMENT_SUFFIX
from corpus_cli.engines.whoosh.merging import merge_segments
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.model.name_table import NameTable
from corpus_cli.system.files import path_exists
from corpus_cli.system.overriding import override

_ARTICLES_PER_PART = 250
"""How many articles are inverted together."""

MAX_SEGMENTS = 8
"""The most segments of a generation, because a search reads all of them."""

MAX_SEGMENTS_BETWEEN = 128
"""The most segments of a generation in the middle of an ingest, which merges all at its end."""


class GenerationWriter(Writer):
    """Changes to one generation, which nobody reads before it is complete.

    `removed_by_segment` are the segments of the base, and the removed articles of each. Mentions
    of `names` are indexed; those in the base are of `base_names`.
    """

    def __init__(
        self,
        folder: Path,
        removed_by_segment: Mapping[str, Sequence[int]],
        inverters: InverterPool,
        base_names: NameTable,
        names: NameTable,
    ) -> None:
        self._folder = folder
        self._base_names, self._names = base_names, names
        self._base_segments = tuple(removed_by_segment)
        self._inverters = inverters
        self._removed = {name: set(removed) for name, removed in removed_by_segment.items()}
        self._segments = {name: Segment(folder / name) for name in removed_by_segment}
        self._parts = count()

    @override
    def fill(self, articles: Iterable[ArticleContent], jobs: int) -> None:
        """The bytes that are written do not depend on `jobs`."""
        remaining = iter(articles)
        parts = map(self._make_part, iter(lambda: list(islice(remaining, _ARTICLES_PER_PART)), []))
        first_parts = list(islice(parts, 2))
        is_bulk = len(first_parts) > 1
        all_parts = chain(first_parts, parts)
        if jobs > 1 and is_bulk:
            for part in self._inverters.run(all_parts, jobs):
                self._add_segments(part.segment_names())
        else:
            for part in all_parts:
                part.invert(bulk=is_bulk)
                self._add_segments(part.segment_names())

    @override
    def remove(self, article: str) -> None:
        for name, segment in self._segments.items():
            ordinal = segment.find_article(article)
            if ordinal >= 0:
                self._removed[name].add(ordinal)

    def finish(self, *, is_last: bool) -> dict[str, tuple[int, ...]]:
        """Merge segments if there are too many, and rewrite those that lost half of their articles.

        Return the segments of the generation, and the removed articles of each.
        """
        self._update_mentions()
        if is_last:
            # The memory of the children is needed for merging.
            self._inverters.close()
        self._merge_smallest(MAX_SEGMENTS if is_last else MAX_SEGMENTS_BETWEEN)
        return {name: tuple(sorted(removed)) for name, removed in self._removed.items()}

    def _make_part(self, articles: Sequence[ArticleContent]) -> InversionPart:
        generation = self._folder.name.rpartition("-")[2]
        return InversionPart(
            self._folder.absolute(), f"{generation}-{next(self._parts)}", articles, self._names
        )

    def _add_segments(self, names: Iterable[str]) -> None:
        for name in names:
            self._segments[name] = Segment(self._folder / name)
            self._removed[name] = set()

    def _update_mentions(self) -> None:
        """Write the segments of the base again if they lack mentions of names that changed.

        Children do this if there are any, as there are after many articles were inverted.
        """
        changes = compare_names(self._base_names, self._names)
        if not changes or not self._base_segments:
            return
        stale_names = changes.stale_names
        parts = (
            MentionsPart(
                self._folder.absolute() / name,
                sorted(self._removed[name]),
                stale_names,
                self._folder.absolute() / f"{self._make_part(()).stem}{SEGMENT_SUFFIX}",
                self._names,
            )
            for name in self._base_segments
        )
        for part in self._run(parts):
            if path_exists(part.new_path):
                self._replace_segment(part.path.name, part.new_path.name)

    def _run(self, parts: Iterator[MentionsPart]) -> Iterator[MentionsPart]:
        if self._inverters.count():
            yield from self._inverters.run(parts, self._inverters.count())
            return
        for part in parts:
            part.run()
            yield part

    def _replace_segment(self, old: str, new: str) -> None:
        """Put a new segment with the same articles in the place of an old one."""
        self._segments = {
            new if name == old else name: Segment(self._folder / new) if name == old else segment
            for name, segment in self._segments.items()
        }
        self._removed = {
            new if name == old else name: removed for name, removed in self._removed.items()
        }
        (self._folder / old).unlink()

    def _merge_smallest(self, limit: int) -> None:
        """Merge the smallest segments if there are too many, and those with few live articles.

        A segment that need not be merged is merged too if it has no more articles than those
        before it together: so a passage is written again about as often as its segment doubles.
        """
        live_articles = {
            name: segment.articles - len(self._removed[name])
            for name, segment in self._segments.items()
        }
        names_by_size = sorted(live_articles, key=live_articles.__getitem__)
        names_to_merge = set[str]()
        for name in names_by_size if len(live_articles) > limit else ():
            is_required = len(live_articles) - len(names_to_merge) + 1 > limit
            if not is_required and live_articles[name] > sum(
                map(live_articles.__getitem__, names_to_merge)
            ):
                break
            names_to_merge.add(name)
        names_to_merge.update(
            name
            for name in live_articles
            if 2 * live_articles[name] <= self._segments[name].articles
        )
        source_names = [
            name for name in self._segments if name in names_to_merge and live_articles[name]
        ]
        if source_names:
            sources = [
                Segment(self._folder / name, sorted(self._removed[name])) for name in source_names
            ]
            path = self._folder / f"{self._make_part(()).stem}{SEGMENT_SUFFIX}"
            merge_segments(sources, path)
            self._add_segments([path.name])
        for name in names_to_merge:
            del self._segments[name]
            del self._removed[name]
            (self._folder / name).unlink()
