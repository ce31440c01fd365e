"""Rerank the best passages by near words and their article."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, pairwise
from math import log2

from corpus_cli.engines.postings import Index, Starts
from corpus_cli.engines.query_terms import WORD_WEIGHT, QueryTerm, TermScorer
from corpus_cli.engines.scoring import level_length
from corpus_cli.model import Part

MAX_RERANKED = 200
"""The number of passages to rerank: those with the best scores for words."""

COVERAGE_POWER = 0.5
"""The power of a passage's coverage by which its score is multiplied."""

MIN_COVERAGE = 0.02
"""The coverage of a passage that has no word of the query in its text or heading."""

TYPED_BONUS = 0.05
"""The share of its score that a passage gains for a name that it has in the typed form."""

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
    `words` are these, each once, however often the query repeats it.
    """

    def __init__(
        self,
        index: Index,
        scorer: TermScorer,
        rows: Iterable[Sequence[QueryTerm]],
        *,
        ranks_articles: bool,
    ) -> None:
        self._ranks_articles = ranks_articles
        self._index = index
        self._scorer = scorer
        # A pair counts once, however often the query repeats it.
        pairs = (pair for row in rows for pair in pairwise(row) if pair[0] != pair[1])
        self.words = tuple(dict.fromkeys(leaf for row in rows for leaf in row))
        numbers = {leaf: n for n, leaf in enumerate(self.words)}
        self._pairs = [(numbers[left], numbers[right]) for left, right in dict.fromkeys(pairs)]
        self._article_scores: dict[int, float] = {}

    def parts(self, passage: int, score: float) -> Sequence[Part]:
        """Return the parts that reranking adds to the score of a passage for its words.

        These are the nearness of words; the score of its article if articles are ranked, else
        what it loses for the words that it lacks; and a bonus for each name as it was typed.
        """
        if not self.words:
            return ()
        parts = list(self._nearness_parts(passage))
        if self._ranks_articles:
            owner = self._index.owner(passage)
            if owner not in self._article_scores:
                self._article_scores[owner] = self._article_score(self._index.mates(passage))
            parts.append(Part("article", "", "", self._article_scores[owner]))
        else:
            score_of_words = score + sum(part.score for part in parts)
            loss = score_of_words * (self._coverage(passage) ** COVERAGE_POWER - 1.0)
            parts += [Part("coverage", "", "", loss)] if loss else []
        total = score + sum(part.score for part in parts)
        mates = self._index.mates(passage) if self._ranks_articles else (passage,)
        parts += [
            Part("typed", term.text, "", TYPED_BONUS * total)
            for term in self.words
            if term.name and not term.name.typed_passages.isdisjoint(mates)
        ]
        return parts

    def _coverage(self, passage: int) -> float:
        """Return the share of the query, by rarity, that text and heading of a passage have."""
        covered = sum(
            weight * _covered_share(passages, word_passages, passage)
            for (passages, word_passages), weight in zip(
                self._below_title, self._coverage_weights, strict=True
            )
        )
        return max(covered / sum(self._coverage_weights), MIN_COVERAGE)

    @cached_property
    def _coverage_weights(self) -> Sequence[float]:
        """How much each term counts in the coverage: its rarity; a name at least the mean of all.

        A frequent name is still what the query is about.
        """
        bits = [self._scorer.rarity_bits(term) for term in self.words]
        mean = sum(bits) / len(bits)
        return [
            max(one, mean) if term.name else one for one, term in zip(bits, self.words, strict=True)
        ]

    def coverages(self) -> Mapping[int, float]:
        """Return the share of the query, by rarity, that each passage with a word of it has.

        A word in the title of the article counts as well: it says what all of its passages are
        about.
        """
        coverages: defaultdict[int, float] = defaultdict(float)
        if not self.words:
            return coverages
        total = sum(self._coverage_weights)
        for term, weight in zip(self.words, self._coverage_weights, strict=True):
            named = term.passages()
            for passage in named:
                coverages[passage] += weight / total
            for word in term.words:
                for passage in word.allowed(word.passages()) - named:
                    coverages[passage] += WORD_WEIGHT * weight / total / len(term.words)
        return coverages

    @cached_property
    def _below_title(self) -> Sequence[tuple[set[int], Sequence[set[int]]]]:
        """The passages with each term in text or heading, and those with each word of a name."""
        return [
            (term.below_title(), [word.below_title() for word in term.words]) for term in self.words
        ]

    def below_title(self) -> set[int]:
        """Return the passages that have any of the words in text or heading, where it counts."""
        terms = zip(self.words, self._below_title, strict=True)
        return set().union(
            *(passages for passages, _ in self._below_title),
            *(
                word.allowed(passages)
                for term, (_, word_passages) in terms
                for word, passages in zip(term.words, word_passages, strict=True)
            ),
        )

    def _nearness_parts(self, passage: int) -> Iterator[Part]:
        """Yield a part for each pair of adjacent words of the query that are near in a passage.

        The formula is that of a term: the sum of 1 / distance is its count, and the weighted mean
        rarity of the two words is its gain. After the sequential dependence model of Metzler and
        Croft (SIGIR 2005) and the kernel of Büttcher, Clarke and Lushman (SIGIR 2006).
        """
        occurring = [leaf.occurs_in(passage, outside=True) for leaf in self.words]
        pairs = [pair for pair in self._pairs if occurring[pair[0]] and occurring[pair[1]]]
        if not pairs:
            return
        starts = {n: self.words[n].starts(passage) for n in set(chain.from_iterable(pairs))}
        rarity_bits = self._scorer.rarity_bits
        average, length = self._index.average("stems"), self._index.length("stems")
        for left_number, right_number in pairs:
            count = _nearness(starts[left_number], starts[right_number])
            if count:
                left, right = self.words[left_number], self.words[right_number]
                weight = NEARNESS if len(self.words) <= MAX_SHORT_QUERY else NEARNESS_LONG
                if _begins_with_capital(left) and _begins_with_capital(right):
                    weight = NEARNESS_NAME
                own_length = max(length(passage), 1)
                levelled = level_length(own_length, average, self._scorer.length_share)
                normal = count * log2(1.0 + average / levelled)
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
        for leaf in self.words:
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


def _covered_share(
    passages: Collection[int], word_passages: Sequence[Collection[int]], passage: int
) -> float:
    """Return 1 for a term that occurs; for the words of a name, the share that they score."""
    if passage in passages:
        return 1.0
    words = [passage in passages_of_word for passages_of_word in word_passages]
    return WORD_WEIGHT * sum(words) / len(words) if words else 0.0


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
