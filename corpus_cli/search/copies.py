"""Near-copies of a passage behind the earliest of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from heapq import heappop, heappush
from itertools import chain
from typing import Any, NamedTuple

from corpus_cli.engines.port import Ordered
from corpus_cli.model import Match, article_of, earliest
from corpus_cli.store.articles import Store

_ALIKE = 200


class Shown(NamedTuple):
    """A match, and the other articles that have a near-copy of its passage, earliest first.

    `matches` is how many passages of its article match, where articles are counted.
    """

    match: Match
    copies: tuple[str, ...] = ()
    matches: int = 0


def folded(
    ranked: Iterable[tuple[str, float]],
    candidates: Ordered,
    store: Store,
    key: Callable[[tuple[str, float]], tuple[Any, ...]],
) -> Iterator[Shown]:
    """Each passage once, in the order of a key: of near-copies the one in the earliest article.

    Articles of one cluster share only a part: what stands in one of them alone is shown
    beside the others.
    """
    hidden: set[str] = set()
    # What stands for a better copy comes where it would have come by itself.
    waiting: list[tuple[tuple[Any, ...], Shown]] = []
    known = _Known(store)
    for one in ranked:
        here = key(one)
        while waiting and waiting[0][0] < here:
            yield heappop(waiting)[1]
        if one[0] in hidden:
            continue
        copies = [copy for copy in known.copies(one[0]) if copy not in hidden]
        hidden.update((one[0], *copies))
        if shown := _first([one[0], *copies], candidates, known):
            heappush(waiting, (key((shown.match.passage, shown.match.score)), shown))
    while waiting:
        yield heappop(waiting)[1]


def _first(group: list[str], candidates: Ordered, known: _Known) -> Shown | None:
    """The earliest of near-copies that matches as well as any of them."""
    if len(group) > 1:
        group = sorted(group, key=lambda passage: earliest(known.header(article_of(passage))))
    matches = list(filter(None, map(candidates.match, group)))
    if not matches:
        return None
    # A copy that lacks words of the query does not stand for one that has them.
    fewest = min(len(match.lacks) for match in matches)
    first = next(match for match in matches if len(match.lacks) == fewest)
    others = (article_of(passage) for passage in group)
    return Shown(first, tuple(dict.fromkeys(a for a in others if a != article_of(first.passage))))


class _Cluster(NamedTuple):
    """The sketches of passages, and which of them have a hash."""

    sketches: Mapping[str, bytes]
    holding: Mapping[int, Sequence[str]]


class _Known:
    """Headers of articles, and the passages of clusters by what they share, looked up once."""

    def __init__(self, store: Store) -> None:
        self.header = cache(store.header)
        self._siblings = cache(store.near_copies.siblings)
        self._passages = store.passages
        self._cluster = cache(self._read)

    def copies(self, passage: str) -> Iterator[str]:
        """The passages of its near-copies that are alike, one of each."""
        article = article_of(passage)
        siblings = self._siblings(article)
        if not siblings:
            return
        from corpus_cli.text.sketches import NEAR, keys, likeness

        sketches, holding = self._cluster(tuple(sorted([article, *siblings])))
        own = sketches[passage]
        met = {article}
        for other in dict.fromkeys(chain.from_iterable(holding[key] for key in keys(own))):
            if article_of(other) not in met and likeness(own, sketches[other]) >= NEAR:
                met.add(article_of(other))
                yield other

    def _read(self, articles: Sequence[str]) -> _Cluster:
        from corpus_cli.text.sketches import keys, sketch

        sketches = {
            passage.id: sketch(passage.text, fewest=1)
            for article in articles
            for passage in self._passages(article)
        }
        holding: defaultdict[int, list[str]] = defaultdict(list)
        for passage, made in sketches.items():
            for key in keys(made):
                # Of very many alike any will do.
                if len(holding[key]) < _ALIKE:
                    holding[key].append(passage)
        return _Cluster(sketches, holding)
