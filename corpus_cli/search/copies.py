"""Near-copies of a passage behind the earliest of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from corpus_cli.model import Match, earliest
from corpus_cli.store.articles import Store
from corpus_cli.text.sketches import NEAR, keys, likeness, sketch

_ALIKE = 200


class Shown(NamedTuple):
    """A match, and the other articles that have a near-copy of its passage, earliest first.

    `first` tells that the earliest of them was among the matches.
    """

    match: Match
    copies: tuple[str, ...] = ()
    first: bool = True


def folded(matches: Sequence[Match], store: Store) -> list[Shown]:
    """Each passage once, best score first: of near-copies the one in the earliest article.

    Articles of one cluster share only a part: what stands in one of them alone is shown
    beside the others.
    """
    scored = {match.passage: match for match in matches}
    hidden: set[str] = set()
    shown: list[Shown] = []
    known = _Known(store)
    for match in matches:
        if match.passage in hidden:
            continue
        group = [match.passage, *known.copies(match.passage)]
        hidden.update(group)
        group.sort(key=lambda passage: earliest(known.header(_article(passage))))
        # A copy that lacks words of the query does not stand for one that has them.
        held = [passage for passage in group if passage in scored]
        fewest = min(len(scored[passage].lacks) for passage in held)
        first = next(passage for passage in held if len(scored[passage].lacks) == fewest)
        others = (_article(passage) for passage in group)
        articles = tuple(dict.fromkeys(a for a in others if a != _article(first)))
        shown.append(Shown(scored[first], articles, group[0] in scored))
    return sorted(shown, key=lambda one: (-one.match.score, one.match.passage))


class _Cluster(NamedTuple):
    """The sketches of passages, and which of them have a hash."""

    sketches: Mapping[str, bytes]
    holding: Mapping[int, Sequence[str]]


class _Known:
    """Headers of articles, and the passages of clusters by what they share, looked up once."""

    def __init__(self, store: Store) -> None:
        self.header = cache(store.header)
        self._siblings = cache(store.alike.siblings)
        self._passages = store.passages
        self._cluster = cache(self._read)

    def copies(self, passage: str) -> Iterator[str]:
        """The passages of its near-copies that are alike, one of each."""
        article = _article(passage)
        siblings = self._siblings(article)
        if not siblings:
            return
        sketches, holding = self._cluster(tuple(sorted([article, *siblings])))
        own = sketches[passage]
        met = {article}
        for other in dict.fromkeys(chain.from_iterable(holding[key] for key in keys(own))):
            if _article(other) not in met and likeness(own, sketches[other]) >= NEAR:
                met.add(_article(other))
                yield other

    def _read(self, articles: Sequence[str]) -> _Cluster:
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


def _article(passage: str) -> str:
    return passage.partition("#")[0]
