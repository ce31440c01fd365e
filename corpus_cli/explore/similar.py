"""Find articles that are like an article or a text."""

from __future__ import annotations

from collections import Counter
from heapq import nlargest
from math import log
from typing import NamedTuple

from corpus_cli.errors import NotFound
from corpus_cli.model import Results, article_of
from corpus_cli.search.moment import Moment
from corpus_cli.search.pipeline import search
from corpus_cli.search.request import SearchRequest
from corpus_cli.store.article_lookup import resolve_article
from corpus_cli.text.plurals import plural
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import tokenise

MAX_WORDS = 25
"""The most words that an article is compared by."""

_MAX_CHARACTERS = 200_000
_SHORTEST = 3


class Example(NamedTuple):
    """What articles should be like: a text, and the articles that are this text, to be left out."""

    text: str
    own: frozenset[str] = frozenset()
    copies: frozenset[str] = frozenset()


def similar(example: Example | str, moment: Moment, request: SearchRequest) -> Results:
    """Return the articles that have most of the characteristic words of an article or a text.

    A string names an article as `corpus show` does. It and its near-copies are left out. Hits are
    articles, each with the passage that is most like the example. Raises `NotFound` for a name
    that is none, and for a text without characteristic words.
    """
    if isinstance(example, str):
        example = _read_example(example, moment)
    words = characteristic_words(example.text, moment)
    if not words:
        raise NotFound("the text has no words that tell it from others of the corpus")
    left_out = example.own | (frozenset() if request.duplicates else example.copies)
    with_left_out = request._replace(
        literal=True,
        suggest=False,
        group_by_article=True,
        limit=None if request.limit is None else request.limit + len(left_out),
    )
    results = search(" ".join(words), moment, with_left_out)
    hits = [hit for hit in results.hits if article_of(hit.passage.id) not in left_out]
    notes = [f"compared by: {' '.join(words)}"]
    if example.copies and not request.duplicates:
        are = plural(len(example.copies), "near-copy is", "near-copies are")
        notes.append(f"{are} left out; --duplicates shows them")
    return results._replace(
        query="",
        # No article has all of the words, so what a hit lacks says nothing.
        hits=tuple(
            hit._replace(rank=rank, lacks=()) for rank, hit in enumerate(hits[: request.limit], 1)
        ),
        expanded=(),
        hints=(),
        suggestions=(),
        notes=(*notes, *results.notes),
    )


def characteristic_words(text: str, moment: Moment) -> list[str]:
    """Return the words by which a text differs most from the corpus, the best first.

    A word is worth its frequency in the text times the logarithm of its rarity, tf·idf (Spärck
    Jones 1972). Words that no other passage has are no use.
    """
    counts: Counter[str] = Counter()
    forms: dict[str, str] = {}
    for token in tokenise(text[:_MAX_CHARACTERS]):
        word = token.term.removeprefix("=")
        if token.span == 1 and len(word) >= _SHORTEST and word.isalpha():
            counts[token.term] += 1
            forms.setdefault(token.term, text[token.start : token.end])
    for word in stop_words() & counts.keys():
        del counts[word]
    words = list(counts)
    passages = moment.index.count_passages()
    worths = {
        word: counts[word] * log(passages / frequency)
        for word, frequency in zip(words, moment.index.frequencies(words), strict=True)
        if frequency > 1
    }
    best = nlargest(MAX_WORDS, worths, key=lambda word: (worths[word], word))
    return [forms[word] for word in best if worths[word] > 0]


def _read_example(name: str, moment: Moment) -> Example:
    store = moment.store
    article = resolve_article(store, name)
    passages = store.passages(article)
    text = "\n".join(passage.text for passage in passages)
    copies = frozenset(store.near_copies.siblings(article))
    return Example(text, frozenset({article}), copies)
