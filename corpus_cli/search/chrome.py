"""Search the lines around the texts of articles."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, groupby, islice
from typing import NamedTuple

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.fields import HEADING, Facts
from corpus_cli.engines.matching import STOPPED_NOTE
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.engines.plan import Verified, plan_query
from corpus_cli.engines.port import Candidates, article_facts
from corpus_cli.model import CHROME, Article, Header, Hit, Match, Passage, Results, article_of
from corpus_cli.query.nodes import (
    OWN_FIELDS,
    And,
    Bag,
    Dates,
    Exact,
    Field,
    Fuzzy,
    InArticle,
    Mention,
    Must,
    Near,
    Node,
    Not,
    Or,
    Quoted,
    Suggested,
    Wild,
    Word,
    narrows,
    optional,
    rewrite,
    walk,
)
from corpus_cli.search.moment import Moment
from corpus_cli.search.present import build_hit, rounded_parts
from corpus_cli.search.request import SearchRequest, Sort
from corpus_cli.search.select import sort_key
from corpus_cli.store.store import Store
from corpus_cli.text.normalise import fold
from corpus_cli.text.stem import stem
from corpus_cli.text.tokenise import tokenise

_MAX_CHARACTERS = 2_000
"""The most characters of a passage of several lines, and of a part of a longer line."""

_MAX_LETTERS = 6
"""The most letters of a word by which articles are preselected."""

_SHORT = 3
"""Of words with a stem of so few letters that ends in a vowel, only the first letter is sure."""


_VOWELS = frozenset("aeiouy")


class ChromePassage(NamedTuple):
    """A passage of lines that are not part of the text, and their kind: `chrome:caption`."""

    passage: Passage
    kind: str


class _ChromeMatch(NamedTuple):
    """A passage of chrome and what matches in it; `matches` is as in a hit."""

    chrome: ChromePassage
    match: Match
    matches: int = 0


class ChromeMatches(NamedTuple):
    """What matches a query outside the texts of articles, in the order of the request."""

    ranked: Sequence[_ChromeMatch]
    partial: bool


def find_in_chrome(
    query: Bag, moment: Moment, sort: Sort, clock: Clock, max_articles: int | None = None
) -> ChromeMatches:
    """Return the passages of chrome that match a query, in at most so many articles with chrome.

    Chrome is not indexed, so that no count or score depends on it: the chrome of the articles
    that may match is inverted for each query. What is not read when the time ends is left out.
    """
    query = _without_suggestions(query)
    # The rest of the time is for matching.
    articles, is_complete = _read_articles(
        query, moment.store, max_articles, Clock(clock.seconds_left() / 2)
    )
    headers = moment.store.headers([article.id for article in articles])
    chrome = {
        one.passage.id: one
        for article in articles
        for one in _distinct_passages(article, headers[article.id])
    }
    candidates = _match(query, chrome, headers, moment, clock)
    if sort != "score":
        candidates = candidates.relevant()
    searched = list(_searched(query))
    # `exact:` has looked at the text itself, and marks no part of a word.
    needs_words = searched and not any(isinstance(node, Exact) for node in searched)
    ranked: list[_ChromeMatch] = []
    for name, _ in candidates.ranked():
        match = candidates.match(name) if name in chrome else None
        # A passage must match by itself: the title of its article is also that of the text.
        if match and (not needs_words or any(mark.position < HEADING for mark in match.marks)):
            ranked.append(_ChromeMatch(chrome[name], match))
    if sort != "score":
        key = sort_key(sort, moment.store)
        ranked.sort(key=lambda one: key((one.chrome.passage.id, one.match.score)))
    return ChromeMatches(ranked, candidates.counts.partial or not is_complete)


def add_chrome(
    results: Results, matches: ChromeMatches, before: int, moment: Moment, request: SearchRequest
) -> Results:
    """Return an answer with hits outside the texts after its other hits, up to the limit of both.

    `before` is the number of the other hits, or of their articles if hits are grouped, from the
    first that matches to the last that is shown.
    """
    units = _units(matches.ranked, request)
    first = max(request.offset - before, 0)
    last = None if request.limit is None else max(request.offset + request.limit - before, 0)
    shown = list(chain.from_iterable(units[first:last]))
    rank = results.hits[-1].rank if results.hits else request.offset
    notes = (*results.notes, STOPPED_NOTE) if matches.partial else results.notes
    return results._replace(
        hits=(*results.hits, *_present(shown, rank, moment, request)),
        chrome=len(matches.ranked),
        partial=results.partial or matches.partial,
        notes=tuple(dict.fromkeys(notes)),
    )


def _units(ranked: Sequence[_ChromeMatch], request: SearchRequest) -> list[list[_ChromeMatch]]:
    """Return the matches to show, each in a list, or those of each article in one if grouped."""
    counts = Counter(article_of(one.match.passage) for one in ranked)
    limit = request.per_article or (1 if request.group_by_article else len(ranked))
    by_article: dict[str, list[_ChromeMatch]] = {}
    units: list[list[_ChromeMatch]] = []
    for one in ranked:
        article = article_of(one.match.passage)
        group = by_article.setdefault(article, [])
        if len(group) == limit:
            continue
        if not request.group_by_article:
            units.append([one])
        elif not group:
            units.append(group)
        group.append(one._replace(matches=counts[article] if request.group_by_article else 0))
    return units


def _present(
    shown: Sequence[_ChromeMatch], rank: int, moment: Moment, request: SearchRequest
) -> Iterator[Hit]:
    articles = list(dict.fromkeys(article_of(one.match.passage) for one in shown))
    headers, texts = moment.store.headers(articles), moment.store.texts(articles)
    for n, one in enumerate(shown, rank + 1):
        passage = one.chrome.passage
        hit = build_hit(n, one.match, passage, headers[passage.article], texts[passage.article])
        yield hit._replace(
            kind=one.chrome.kind,
            matches=one.matches,
            parts=tuple(rounded_parts(one.match)) if request.explain else (),
        )


def chrome_passages(article: Article, after: int) -> Iterator[ChromePassage]:
    """Yield the passages of chrome of an article, numbered from `after` + 1.

    `after` is the number of passages of its text. A passage is a line, or several of one kind
    with no other line between.
    """
    start, n = 0, after
    for kind, group in groupby(article.lines, key=lambda line: line.kind):
        lines = list(group)
        text = "\n".join(line.text for line in lines)
        if lines[0].broad == CHROME:
            for first, last in _cut(text):
                n += 1
                above = lines[0].n + text.count("\n", 0, first)
                below = above + text.count("\n", first, last)
                written = text[first:last]
                page = lines[above - lines[0].n].page
                passage = Passage(
                    article.id, n, start + first, start + last, (above, below), written, page=page
                )
                yield ChromePassage(passage, kind)
        start += len(text) + 1


def _cut(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a text of limited length, cut at line feeds, else at blanks."""
    start = 0
    while start < len(text):
        end = min(start + _MAX_CHARACTERS, len(text))
        if end < len(text):
            cuts = text.rfind("\n", start + 1, end), text.rfind(" ", start + 1, end)
            end = next((cut for cut in cuts if cut > 0), end)
        written = text[start:end]
        if written.strip():
            stripped_start = start + len(written) - len(written.lstrip())
            yield stripped_start, stripped_start + len(written.strip())
        start = end


