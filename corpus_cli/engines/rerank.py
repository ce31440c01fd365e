"""What raises the best passages: near words, their article."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import log2

from corpus_cli.engines.postings import Index, Starts
from corpus_cli.engines.query_terms import Leaf, Leaves
from corpus_cli.model import Part

BEST = 200
"""How many passages are looked at: those that their words put first."""

ARTICLE = 2.0
"""What the whole article weighs beside its best passage, where articles are ranked."""

TITLED = 3.0
"""What a word of the title counts in its article."""

FAR = 50
"""From so many words on two are not near: a title is not near to the text."""

NEAR, NEAR_MANY, MANY = 1.0, 0.3, 3
"""What nearness weighs in a query of few words, what in one of more than so many."""

NEAR_NAME = 3.0
"""What it weighs between two words in capitals, which are most often one name: `Abbey Gate`."""


class Evidence:
    """Looks a second time at the passages that the words of a query put first.

    `rows` are the leaves of bare words as they stand side by side in the query.
    """

    def __init__(self, index: Index, leaves: Leaves, rows: Iterable[Sequence[Leaf]]) -> None:
        self._index = index
        self._leaves = leaves
        # Two words side by side as often as they like, are one pair.
        pairs = (pair for row in rows for pair in pairwise(row) if pair[0] != pair[1])
        self._pairs = tuple(dict.fromkeys(pairs))
        self._words = tuple(dict.fromkeys(leaf for row in rows for leaf in row))
        numbers = {leaf: n for n, leaf in enumerate(self._words)}
        self._sides = [(numbers[left], numbers[right]) for left, right in self._pairs]
        self._known: dict[int, float] = {}

    def parts(self, passage: int, *, grouped: bool) -> Iterator[Part]:
        """What a passage earns beside its words; for its article too where it stands for that."""
        yield from self._near(passage)
        if grouped and self._words:
            owner = self._index.owner(passage)
            if owner not in self._known:
                self._known[owner] = self._article(self._index.mates(passage))
            yield Part("article", "", "", self._known[owner])

    def _near(self, passage: int) -> Iterator[Part]:
        """What each two words earn that stand side by side in the query, by their distance here.

        The formula is that of a term: the sum of 1 / distance is its count, and its gain is the
        mean of what the two tell. After the sequential dependence model of Metzler and Croft
        (SIGIR 2005) and the kernel of Büttcher, Clarke and Lushman (SIGIR 2006).
        """
        if not self._pairs:
            return
        told = self._leaves.told
        average, length = self._index.average("stems"), self._index.length("stems")
        starts = [leaf.starts(passage) for leaf in self._words]
        for (left, right), (one, other) in zip(self._pairs, self._sides, strict=True):
            count = _nearness(starts[one], starts[other])
            if count:
                weight = NEAR if len(self._words) <= MANY else NEAR_MANY
                if _begins(left) and _begins(right):
                    weight = NEAR_NAME
                normal = count * log2(1.0 + average / max(length(passage), 1))
                gain = weight * (told(left) + told(right)) / 2
                words = f"{left.text} {right.text}"
                yield Part("proximity", words, "", gain * normal / (normal + 1.0))

    def _article(self, mates: Sequence[int]) -> float:
        """The words of the query in all passages of an article, as one long passage.

        Its title counts once, though its length is that of each; `mates` are all of its passages.
        """
        score = 0.0
        lengths = {
            field: sum(map(self._index.length(field), mates)) for field in ("stems", "words")
        }
        for leaf in self._words:
            for reading in leaf.readings:
                group, weight = reading.group, reading.weight
                held = [passage for passage in mates if passage in group.counts] if weight else ()
                if held:
                    count = sum(group.counts[passage] for passage in held)
                    if titled := group.title(held[0]):
                        count = TITLED * titled + sum(map(group.body, held))
                    worth = self._leaves.worth(reading, article=True)
                    score += ARTICLE * weight * worth(count, lengths[reading.field])
        return score


def _begins(leaf: Leaf) -> bool:
    """Whether a word that is no known name begins in capitals."""
    return leaf.text[:1].isupper() and leaf.readings[0].why == "word"


def _nearness(left: Starts, right: Starts) -> float:
    """The sum of 1 / distance from each place of one to the nearest of the other."""
    if not left or not right:
        return 0.0
    others = sorted(right)
    found = 0.0
    for start, span in left.items():
        at = bisect_left(others, start)
        # Words that are one here, like the two of counterterrorism, are side by side.
        gaps = [max(others[at] - start - max(span, 1) + 1, 1)] if at < len(others) else []
        if at:
            before = others[at - 1]
            gaps.append(max(start - before - max(right[before], 1) + 1, 1))
        gap = min(gaps)
        found += 1.0 / gap if gap < FAR else 0.0
    return found
