"""Fuse the ranking by words with a ranking by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from corpus_cli.engines.candidates import DIGITS, best_first
from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import Verified, plan_query
from corpus_cli.engines.port import OrderedCandidates
from corpus_cli.errors import UsageError
from corpus_cli.model import Match, Part
from corpus_cli.query.nodes import Bag, narrows, optional, unparse
from corpus_cli.query.parse import parse
from corpus_cli.search.feedback import lead_with
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.semantic.model import load_model
from corpus_cli.store.store import Store
from corpus_cli.system.overriding import override
from corpus_cli.text.plurals import plural

MAX_NEAREST = 200
"""The most passages that are ranked by meaning."""

_RANK_OFFSET = 60
"""The number added to each rank, so that the first of one ranking does not outweigh the other."""

_COSINE_DIGITS = 5
"""Digits to which cosines are rounded: processors differ in further ones."""

EMBED_COMMAND = "corpus embed"


class NearestPassages(NamedTuple):
    """The rank of each passage near in meaning, the query words to report as lacking, and notes."""

    ranks: Mapping[str, int]
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_nearest(  # noqa: PLR0913, PLR0917 - a question, and where it is asked
    line: str,
    query: Bag,
    moment: Moment,
    verified: Verified,
    request: SearchRequest,
    clock: Clock,
) -> NearestPassages:
    """Return the passages nearest to a query in meaning, of those that its strict parts allow.

    Filters, exclusions and required parts apply as in a search by words. Raises `UsageError`
    if the store has no vectors of the model.
    """
    store, index = moment.store, moment.index
    model = load_model(moment.environment)
    vectors_model = store.vectors.model_name()
    if vectors_model != model.name:
        why = "are from another model" if vectors_model else "are missing"
        raise UsageError(
            f"the vectors that --semantic needs {why}; compute them with: {EMBED_COMMAND}"
        )
    text = _query_text(line, request)
    if not text:
        return NearestPassages({})
    strict = Bag(tuple(node for node in query.nodes if not optional(node)))
    allowed = None
    if strict.nodes:
        allowed = index.match(plan_query(strict, index, verified), clock)
    passages, matrix = store.vectors.matrix(store.current(), model.size)
    cosines = (matrix @ model.vector(text)).round(_COSINE_DIGITS)
    best: Iterator[str] = (passages[n] for n in (-cosines).argsort(kind="stable"))
    if allowed is not None:
        matching = allowed.among(passages)
        best = filter(matching.__contains__, best)
    ranks = {passage: rank for rank, passage in enumerate(islice(best, MAX_NEAREST), 1)}
    lacks = tuple(dict.fromkeys(unparse(node) for node in query.nodes if optional(node)))
    return NearestPassages(ranks, lacks, tuple(_missing_note(len(passages), store)))


def _query_text(line: str, request: SearchRequest) -> str:
    """Return the text of a query without filters and exclusions."""
    nodes = parse(line, literal=request.literal).query.nodes
    searched = (node for node in nodes if not narrows(node))
    return " ".join(map(unparse, searched))


def _missing_note(vector_count: int, store: Store) -> Iterator[str]:
    passage_count = store.counts()["passages"]
    if vector_count < passage_count:
        missing = passage_count - vector_count
        yield (
            f"there is no vector yet for {missing:,} of {plural(passage_count, 'passage')}; "
            f"compute the missing vectors with: {EMBED_COMMAND}"
        )


class FusedCandidates(OrderedCandidates):
    """Candidates in the order of reciprocal rank fusion (Cormack et al., SIGIR 2009).

    A passage scores 1 / (60 + its rank) by its words, and the same by its meaning if it is among
    the nearest. A passage that is only near in meaning has no marks, lacks every word, and is
    not counted as a match.
    """

    def __init__(self, candidates: OrderedCandidates, nearest: NearestPassages) -> None:
        self._candidates = candidates
        self._nearest = nearest

    @override
    def ranked(self) -> Iterator[tuple[str, float]]:
        return iter(self._scores.items())

    @override
    def articles(self) -> Iterable[str]:
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
        # Scale the parts of the words so that they add up to the score of the rank by words.
        scale = _reciprocal_rank(self._ranks_by_words[passage]) / (match.score or 1.0)
        words = (one._replace(score=one.score * scale) for one in match.parts)
        return match._replace(score=score, parts=(*words, *part))

    @cached_property
    def _ranks_by_words(self) -> Mapping[str, int]:
        """Return the rank of each passage by its words."""
        return {passage: n for n, (passage, _) in enumerate(self._candidates.ranked(), 1)}

    @cached_property
    def _scores(self) -> Mapping[str, float]:
        scores = {passage: _reciprocal_rank(rank) for passage, rank in self._ranks_by_words.items()}
        for passage, rank in self._nearest.ranks.items():
            scores[passage] = round(scores.get(passage, 0.0) + _reciprocal_rank(rank), DIGITS)
        return best_first(scores)


def _reciprocal_rank(rank: int | None) -> float:
    return round(1 / (_RANK_OFFSET + rank), DIGITS) if rank else 0.0
