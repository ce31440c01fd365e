"""How often each name is meant in the corpus."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from corpus_cli.engines.port import Engine
from corpus_cli.model import Name, article_of
from corpus_cli.names.lookup import Book
from corpus_cli.search.expand import mention
from corpus_cli.store.articles import Store

Per = Literal["", "article", "date"]


class Mentioned(NamedTuple):
    """How often a name is meant, in how many articles; `per` is an article's id, or a month."""

    name: Name
    mentions: int
    articles: int
    per: str = ""


def mentioned(
    forms: Sequence[str], names: Book, engine: Engine, store: Store, per: Per
) -> list[Mentioned]:
    """Count all names, or those that have these forms; the most frequent first.

    Raises `NotFound` for what is no form of any name.
    """
    numbers = dict.fromkeys(n for form in forms for n in names.known(form)) or names.numbers()
    held = list(_counted(numbers, names, engine, _key(store, per)))
    return sorted(held, key=lambda one: (one.per, -one.mentions, one.name.canonical))


def _counted(
    numbers: Iterable[int], names: Book, engine: Engine, key: Callable[[str], str]
) -> Iterator[Mentioned]:
    for number in numbers:
        counts: Counter[str] = Counter()
        articles: defaultdict[str, set[str]] = defaultdict(set)
        for passage, count in engine.mentions(mention(names, number)).items():
            article = article_of(passage)
            counts[key(article)] += count
            articles[key(article)].add(article)
        for one, count in counts.items():
            yield Mentioned(names.name(number), count, len(articles[one]), one)


def _key(store: Store, per: Per) -> Callable[[str], str]:
    if per == "article":
        return lambda article: article
    if per == "date":
        months = {article: store.header(article).published[:7] for article in store.ids()}
        return lambda article: months.get(article, "")
    return lambda _: ""
