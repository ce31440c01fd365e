"""Which of what matches is shown, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from math import inf
from typing import Any

from corpus_cli.engines.candidates import order
from corpus_cli.engines.port import Ordered
from corpus_cli.model import article_of, host
from corpus_cli.search.copies import Shown, folded
from corpus_cli.search.options import Options, Sort
from corpus_cli.store.articles import Store

Ranked = tuple[str, float]
"""A passage and its score."""

Key = Callable[[Ranked], tuple[Any, ...]]


def chosen(candidates: Ordered, store: Store, options: Options) -> list[Shown]:
    """The hits that are wanted, in their order."""
    if options.limit == 0:
        return []
    key = sorting(options.sort, store)
    ranked: Iterable[Ranked] = candidates.ranked()
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

    def key(one: Ranked) -> tuple[Any, ...]:
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
    ranked: Iterable[Ranked], candidates: Ordered, store: Store, options: Options, key: Key
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
    ranked: list[Ranked], candidates: Ordered, store: Store, options: Options, key: Key
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
