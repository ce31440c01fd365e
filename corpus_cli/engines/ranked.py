"""What matches, best first, and what matched in each."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import groupby

from corpus_cli.engines.leaves import Scores
from corpus_cli.engines.occurrences import Index
from corpus_cli.model import Match


class Ranked:
    """See `port.Candidates`. What is not in `typed` only a suggestion found."""

    def __init__(
        self,
        index: Index,
        match: Callable[[int, float, bool], Match],
        scores: Scores,
        typed: Scores,
    ) -> None:
        self._index = index
        self._match = match
        self._exact = scores
        self._typed = typed
        self._numbers: dict[str, int] = {}

    @cached_property
    def _scores(self) -> Mapping[int, float]:
        # Who only counts ranks none.
        return {passage: round(score, 6) for passage, score in self._exact.items()}

    def ranked(self) -> Iterator[tuple[str, float]]:
        """See `port.Candidates`."""
        by_score = sorted(self._scores.items(), key=lambda item: -item[1])
        for score, group in groupby(by_score, key=lambda item: item[1]):
            # Ties in the order of their ids, so that an answer is always the same.
            tied = {self._index.id(number): number for number, _ in group}
            self._numbers |= tied
            for passage in sorted(tied, key=order):
                yield passage, score

    def match(self, passage: str) -> Match | None:
        """See `port.Candidates`."""
        known = self._numbers.get(passage)
        for number in self._index.find(frozenset({passage})) if known is None else (known,):
            if number in self._scores:
                return self._match(number, self._scores[number], number not in self._typed)
        return None


def order(passage: str) -> tuple[str, int]:
    """What sorts passages by article, then as they stand in it."""
    name, _, n = passage.partition("#")
    return name, int(n)