def _without_suggestions(query: Bag) -> Bag:
    """Return a query with the words as typed, and with names that are found by their forms."""

    def change(nodes: tuple[Node, ...]) -> Iterator[Node]:
        for node in nodes:
            match node:
                case Suggested(word, _):
                    yield word
                case Mention():
                    # The mentions in chrome are not indexed.
                    yield node._replace(is_indexed=False)
                case _:
                    yield node

    return rewrite(query, change)


def _read_articles(
    query: Bag, store: Store, max_articles: int | None, clock: Clock
) -> tuple[Sequence[Article], bool]:
    """Return the articles whose chrome may match a query, and whether there was time for all.

    Most articles do not match, so only the text of their chrome is read. They have no metadata.
    """
    needed = [one for node in _needed(query) if (one := _beginnings(node))]
    articles: list[Article] = []
    with suppress(TimeOver):
        for article, text in islice(store.chrome_texts(), max_articles):
            clock.check()
            letters = _letters([text]) if needed else ""
            if all(any(map(letters.__contains__, beginnings)) for beginnings in needed):
                articles.append(Article(article, store.lines(article), ()))
        return articles, True
    return articles, False


def _distinct_passages(article: Article, header: Header) -> Iterator[ChromePassage]:
    """Yield the passages of chrome of an article; of a running header only the first."""
    texts: set[str] = set()
    for one in chrome_passages(article, header.passages):
        if one.passage.text not in texts:
            texts.add(one.passage.text)
            yield one._replace(passage=one.passage._replace(title=header.title))


