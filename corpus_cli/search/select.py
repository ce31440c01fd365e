"""Select the matches to show, and their order."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from heapq import heappop, heappush
from itertools import chain, islice
from math import inf
from typing import Any, NamedTuple

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.port import OrderedCandidates
from corpus_cli.model import Match, article_of, earliest, host, parse_passage_id
from corpus_cli.search.request import SearchRequest, Sort
from corpus_cli.store.store import Store

ScoredPassage = tuple[str, float]
"""A passage and its score."""

Key = Callable[[ScoredPassage], tuple[Any, ...]]


_COPIES_SECONDS = 0.3
"""Seconds for near-copies, also when matching took all of the time."""

_MAX_PASSAGES_PER_HASH = 200


class Selected(NamedTuple):
    """A match, and the other articles in which a near-copy of it matches, earliest first.

    `matches` is the number of matching passages of its article if hits are grouped, else 0.
    """

    match: Match
    copies: tuple[str, ...] = ()
    matches: int = 0


def select_hits(
    candidates: OrderedCandidates, store: Store, request: SearchRequest, clock: Clock
) -> list[Selected]:
    """Return the matches that a request asks for, in its order.

    When the time is over, near-copies are no longer looked for; some time is left for the first.
    """
    if request.limit == 0:
        return []
    key = sort_key(request.sort, store)
    clusters = Clusters(store, clock.at_least(_COPIES_SECONDS))
    ranked: Iterable[ScoredPassage] = candidates.ranked()
    if request.sort != "score":
        ranked = sorted(ranked, key=key)
    if request.group_by_article:
        return _group_by_article(list(ranked), candidates, clusters, request, key)
    shown = _with_copies(ranked, candidates, clusters, request, key)
    if request.per_article:
        shown = _limit_per_article(shown, request.per_article)
    end = None if request.limit is None else request.offset + request.limit
    return list(islice(shown, request.offset, end))


def sort_key(sort: Sort, store: Store) -> Key:
    """Return a sort key for scored passages; ties are sorted by score, then by id."""
    article_key = _article_keys(sort, store)

    def key(scored: ScoredPassage) -> tuple[Any, ...]:
        passage, score = scored
        article = article_of(passage)
        return (*article_key(article), -score, *parse_passage_id(passage))

    return key


def _article_keys(sort: Sort, store: Store) -> Callable[[str], tuple[Any, ...]]:
    """Return a sort key for articles; articles without a date or a site come last."""
    match sort:
        case "score":
            return lambda _: ()
        case "date" | "-date" | "modified" | "-modified":
            field = "modified" if sort.endswith("modified") else "published"
            dates = store.metadata.values_of_field(field).items()
            days = {article: values[0] for article, values in dates if values}
            day_ranks = {day: n for n, day in enumerate(sorted(set(days.values())))}
            sign = -1 if sort.startswith("-") else 1
            return lambda article: ((sign * day_ranks[days[article]] if article in days else inf),)
        case "source":
            sites = source_names(store)
            return lambda article: (article not in sites, sites.get(article, "").casefold())
        case "path":
            paths = store.files.first_source_names()
            return lambda article: (paths.get(article, ""), article)


def source_names(store: Store) -> dict[str, str]:
    """Return the site or publication of each article that has one, by article."""
    values_of = store.metadata.values_of_field
    urls = ((article, values[0]) for article, values in values_of("url").items() if values)
    hosts = {article: name for article, url in urls if (name := host(url))}
    return hosts | {article: values[0] for article, values in values_of("source").items() if values}


def _with_copies(
    ranked: Iterable[ScoredPassage],
    candidates: OrderedCandidates,
    clusters: "Clusters",
    request: SearchRequest,
    key: Key,
) -> Iterator[Selected]:
    if request.duplicates:
        for passage, _ in ranked:
            if match := candidates.match(passage):
                yield Selected(match)
    else:
        yield from fold_copies(ranked, candidates, clusters, key)


def _limit_per_article(shown: Iterable[Selected], limit: int) -> Iterator[Selected]:
    """Yield at most `limit` matches of each article."""
    counts: Counter[str] = Counter()
    for selected in shown:
        article = article_of(selected.match.passage)
        counts[article] += 1
        if counts[article] <= limit:
            yield selected


def _group_by_article(
    ranked: list[ScoredPassage],
    candidates: OrderedCandidates,
    clusters: "Clusters",
    request: SearchRequest,
    key: Key,
) -> list[Selected]:
    """Return the matches article by article, in the order of the first passage of each."""
    counts = Counter(article_of(passage) for passage, _ in ranked)
    limit = request.per_article or 1
    groups: dict[str, list[Selected]] = {}
    end = inf if request.limit is None else request.offset + request.limit
    for selected in _with_copies(ranked, candidates, clusters, request, key):
        article = article_of(selected.match.passage)
        if article not in groups and len(groups) >= end:
            if limit == 1:
                break
            continue
        group = groups.setdefault(article, [])
        if len(group) < limit:
            group.append(selected._replace(matches=counts[article]))
    selected_groups = islice(groups.values(), request.offset, None)
    return [one for group in selected_groups for one in group]


def fold_copies(
    ranked: Iterable[tuple[str, float]],
    candidates: OrderedCandidates,
    clusters: "Clusters",
    key: Callable[[tuple[str, float]], tuple[Any, ...]],
) -> Iterator[Selected]:
    """Yield matches in the order of a key; of near-copies, only one (see `_select_copy`).

    The articles of a cluster need not share all of their text: a passage that only one of them
    has is yielded as well.
    """
    hidden: set[str] = set()
    # A match that replaces a better copy keeps its own place in the order.
    waiting: list[tuple[tuple[Any, ...], Selected]] = []
    for scored in ranked:
        sort_value = key(scored)
        while waiting and waiting[0][0] < sort_value:
            yield heappop(waiting)[1]
        if scored[0] in hidden:
            continue
        copies = [copy for copy in clusters.copies(scored[0]) if copy not in hidden]
        hidden.update((scored[0], *copies))
        if shown := _select_copy([scored[0], *copies], candidates, clusters):
            heappush(waiting, (key((shown.match.passage, shown.match.score)), shown))
    while waiting:
        yield heappop(waiting)[1]


def _select_copy(
    group: list[str], candidates: OrderedCandidates, clusters: "Clusters"
) -> Selected | None:
    """Return the earliest near-copy that lacks the fewest query words; None if none matches."""
    if len(group) > 1:
        group = sorted(group, key=lambda passage: earliest(clusters.header(article_of(passage))))
    matches = list(filter(None, map(candidates.match, group)))
    if not matches:
        return None
    # A copy that lacks words of the query must not replace one that has them.
    fewest = min(len(match.lacks) for match in matches)
    first = next(match for match in matches if len(match.lacks) == fewest)
    articles = (article_of(match.passage) for match in matches)
    return Selected(
        first, tuple(dict.fromkeys(a for a in articles if a != article_of(first.passage)))
    )


class _Cluster(NamedTuple):
    """The sketch of each passage in a cluster, and the passages by the hashes in their sketches."""

    sketches: Mapping[str, bytes]
    passages_by_hash: Mapping[int, Sequence[str]]


class Clusters:
    """The headers of articles and the sketches of clusters, each read once, until time is over."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self.header = cache(store.header)
        self._siblings = cache(store.near_copies.siblings)
        self._passages = store.passages
        self._cluster = cache(self._read_cluster)

    def copies(self, passage: str) -> Iterator[str]:
        """Yield the near-copies of a passage, at most one from each other article.

        There are none when the time is over: a cluster may have thousands of articles.
        """
        if not self._clock.is_over:
            with suppress(TimeOver):
                yield from self._find_copies(passage)

    def _find_copies(self, passage: str) -> Iterator[str]:
        article = article_of(passage)
        siblings = self._siblings(article)
        if not siblings:
            return
        from corpus_cli.text.sketches import NEAR, likeness, sketch_keys

        sketches, passages_by_hash = self._cluster(tuple(sorted([article, *siblings])))
        sketch = sketches[passage]
        seen_articles = {article}
        for other in dict.fromkeys(
            chain.from_iterable(passages_by_hash[key] for key in sketch_keys(sketch))
        ):
            if article_of(other) not in seen_articles and likeness(sketch, sketches[other]) >= NEAR:
                seen_articles.add(article_of(other))
                yield other

    def _read_cluster(self, articles: Sequence[str]) -> _Cluster:
        from corpus_cli.text.sketches import sketch, sketch_keys

        sketches: dict[str, bytes] = {}
        for article in articles:
            self._clock.check()
            for passage in self._passages(article):
                sketches[passage.id] = sketch(passage.text, fewest=1)
        passages_by_hash: defaultdict[int, list[str]] = defaultdict(list)
        for name, hashes in sketches.items():
            for key in sketch_keys(hashes):
                # Among very many near-copies, it does not matter which are kept.
                if len(passages_by_hash[key]) < _MAX_PASSAGES_PER_HASH:
                    passages_by_hash[key].append(name)
        return _Cluster(sketches, passages_by_hash)
