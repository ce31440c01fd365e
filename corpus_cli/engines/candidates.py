"""Rank the matching passages and explain each match."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from heapq import nlargest, nsmallest
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from corpus_cli.engines.indexed_mentions import count_names
from corpus_cli.engines.port import Candidates, MatchCounts
from corpus_cli.engines.postings import Index
from corpus_cli.engines.query_terms import Scores
from corpus_cli.engines.rerank import MAX_RERANKED, Reranker
from corpus_cli.engines.scoring import TermFormula, inexpb2
from corpus_cli.model import Match, Part, parse_passage_id
from corpus_cli.system.overriding import override

DIGITS = 6
"""Decimal places of a score; beyond them, the order of addition changes a sum."""

MIN_RELEVANT = 0.5
"""The share of the query that a relevant passage has, of what the best of all has."""

_MIN_PASSAGES = 2


class MatchingPass(Protocol):
    """A pass over a query, as `RankedCandidates` needs it."""

    @property
    def reranker(self) -> Reranker:
        """What scores the best passages again, by their bare words."""

    def match(self, passage: int) -> Match:
        """Return what matched in a passage, with the parts of its score from these matches."""

    def coverages(self) -> Mapping[int, float]:
        """Return the share of the bare words that passages have, if these decide what matches."""


class RankedCandidates(Candidates):
    """The passages that match a query; those not in `typed` match only a suggestion."""

    def __init__(
        self,
        index: Index,
        matching: MatchingPass,
        counts: MatchCounts,
        scores: Scores,
        typed: Scores,
    ) -> None:
        self.counts = counts
        self._index = index
        self._matching = matching
        self._word_scores = scores
        self._typed_scores = typed
        self._numbers: dict[str, int] = {}

    @override
    def relevant(self) -> RankedCandidates:
        coverages = self._matching.coverages()
        most = max((coverages.get(p, 0.0) for p in self._word_scores), default=0.0)
        if not most:
            # Nothing matches, or no words rank what does.
            return self
        least = MIN_RELEVANT * most

        def keep(scores: Scores) -> Scores:
            return {p: score for p, score in scores.items() if coverages.get(p, 0.0) >= least}

        typed = keep(self._typed_scores)
        scores = typed if self._word_scores is self._typed_scores else keep(self._word_scores)
        counts = self.counts._replace(total=len(typed))
        return RankedCandidates(self._index, self._matching, counts, scores, typed)

    @override
    def count_articles(self) -> int:
        return len(set(self._index.owners(self._typed_scores)))

    @override
    def count_by_article(self) -> Mapping[str, int]:
        counts = Counter(self._index.owners(self._typed_scores))
        return {self._index.article(owner): count for owner, count in counts.items()}

    @override
    def count_names(self) -> Mapping[str, tuple[int, int]]:
        return count_names(self._index, sorted(self._typed_scores))

    @override
    def passages_by_article(self) -> Iterator[tuple[str, Sequence[str]]]:
        scores = self._typed_scores
        passages: defaultdict[int, list[int]] = defaultdict(list)
        for owner, passage in zip(self._index.owners(scores), scores, strict=True):
            passages[owner].append(passage)
        owners = {self._index.article(owner): owner for owner in passages}
        for article in self.articles():
            yield article, list(map(self._index.id, sorted(passages[owners[article]])))

    @cached_property
    def _best_scores(self) -> Mapping[int, float]:
        """The scores of the best passages, reranking included."""
        return {
            passage: round(self._word_scores[passage] + sum(part.score for part in parts), DIGITS)
            for passage, parts in self._rerank_parts.items()
        }

    @cached_property
    def _rerank_parts(self) -> Mapping[int, Sequence[Part]]:
        """The parts that reranking adds to the scores of the best passages."""
        parts, scores = self._matching.reranker.parts, self._word_scores
        return {passage: tuple(parts(passage, scores[passage])) for passage in self._best()}

    def _best(self) -> Collection[int]:
        """Return the `MAX_RERANKED` passages with the best scores for words; ties go by id."""
        words = self._word_scores
        if len(words) <= MAX_RERANKED:
            return words.keys()
        limit = round(nlargest(MAX_RERANKED, words.values())[-1], DIGITS)
        near_limit = [p for p, score in words.items() if score > limit - 10**-DIGITS]
        above = [passage for passage in near_limit if round(words[passage], DIGITS) > limit]
        tied = [passage for passage in near_limit if round(words[passage], DIGITS) == limit]
        # The passages of an article are numbered in the order of their ids.
        articles = map(cache(self._index.article), self._index.owners(tied))
        first_tied = nsmallest(MAX_RERANKED - len(above), zip(articles, tied, strict=True))
        return [*above, *(passage for _, passage in first_tied)]

    def _score(self, passage: int) -> float:
        best_score = self._best_scores.get(passage)
        return round(self._word_scores[passage], DIGITS) if best_score is None else best_score

    @override
    def ranked(self) -> Iterator[tuple[str, float]]:
        # Reranked passages come before all others, which most callers never reach.
        yield from self._ordered(self._best_scores)
        yield from self._ordered(
            {
                p: round(s, DIGITS)
                for p, s in self._word_scores.items()
                if p not in self._best_scores
            }
        )

    def _ordered(self, scores: Mapping[int, float]) -> Iterator[tuple[str, float]]:
        by_score = sorted(scores.items(), key=itemgetter(1), reverse=True)
        for score, group in groupby(by_score, key=itemgetter(1)):
            # Ties are ordered by id, so that the same query always has the same answer.
            tied = {self._index.id(number): number for number, _ in group}
            self._numbers |= tied
            for passage in sorted(tied, key=parse_passage_id):
                yield passage, score

    @override
    def articles(self) -> tuple[str, ...]:
        scores: Mapping[int, float] = self._typed_scores
        if scores is not self._word_scores:
            # If time ran out, scores with suggestions may lack some passages of the typed words.
            scores = {p: self._word_scores.get(p, score) for p, score in scores.items()}
        # As in `ranked`, the articles of reranked passages come before all others.
        reranked = {p: score for p, score in self._best_scores.items() if p in scores}
        ordered = [*self._ordered_articles(reranked), *self._ordered_articles(scores)]
        return tuple(dict.fromkeys(ordered))

    def _ordered_articles(self, scores: Mapping[int, float]) -> list[str]:
        """Return the articles of passages by the best score of each; ties go by id."""
        best: dict[int, float] = {}
        for owner, score in zip(self._index.owners(scores), scores.values(), strict=True):
            best[owner] = max(score, best.get(owner, score))
        score_by_article = {
            self._index.article(owner): round(score, DIGITS) for owner, score in best.items()
        }
        return sorted(score_by_article, key=lambda name: (-score_by_article[name], name))

    @override
    def match(self, passage: str) -> Match | None:
        number_in_index = self._numbers.get(passage)
        for number in (
            self._index.find(frozenset({passage}))
            if number_in_index is None
            else (number_in_index,)
        ):
            if number in self._word_scores:
                match = self._matching.match(number)
                return match._replace(
                    score=self._score(number),
                    parts=(*match.parts, *self._rerank_parts.get(number, ())),
                    suggested=number not in self._typed_scores,
                )
        return None

    @override
    def worth(self, stem: str) -> TermFormula | None:
        passage_count, count = self._index.tally("stems", stem)
        if passage_count < _MIN_PASSAGES:
            return None
        return inexpb2(
            passages=len(self._index.passages()),
            average=self._index.average("stems"),
            document_frequency=passage_count,
            count=count,
        )


def best_first(scores: Mapping[str, float]) -> dict[str, float]:
    """Return passages with their scores, best first, ties by id."""
    return dict(
        sorted(scores.items(), key=lambda scored: (-scored[1], parse_passage_id(scored[0])))
    )