def _match(
    query: Bag,
    chrome: Mapping[str, ChromePassage],
    headers: Mapping[str, Header],
    moment: Moment,
    clock: Clock,
) -> Candidates:
    """Return the candidates among passages of chrome.

    The texts of the articles are inverted too if the query asks for a word of the article, or for
    a name: a short form means a name only in an article with a full form.
    """
    by_article: defaultdict[str, list[Passage]] = defaultdict(list)
    for one in chrome.values():
        by_article[one.passage.article].append(one.passage)
    nodes = list(walk(query))
    needs_texts = any(
        isinstance(node, InArticle) or (isinstance(node, Mention) and node.name.short)
        for node in nodes
    )
    has_filters = any(isinstance(node, Field | Dates) for node in nodes)
    store = moment.store

    def read(article: str) -> tuple[Sequence[Passage], Facts]:
        text = store.passages(article) if needs_texts else ()
        facts = article_facts(headers[article], store.base_prefix) if has_filters else {}
        return [*text, *by_article[article]], facts

    engine = MemoryEngine()
    with engine.writer(1) as writer:
        writer.fill(map(read, by_article), 1)
    with engine.snapshot() as index:
        return index.match(plan_query(query, index, _verify(query, chrome)), clock)


def _verify(query: Bag, chrome: Mapping[str, ChromePassage]) -> Verified:
    verified: dict[Exact | Field, frozenset[str]] = {
        node: frozenset(name for name, one in chrome.items() if node.text in one.passage.text)
        for node in walk(query)
        if isinstance(node, Exact)
    }
    # Notes and tags are on passages of the text.
    own = [node for node in walk(query) if isinstance(node, Field) and node.name in OWN_FIELDS]
    return verified | dict.fromkeys(own, frozenset())


def _needed(query: Bag) -> Sequence[Node]:
    """Return the parts of a query that each matching text has; all of it if any word may match."""
    needed: list[Node] = []
    for node in query.nodes:
        if not (optional(node) or narrows(node)):
            needed += node.nodes if isinstance(node, And) else [node]
    return needed or [query]


def _beginnings(part: Node) -> frozenset[str]:
    """Return the letters of which each matching text has some; none if any text may match."""
    beginnings: set[str] = set()
    for node in _searched(part):
        match node:
            case Word(text) | Quoted(text) | Exact(text):
                beginnings.update(_beginning(token.term) for token in tokenise(text))
            case Wild(pattern):
                beginnings.add(_letters([pattern.partition("*")[0].partition("?")[0]]))
            case Mention():
                beginnings.update(_letters([terms])[:_MAX_LETTERS] for terms in node.terms)
            case Fuzzy():
                return frozenset()
    return frozenset() if "" in beginnings else frozenset(beginnings)


def _searched(node: Node) -> Iterator[Node]:
    """Yield the nodes that can match in a text, without those that are excluded or in a field."""
    match node:
        case Not() | Field() | Dates() | InArticle():
            return
        case Bag(nodes) | And(nodes) | Or(nodes) | Near(nodes, _):
            for inner in nodes:
                yield from _searched(inner)
        case Must(inner):
            yield from _searched(inner)
        case _:
            yield node


def _beginning(term: str) -> str:
    """Return the first letters of a term that all words with the same stem have."""
    letters = _letters([term])
    if term.startswith("="):
        return letters
    stemmed = stem(letters)
    shared = next(
        (n for n, pair in enumerate(zip(letters, stemmed, strict=False)) if len({*pair}) > 1), None
    )
    shared = min(len(letters), len(stemmed)) if shared is None else shared
    # `hoping` and `hope` have the same stem, and so have `dying` and `die`.
    if shared > _SHORT:
        return letters[: shared - 1]
    is_whole = shared == len(stemmed) and stemmed[-1:] not in _VOWELS
    return letters[: shared if is_whole else 1]


def _letters(texts: Iterable[str]) -> str:
    """Return the letters and digits of some texts, folded, without anything between them."""
    return re.sub(r"[\W_]+", "", fold("".join(texts)))
