"""Passages near a question in meaning, fused with its words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from corpus_cli.engines.candidates import DIGITS, best_first
from corpus_cli.engines.clock import Clock
from corpus_cli.engines.port import Candidates, Engine, Ordered, Verified
from corpus_cli.errors import UsageError
from corpus_cli.model import Match, Part
from corpus_cli.query.nodes import Bag, narrows, optional, unparse
from corpus_cli.query.parse import parse
from corpus_cli.search.feedback import led
from corpus_cli.search.request import SearchRequest
from corpus_cli.semantic.model import load_model
from corpus_cli.store.articles import Store

NEAREST = 200
"""How many passages are taken by their meaning."""

_K = 60
"""What is added to a rank: the first of one ranking is not worth all of another."""

_DIGITS = 5
"""Cosines that agree so far are a tie: processors differ beyond."""

EMBED = "corpus embed"


class Near(NamedTuple):
    """The rank of each passage near in meaning, what those without any word lack, and notes."""

    ranks: Mapping[str, int]
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def near(  # noqa: PLR0913, PLR0917 - what a question is, and where it is asked
    line: str,
    query: Bag,
    store: Store,
    engine: Engine,
    verified: Verified,
    options: SearchRequest,
    clock: Clock,
) -> Near:
    """The passages nearest to a question in meaning, of those that its strict parts allow.

    What narrows, excludes or is required holds for them as it does for words. Raises
    `UsageError` where there are no vectors of the model.
    """
    chosen = load_model(os.environ)
    made = store.vectors.model()
    if made != chosen.name:
        why = "are of another model" if made else "are missing"
        raise UsageError(f"the vectors that --semantic wants {why}: make them with: {EMBED}")
    text = _asked(line, options)
    if not text:
        return Near({})
    strict = Bag(tuple(node for node in query.nodes if not optional(node)))
    allowed = None
    if strict.nodes:
        _, allowed = engine.search(strict, _all, verified, clock.left())
    passages, matrix = store.vectors.matrix(store.current(), chosen.size)
    cosines = (matrix @ chosen.vector(text)).round(_DIGITS)
    best = (passages[n] for n in (-cosines).argsort(kind="stable"))
    ranks: dict[str, int] = {}
    for passage in best:
        if len(ranks) == NEAREST:
            break
        if allowed is None or passage in allowed:
            ranks[passage] = len(ranks) + 1
    lacks = tuple(dict.fromkeys(unparse(node) for node in query.nodes if optional(node)))
    return Near(ranks, lacks, tuple(_missing(len(passages), store)))


def _asked(line: str, options: SearchRequest) -> str:
    """What a question is about, without what narrows and excludes."""
    nodes = parse(line, literal=options.literal).query.nodes
    about = (node for node in nodes if not narrows(node))
    return " ".join(map(unparse, about))


def _all(candidates: Candidates) -> frozenset[str]:
    return frozenset(passage for passage, _ in candidates.ranked())


def _missing(found: int, store: Store) -> Iterator[str]:
    every = store.counts()["passages"]
    if found < every:
        yield f"{every - found:,} of {every:,} passages have no vector yet: add them with: {EMBED}"


class Fused:
    """Candidates in the order of reciprocal rank fusion (Cormack et al., SIGIR 2009).

    A passage scores 1 / (60 + its rank) by its words, and as much by its meaning where it is
    among the nearest. Who is there by meaning alone has no marks, lacks every word, and is
    not counted.
    """

    def __init__(self, candidates: Ordered, near: Near) -> None:
        self._candidates = candidates
        self._near = near

    def ranked(self) -> Iterator[tuple[str, float]]:
        """See `port.Ordered`."""
        return iter(self._fused.items())

    def articles(self) -> Sequence[str]:
        """See `port.Ordered`."""
        return led(self._fused, self._candidates.articles())

    def match(self, passage: str) -> Match | None:
        """See `port.Ordered`."""
        if passage not in self._fused:
            return None
        score, meaning = self._fused[passage], _share(self._near.ranks.get(passage))
        part = (Part("meaning", "", "", meaning),) if meaning else ()
        match = self._candidates.match(passage)
        if match is None:
            return Match(passage, lacks=self._near.lacks, parts=part, score=score)
        # Each word keeps its part of what the words are worth together.
        scale = _share(self._words[passage]) / (match.score or 1.0)
        words = (one._replace(score=one.score * scale) for one in match.parts)
        return match._replace(score=score, parts=(*words, *part))

    @cached_property
    def _words(self) -> Mapping[str, int]:
        """The rank of each passage by its words."""
        return {passage: n for n, (passage, _) in enumerate(self._candidates.ranked(), 1)}

    @cached_property
    def _fused(self) -> Mapping[str, float]:
        scores = {passage: _share(rank) for passage, rank in self._words.items()}
        for passage, rank in self._near.ranks.items():
            scores[passage] = round(scores.get(passage, 0.0) + _share(rank), DIGITS)
        return best_first(scores)


def _share(rank: int | None) -> float:
    return round(1 / (_K + rank), DIGITS) if rank else 0.0
