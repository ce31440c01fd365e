"""Find the near-copies in one or several corpora."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import combinations

from corpus_cli.model import Header, earliest
from corpus_cli.store.store import Store

_Copy = tuple[int, str]
"""The number of a store, and the id of an article in it."""


def find_clusters(stores: Sequence[tuple[str, Store]]) -> list[Sequence[Header]]:
    """Return the clusters of near-copies, the earliest article of each first.

    Each store has a name, which the headers of its articles get. A store knows its own clusters;
    the articles of different stores are compared here, and clusters that share an article are one.
    """
    with ExitStack() as snapshots:
        for _, store in stores:
            snapshots.enter_context(store.snapshot())
        return _find_clusters(stores)


def _find_clusters(stores: Sequence[tuple[str, Store]]) -> list[Sequence[Header]]:
    union: dict[_Copy, _Copy] = {}
    for number, (_, store) in enumerate(stores):
        for first, *copies in store.near_copies.clusters():
            for other in copies:
                _join(union, (number, first), (number, other))
    for left, right in combinations(range(len(stores)), 2):
        for article, other in _copies(stores[left][1], stores[right][1]):
            _join(union, (left, article), (right, other))
    clusters: defaultdict[_Copy, list[_Copy]] = defaultdict(list)
    for copy in list(union):
        clusters[_root(union, copy)].append(copy)
    return [_headers(stores, clusters[root]) for root in sorted(clusters)]


def _copies(left: Store, right: Store) -> Iterator[tuple[str, str]]:
    """Yield the pairs of articles of two stores that are the same or near-copies."""
    common = set(left.ids()).intersection(right.ids())
    yield from ((article, article) for article in sorted(common))
    for article, sketch in left.near_copies.sketches():
        yield from ((article, other) for other in right.near_copies.similar(sketch))


def _join(union: dict[_Copy, _Copy], one: _Copy, other: _Copy) -> None:
    """Put two articles in one cluster."""
    roots = sorted((_root(union, one), _root(union, other)))
    union[roots[1]] = union[roots[0]] = roots[0]


def _root(union: dict[_Copy, _Copy], copy: _Copy) -> _Copy:
    """Return the article that stands for a cluster: the first by store and id."""
    path = [copy]
    while union.setdefault(path[-1], path[-1]) != path[-1]:
        path.append(union[path[-1]])
    union.update(dict.fromkeys(path, path[-1]))
    return path[-1]


def _headers(stores: Sequence[tuple[str, Store]], copies: Sequence[_Copy]) -> Sequence[Header]:
    """Return the headers of the articles of a cluster, the earliest first."""
    headers: list[Header] = []
    for number, (name, store) in enumerate(stores):
        ids = sorted(article for of, article in copies if of == number)
        headers += (header._replace(corpus=name) for header in store.headers(ids).values())
    return sorted(headers, key=earliest)
