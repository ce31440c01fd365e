"""What matches, best first, and what matched in each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import nlargest
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from corpus_cli.engines.postings import Index
from corpus_cli.engines.query_terms import Scores
from corpus_cli.engines.rerank import BEST, Evidence
from corpus_cli.engines.scoring import Worth, inexpb2
from corpus_cli.model import Match, Part

DIGITS = 6
"""Scores that agree so far are a tie: sums of the same parts differ by their order."""

_SEVERAL = 2


class Matching(Protocol):
    """What Ranked needs of a pass over a query."""

    @property
    def evidence(self) -> Evidence:
        """What is known of the bare words beside how often they stand where."""

    def match(self, passage: int) -> Match:
        """What matched in a passage, and what it earns by that."""


class Ranked:
    """See `port.Candidates`. What is not in `typed` only a suggestion found."""

    def __init__(
        self, index: Index, matching: Matching, scores: Scores, typed: Scores, *, grouped: bool
    ) -> None:
        self._index = index
        self._matching = matching
        self._words = scores
        self._typed = typed
        self._grouped = grouped
        self._numbers: dict[str, int] = {}

    def grouped(self) -> Ranked:
        """See `port.Candidates`."""
        return Ranked(self._index, self._matching, self._words, self._typed, grouped=True)

    @cached_property
    def _first(self) -> Mapping[int, float]:
        """The scores of the best passages, with what they earn beside their words."""
        return {
            passage: round(self._words[passage] + sum(part.score for part in parts), DIGITS)
            for passage, parts in self._raised.items()
        }

    @cached_property
    def _raised(self) -> Mapping[int, Sequence[Part]]:
        """What the best passages earn beside their words."""
        parts = self._matching.evidence.parts
        return {passage: tuple(parts(passage, grouped=self._grouped)) for passage in self._best()}

    def _best(self) -> Collection[int]:
        """The passages that their words put first; of ties, in the order of their ids."""
        words = self._words
        if len(words) <= BEST:
            return words.keys()
        limit = round(nlargest(BEST, words.values())[-1], DIGITS)
        near = [p for p, score in words.items() if score > limit - 10**-DIGITS]
        above = [passage for passage in near if round(words[passage], DIGITS) > limit]
        tied = [passage for passage in near if round(words[passage], DIGITS) == limit]
        tied.sort(key=lambda passage: order(self._index.id(passage)))
        return [*above, *tied[: BEST - len(above)]]

    def _score(self, passage: int) -> float:
        known = self._first.get(passage)
        return round(self._words[passage], DIGITS) if known is None else known

    def ranked(self) -> Iterator[tuple[str, float]]:
        """See `port.Candidates`."""
        # What is raised stays before what is not: few ask further.
        yield from self._ordered(self._first)
        yield from self._ordered(
            {p: round(s, DIGITS) for p, s in self._words.items() if p not in self._first}
        )

    def _ordered(self, scores: Mapping[int, float]) -> Iterator[tuple[str, float]]:
        by_score = sorted(scores.items(), key=itemgetter(1), reverse=True)
        for score, group in groupby(by_score, key=itemgetter(1)):
            # Ties in the order of their ids, so that an answer is always the same.
            tied = {self._index.id(number): number for number, _ in group}
            self._numbers |= tied
            for passage in sorted(tied, key=order):
                yield passage, score

    def articles(self) -> tuple[str, ...]:
        """See `port.Candidates`."""
        scores: Mapping[int, float] = self._typed
        if scores is not self._words:
            # When the time was over, what was typed may be more than what was suggested.
            scores = {p: self._words.get(p, score) for p, score in scores.items()}
        best: dict[int, float] = {}
        for owner, score in zip(self._index.owners(scores), scores.values(), strict=True):
            if score > best.get(owner, -1.0):
                best[owner] = score
        first = [passage for passage in self._first if passage in scores]
        for owner, passage in zip(self._index.owners(first), first, strict=True):
            best[owner] = max(best[owner], self._first[passage])
        named = {self._index.article(owner): round(s, DIGITS) for owner, s in best.items()}
        return tuple(sorted(named, key=lambda name: (-named[name], name)))

    def match(self, passage: str) -> Match | None:
        """See `port.Candidates`."""
        known = self._numbers.get(passage)
        for number in self._index.find(frozenset({passage})) if known is None else (known,):
            if number in self._words:
                match = self._matching.match(number)
                return match._replace(
                    score=self._score(number),
                    parts=(*match.parts, *self._raised.get(number, ())),
                    suggested=number not in self._typed,
                )
        return None

    def worth(self, stem: str) -> Worth | None:
        """See `port.Candidates`."""
        found, count = self._index.tally("stems", stem)
        if found < _SEVERAL:
            return None
        return inexpb2(
            passages=len(self._index.passages()),
            average=self._index.average("stems"),
            found=found,
            count=count,
        )


def best_first(scores: Mapping[str, float]) -> dict[str, float]:
    """Passages by their scores, ties in the order of their ids."""
    return dict(sorted(scores.items(), key=lambda one: (-one[1], order(one[0]))))


def order(passage: str) -> tuple[str, int]:
    """What sorts passages by article, then as they stand in it."""
    name, _, n = passage.partition("#")
    return name, int(n)
