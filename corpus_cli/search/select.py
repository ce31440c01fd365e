"""Which of what matches is shown, and in which order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from heapq import heappop, heappush
from itertools import chain, islice
from math import inf
from typing import Any, NamedTuple

from corpus_cli.engines.candidates import order
from corpus_cli.engines.port import Ordered
from corpus_cli.model import Match, article_of, earliest, host
from corpus_cli.search.request import SearchRequest, Sort
from corpus_cli.store.articles import Store

ScoredPassage = tuple[str, float]
"""A passage and its score."""

Key = Callable[[ScoredPassage], tuple[Any, ...]]


_ALIKE = 200


class Shown(NamedTuple):
    """A match, and the other articles that have a near-copy of its passage, earliest first.

    `matches` is how many passages of its article match, where articles are counted.
    """

    match: Match
    copies: tuple[str, ...] = ()
    matches: int = 0


def chosen(candidates: Ordered, store: Store, options: SearchRequest) -> list[Shown]:
    """The hits that are wanted, in their order."""
    if options.limit == 0:
        return []
    key = sorting(options.sort, store)
    ranked: Iterable[ScoredPassage] = candidates.ranked()
    if options.sort != "score":
        ranked = sorted(ranked, key=key)
    if options.grouped:
        return _grouped(list(ranked), candidates, store, options, key)
    shown = _shown(ranked, candidates, store, options, key)
    if options.per_article:
        shown = _fewer(shown, options.per_article)
    end = None if options.limit is None else options.offset + options.limit
    return list(islice(shown, options.offset, end))


def sorting(sort: Sort, store: Store) -> Key:
    """What sorts passages with their scores; ties by score, then as they stand in the corpus."""
    known = _values(sort, store)

    def key(one: ScoredPassage) -> tuple[Any, ...]:
        passage, score = one
        article = article_of(passage)
        return (*known(article), -score, *order(passage))

    return key


def _values(sort: Sort, store: Store) -> Callable[[str], tuple[Any, ...]]:
    """What an article is sorted by; one that lacks it comes last."""
    match sort:
        case "score":
            return lambda _: ()
        case "date" | "-date":
            known = store.metadata.known("published").items()
            days = {article: values[0] for article, values in known if values}
            places = {day: n for n, day in enumerate(sorted(set(days.values())))}
            sign = -1 if sort == "-date" else 1
            return lambda article: ((sign * places[days[article]] if article in days else inf),)
        case "source":
            sites = sources(store)
            return lambda article: (article not in sites, sites.get(article, "").casefold())
        case "path":
            paths = store.files.first()
            return lambda article: (paths.get(article, ""), article)


def sources(store: Store) -> dict[str, str]:
    """The site or publication of each article that has one."""
    known = store.metadata.known
    urls = ((article, values[0]) for article, values in known("url").items() if values)
    hosts = {article: name for article, url in urls if (name := host(url))}
    return hosts | {article: values[0] for article, values in known("source").items() if values}


def _shown(
    ranked: Iterable[ScoredPassage],
    candidates: Ordered,
    store: Store,
    options: SearchRequest,
    key: Key,
) -> Iterator[Shown]:
    if options.duplicates:
        for passage, _ in ranked:
            if match := candidates.match(passage):
                yield Shown(match)
    else:
        yield from folded(ranked, candidates, store, key)


def _fewer(shown: Iterable[Shown], most: int) -> Iterator[Shown]:
    """Not more than so many of an article."""
    met: Counter[str] = Counter()
    for one in shown:
        article = article_of(one.match.passage)
        met[article] += 1
        if met[article] <= most:
            yield one


def _grouped(
    ranked: list[ScoredPassage], candidates: Ordered, store: Store, options: SearchRequest, key: Key
) -> list[Shown]:
    """Articles by their first passage, each with its next ones behind it."""
    counts = Counter(article_of(passage) for passage, _ in ranked)
    most = options.per_article or 1
    groups: dict[str, list[Shown]] = {}
    end = inf if options.limit is None else options.offset + options.limit
    for one in _shown(ranked, candidates, store, options, key):
        article = article_of(one.match.passage)
        if article not in groups and len(groups) >= end:
            if most == 1:
                break
            continue
        group = groups.setdefault(article, [])
        if len(group) < most:
            group.append(one._replace(matches=counts[article]))
    picked = islice(groups.values(), options.offset, None)
    return [one for group in picked for one in group]


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
        if shown := _first_copy([one[0], *copies], candidates, known):
            heappush(waiting, (key((shown.match.passage, shown.match.score)), shown))
    while waiting:
        yield heappop(waiting)[1]


def _first_copy(group: list[str], candidates: Ordered, known: _Known) -> Shown | None:
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
