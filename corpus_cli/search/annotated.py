"""Find passages by the notes and tags of a person."""

from __future__ import annotations

from collections.abc import Sequence

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.engines.plan import plan_query
from corpus_cli.model import Passage, article_of
from corpus_cli.query.nodes import ANY, Bag, Field, Must, Wild
from corpus_cli.search.moment import Moment


def annotated_passages(node: Field, moment: Moment, clock: Clock) -> frozenset[str]:
    """Return the passages with a note or a tag that matches `note:` or `mytag:`.

    An annotation of an article, or of a passage that is lost, counts for all its passages. Raises
    `TimeOver`.
    """
    if not moment.store.has_annotations():
        return frozenset()
    annotations = [one for one in moment.store.annotations.all() if one.is_live]
    texts = [(one.note,) if node.name == "note" else one.tags for one in annotations]
    matching = [annotations[number] for number in _match(node, texts, clock)]
    passages = {one.id for one in matching if one.now_passage is not None}
    articles = [one.now_article for one in matching if one.now_passage is None]
    return frozenset(passages.union(moment.store.passage_ids(articles)))


def _match(node: Field, texts: Sequence[Sequence[str]], clock: Clock) -> set[int]:
    """Return the numbers of those of which a text matches, as a passage would."""
    if node.node == Wild(ANY):
        return {number for number, parts in enumerate(texts) if any(parts)}
    query = node.node if isinstance(node.node, Bag) else Bag((Must(node.node),))
    engine = MemoryEngine()
    with engine.writer(1) as writer:
        writer.fill(((_passages(str(number), parts), {}) for number, parts in enumerate(texts)), 1)
    with engine.snapshot() as index:
        candidates = index.match(plan_query(query, index, {}), clock)
    if candidates.counts.partial:
        raise TimeOver
    return {int(article_of(passage)) for passage, _ in candidates.ranked()}


def _passages(number: str, texts: Sequence[str]) -> list[Passage]:
    return [Passage(number, n, 0, len(text), (1, 1), text) for n, text in enumerate(texts) if text]
