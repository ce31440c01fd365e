"""What matches, best first, and what matched in each."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import Protocol

from corpus_cli.engines.evidence import BEST, Evidence
from corpus_cli.engines.leaves import Scores
from corpus_cli.engines.occurrences import Index, article
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

    def grouped(self) -> "Ranked":
        """See `port.Candidates`."""
        return Ranked(self._index, self._matching, self._words, self._typed, grouped=True)

    @cached_property
    def _scores(self) -> Mapping[int, float]:
        # Who only counts ranks none.
        scores = dict(self._rounded)
        for passage, parts in self._raised.items():
            more = sum(part.score for part in parts)
            scores[passage] = round(self._words[passage] + more, DIGITS)
        return scores

    @cached_property
    def _rounded(self) -> Mapping[int, float]:
        return {passage: round(score, DIGITS) for passage, score in self._words.items()}

    @cached_property
    def _raised(self) -> Mapping[int, Sequence[Part]]:
        """What the best passages earn beside their words."""
        parts = self._matching.evidence.parts
        return {passage: tuple(parts(passage, grouped=self._grouped)) for passage in self._best()}

    def _best(self) -> Collection[int]:
        """The passages that their words put first; of ties, in the order of their ids."""
        words = self._rounded
        if len(words) <= BEST:
            return words.keys()
        limit = sorted(words.values(), reverse=True)[BEST - 1]
        above = [passage for passage, score in words.items() if score > limit]
        tied = [passage for passage, score in words.items() if score == limit]
        tied.sort(key=lambda passage: order(self._index.id(passage)))
        return [*above, *tied[: BEST - len(above)]]

    def ranked(self) -> Iterator[tuple[str, float]]:
        """See `port.Candidates`."""
        by_score = sorted(self._scores.items(), key=lambda item: -item[1])
        for score, group in groupby(by_score, key=lambda item: item[1]):
            # Ties in the order of their ids, so that an answer is always the same.
            tied = {self._index.id(number): number for number, _ in group}
            self._numbers |= tied
            for passage in sorted(tied, key=order):
                yield passage, score

    def articles(self) -> tuple[str, ...]:
        """See `port.Candidates`."""
        best: dict[str, float] = {}
        for passage in self._typed:
            # When the time was over, what was typed may be more than what was suggested.
            score = self._scores.get(passage, self._typed[passage])
            name = article(self._index, passage)
            best[name] = max(score, best.get(name, 0.0))
        return tuple(sorted(best, key=lambda name: (-best[name], name)))

    def match(self, passage: str) -> Match | None:
        """See `port.Candidates`."""
        known = self._numbers.get(passage)
        for number in self._index.find(frozenset({passage})) if known is None else (known,):
            if number in self._scores:
                match = self._matching.match(number)
                return replace(
                    match,
                    score=self._scores[number],
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
