"""Passages near a question in meaning, fused with its words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from corpus_cli.engines.candidates import DIGITS, best_first
from corpus_cli.engines.clock import Clock
from corpus_cli.engines.port import Candidates, Engine, OrderedCandidates, Verified
from corpus_cli.errors import UsageError
from corpus_cli.model import Match, Part
from corpus_cli.query.nodes import Bag, narrows, optional, unparse
from corpus_cli.query.parse import parse
from corpus_cli.search.feedback import lead_with
from corpus_cli.search.request import SearchRequest
from corpus_cli.semantic.model import load_model
from corpus_cli.store.store import Store
from corpus_cli.system.overriding import override

MAX_NEAREST = 200
"""How many passages are taken by their meaning."""

_RANK_OFFSET = 60
"""What is added to a rank: the first of one ranking is not worth all of another."""

_COSINE_DIGITS = 5
"""Cosines that agree so far are a tie: processors differ beyond."""

EMBED_COMMAND = "corpus embed"


class NearestPassages(NamedTuple):
    """The rank of each passage near in meaning, what those without any word lack, and notes."""

    ranks: Mapping[str, int]
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_nearest(  # noqa: PLR0913, PLR0917 - what a question is, and where it is asked
    line: str,
    query: Bag,
    store: Store,
    engine: Engine,
    verified: Verified,
    request: SearchRequest,
    clock: Clock,
) -> NearestPassages:
    """The passages nearest to a question in meaning, of those that its strict parts allow.

    What narrows, excludes or is required holds for them as it does for words. Raises
    `UsageError` where there are no vectors of the model.
    """
    model = load_model(os.environ)
    vectors_model = store.vectors.model_name()
    if vectors_model != model.name:
        why = "are of another model" if vectors_model else "are missing"
        raise UsageError(
            f"the vectors that --semantic wants {why}: make them with: {EMBED_COMMAND}"
        )
    text = _query_text(line, request)
    if not text:
        return NearestPassages({})
    strict = Bag(tuple(node for node in query.nodes if not optional(node)))
    allowed = None
    if strict.nodes:
        _, allowed = engine.search(strict, _all_passages, verified, clock.seconds_left())
    passages, matrix = store.vectors.matrix(store.current(), model.size)
    cosines = (matrix @ model.vector(text)).round(_COSINE_DIGITS)
    best = (passages[n] for n in (-cosines).argsort(kind="stable"))
    ranks: dict[str, int] = {}
    for passage in best:
        if len(ranks) == MAX_NEAREST:
            break
        if allowed is None or passage in allowed:
            ranks[passage] = len(ranks) + 1
    lacks = tuple(dict.fromkeys(unparse(node) for node in query.nodes if optional(node)))
    return NearestPassages(ranks, lacks, tuple(_missing_note(len(passages), store)))


def _query_text(line: str, request: SearchRequest) -> str:
    """What a question is about, without what narrows and excludes."""
    nodes = parse(line, literal=request.literal).query.nodes
    searched = (node for node in nodes if not narrows(node))
    return " ".join(map(unparse, searched))


def _all_passages(candidates: Candidates) -> frozenset[str]:
    return frozenset(passage for passage, _ in candidates.ranked())


def _missing_note(vector_count: int, store: Store) -> Iterator[str]:
    passage_count = store.counts()["passages"]
    if vector_count < passage_count:
        missing = f"{passage_count - vector_count:,} of {passage_count:,} passages"
        yield f"{missing} have no vector yet: add them with: {EMBED_COMMAND}"


class FusedCandidates(OrderedCandidates):
    """Candidates in the order of reciprocal rank fusion (Cormack et al., SIGIR 2009).

    A passage scores 1 / (60 + its rank) by its words, and as much by its meaning where it is
    among the nearest. Who is there by meaning alone has no marks, lacks every word, and is
    not counted.
    """

    def __init__(self, candidates: OrderedCandidates, nearest: NearestPassages) -> None:
        self._candidates = candidates
        self._nearest = nearest

    @override
    def ranked(self) -> Iterator[tuple[str, float]]:
        return iter(self._scores.items())

    @override
    def articles(self) -> Sequence[str]:
        return lead_with(self._scores, self._candidates.articles())

    @override
    def match(self, passage: str) -> Match | None:
        if passage not in self._scores:
            return None
        score, meaning = self._scores[passage], _reciprocal_rank(self._nearest.ranks.get(passage))
        part = (Part("meaning", "", "", meaning),) if meaning else ()
        match = self._candidates.match(passage)
        if match is None:
            return Match(passage, lacks=self._nearest.lacks, parts=part, score=score)
        # Each word keeps its part of what the words are worth together.
        scale = _reciprocal_rank(self._ranks_by_words[passage]) / (match.score or 1.0)
        words = (one._replace(score=one.score * scale) for one in match.parts)
        return match._replace(score=score, parts=(*words, *part))

    @cached_property
    def _ranks_by_words(self) -> Mapping[str, int]:
        """The rank of each passage by its words."""
        return {passage: n for n, (passage, _) in enumerate(self._candidates.ranked(), 1)}

    @cached_property
    def _scores(self) -> Mapping[str, float]:
        scores = {passage: _reciprocal_rank(rank) for passage, rank in self._ranks_by_words.items()}
        for passage, rank in self._nearest.ranks.items():
            scores[passage] = round(scores.get(passage, 0.0) + _reciprocal_rank(rank), DIGITS)
        return best_first(scores)


def _reciprocal_rank(rank: int | None) -> float:
    return round(1 / (_RANK_OFFSET + rank), DIGITS) if rank else 0.0
