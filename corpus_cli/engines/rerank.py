"""What raises the best passages: near words, their article."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import log2

from corpus_cli.engines.postings import Index, Starts
from corpus_cli.engines.query_terms import QueryTerm, QueryTerms
from corpus_cli.model import Part

MAX_RERANKED = 200
"""How many passages are looked at: those that their words put first."""

ARTICLE_WEIGHT = 2.0
"""What the whole article weighs beside its best passage, where articles are ranked."""

TITLE_WEIGHT = 3.0
"""What a word of the title counts in its article."""

MAX_DISTANCE = 50
"""From so many words on two are not near: a title is not near to the text."""

NEARNESS, NEARNESS_LONG, MAX_SHORT_QUERY = 1.0, 0.3, 3
"""What nearness weighs in a query of few words, what in one of more than so many."""

NEARNESS_NAME = 3.0
"""What it weighs between two words in capitals, which are most often one name: `Abbey Gate`."""


class Reranker:
    """Looks a second time at the passages that the words of a query put first.

    `rows` are the leaves of bare words as they stand side by side in the query.
    """

    def __init__(
        self, index: Index, leaves: QueryTerms, rows: Iterable[Sequence[QueryTerm]]
    ) -> None:
        self._index = index
        self._leaves = leaves
        # Two words side by side as often as they like, are one pair.
        pairs = (pair for row in rows for pair in pairwise(row) if pair[0] != pair[1])
        self._pairs = tuple(dict.fromkeys(pairs))
        self._words = tuple(dict.fromkeys(leaf for row in rows for leaf in row))
        numbers = {leaf: n for n, leaf in enumerate(self._words)}
        self._sides = [(numbers[left], numbers[right]) for left, right in self._pairs]
        self._article_scores: dict[int, float] = {}

    def parts(self, passage: int, *, grouped: bool) -> Iterator[Part]:
        """What a passage earns beside its words; for its article too where it stands for that."""
        yield from self._nearness_parts(passage)
        if grouped and self._words:
            owner = self._index.owner(passage)
            if owner not in self._article_scores:
                self._article_scores[owner] = self._article_score(self._index.mates(passage))
            yield Part("article", "", "", self._article_scores[owner])

    def _nearness_parts(self, passage: int) -> Iterator[Part]:
        """What each two words earn that stand side by side in the query, by their distance here.

        The formula is that of a term: the sum of 1 / distance is its count, and its gain is the
        mean of what the two tell. After the sequential dependence model of Metzler and Croft
        (SIGIR 2005) and the kernel of Büttcher, Clarke and Lushman (SIGIR 2006).
        """
        if not self._pairs:
            return
        rarity_bits = self._leaves.rarity_bits
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
        """The words of the query in all passages of an article, as one long passage.

        Its title counts once, though its length is that of each; `mates` are all of its passages.
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
                    worth = self._leaves.worth(reading, article=True)
                    score += ARTICLE_WEIGHT * weight * worth(count, lengths[reading.field])
        return score


def _begins_with_capital(leaf: QueryTerm) -> bool:
    """Whether a word that is no known name begins in capitals."""
    return leaf.text[:1].isupper() and leaf.field_scores[0].reason == "word"


def _nearness(left: Starts, right: Starts) -> float:
    """The sum of 1 / distance from each place of one to the nearest of the other."""
    if not left or not right:
        return 0.0
    right_starts = sorted(right)
    nearness = 0.0
    for start, span in left.items():
        at = bisect_left(right_starts, start)
        # Words that are one here, like the two of counterterrorism, are side by side.
        gaps = (
            [max(right_starts[at] - start - max(span, 1) + 1, 1)] if at < len(right_starts) else []
        )
        if at:
            previous = right_starts[at - 1]
            gaps.append(max(start - previous - max(right[previous], 1) + 1, 1))
        gap = min(gaps)
        nearness += 1.0 / gap if gap < MAX_DISTANCE else 0.0
    return nearness
