"""Rerank the best passages by near words and their article."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import log2

from corpus_cli.engines.postings import Index, Starts
from corpus_cli.engines.query_terms import QueryTerm, TermScorer
from corpus_cli.model import Part

MAX_RERANKED = 200
"""The number of passages to rerank: those with the best scores for words."""

ARTICLE_WEIGHT = 2.0
"""The weight of the whole article beside its best passage, if articles are ranked."""

TITLE_WEIGHT = 3.0
"""The weight of a title word in the score of the whole article."""

MAX_DISTANCE = 50
"""The distance in words from which two words are not near; a title is not near the text."""

NEARNESS, NEARNESS_LONG, MAX_SHORT_QUERY = 1.0, 0.3, 3
"""The weights of nearness in a short and a long query, and the most words of a short one."""

NEARNESS_NAME = 3.0
"""The weight of nearness between two capitalised words, usually one name: `Abbey Gate`."""


class Reranker:
    """A second ranking of the passages with the best scores for the words of a query.

    `rows` are sequences of query terms: the bare words that are side by side in the query.
    """

    def __init__(
        self, index: Index, scorer: TermScorer, rows: Iterable[Sequence[QueryTerm]]
    ) -> None:
        self._index = index
        self._scorer = scorer
        # A pair counts once, however often the query repeats it.
        pairs = (pair for row in rows for pair in pairwise(row) if pair[0] != pair[1])
        self._pairs = tuple(dict.fromkeys(pairs))
        self._words = tuple(dict.fromkeys(leaf for row in rows for leaf in row))
        numbers = {leaf: n for n, leaf in enumerate(self._words)}
        self._sides = [(numbers[left], numbers[right]) for left, right in self._pairs]
        self._article_scores: dict[int, float] = {}

    def parts(self, passage: int, *, grouped: bool) -> Iterator[Part]:
        """Yield the parts that reranking adds to a passage's score; its article's if `grouped`."""
        yield from self._nearness_parts(passage)
        if grouped and self._words:
            owner = self._index.owner(passage)
            if owner not in self._article_scores:
                self._article_scores[owner] = self._article_score(self._index.mates(passage))
            yield Part("article", "", "", self._article_scores[owner])

    def _nearness_parts(self, passage: int) -> Iterator[Part]:
        """Yield a part for each pair of adjacent words of the query that are near in a passage.

        The formula is that of a term: the sum of 1 / distance is its count, and the weighted mean
        rarity of the two words is its gain. After the sequential dependence model of Metzler and
        Croft (SIGIR 2005) and the kernel of Büttcher, Clarke and Lushman (SIGIR 2006).
        """
        if not self._pairs:
            return
        rarity_bits = self._scorer.rarity_bits
        average, length = self._index.average("stems"), self._index.length("stems")
        starts = [leaf.starts(passage) for leaf in self._words]
        for (left, right), (left_number, right_number) in zip(
            self._pairs, self._sides, strict=True
        ):
            count = _nearness(starts[left_number], starts[right_number])
            if count:
                weight = NEARNESS if len(self._words) <= MAX_SHORT_QUERY else NEARNESS_LONG
                if _begins_with_capital(left) and _begins_with_capital(right):
                    weight = NEARNESS_NAME
                normal = count * log2(1.0 + average / max(length(passage), 1))
                gain = weight * (rarity_bits(left) + rarity_bits(right)) / 2
                words = f"{left.text} {right.text}"
                yield Part("proximity", words, "", gain * normal / (normal + 1.0))

    def _article_score(self, mates: Sequence[int]) -> float:
        """Return the score of the query's words in an article, read as one long passage.

        `mates` are all of its passages. The title counts once, although the length of each passage
        includes it.
        """
        score = 0.0
        lengths = {
            field: sum(map(self._index.length(field), mates)) for field in ("stems", "words")
        }
        for leaf in self._words:
            for reading in leaf.field_scores:
                group, weight = reading.group, reading.weight
                matching_passages = (
                    [passage for passage in mates if passage in group.counts] if weight else ()
                )
                if matching_passages:
                    count = sum(group.counts[passage] for passage in matching_passages)
                    if titled := group.title(matching_passages[0]):
                        count = TITLE_WEIGHT * titled + sum(map(group.body, matching_passages))
                    worth = self._scorer.worth(reading, article=True)
                    score += ARTICLE_WEIGHT * weight * worth(count, lengths[reading.field])
        return score


def _begins_with_capital(leaf: QueryTerm) -> bool:
    """Return whether a word that is not a known name starts with a capital."""
    return leaf.text[:1].isupper() and leaf.field_scores[0].reason == "word"


def _nearness(left: Starts, right: Starts) -> float:
    """Return the sum of 1 / distance from each place of one word to the nearest of the other."""
    if not left or not right:
        return 0.0
    right_starts = sorted(right)
    nearness = 0.0
    for start, span in left.items():
        at = bisect_left(right_starts, start)
        # Two words that the passage joins, as in counterterrorism, have a distance of 1.
        gaps = (
            [max(right_starts[at] - start - max(span, 1) + 1, 1)] if at < len(right_starts) else []
        )
        if at:
            previous = right_starts[at - 1]
            gaps.append(max(start - previous - max(right[previous], 1) + 1, 1))
        gap = min(gaps)
        nearness += 1.0 / gap if gap < MAX_DISTANCE else 0.0
    return nearness
