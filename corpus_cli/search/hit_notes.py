"""Add the notes and tags of a person to hits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from corpus_cli.model import Hit
from corpus_cli.model.annotations import Annotation, merge_tags
from corpus_cli.store.store import Store


def add_annotations(hits: Sequence[Hit], store: Store) -> Iterator[Hit]:
    """Yield hits with the notes and tags on their passages, and on their articles."""
    by_place: defaultdict[tuple[str, int | None], list[Annotation]] = defaultdict(list)
    for one in store.annotations.of({hit.passage.article for hit in hits}):
        by_place[one.now_article, one.now_passage].append(one)
    for hit in hits:
        article = hit.passage.article
        annotations = [*by_place[article, hit.passage.n], *by_place[article, None]]
        yield hit._replace(
            notes=tuple((one.place, one.note) for one in annotations if one.note),
            my_tags=merge_tags(annotations),
        )
