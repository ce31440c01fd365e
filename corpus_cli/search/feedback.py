"""What the best passages share, to order the first better."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import nsmallest
from itertools import chain, islice

from corpus_cli.engines.candidates import DIGITS, best_first
from corpus_cli.engines.fields import invert, posting_weight
from corpus_cli.engines.port import Candidates, OrderedCandidates
from corpus_cli.engines.scoring import TermFormula
from corpus_cli.model import Match, Part, article_of
from corpus_cli.query.nodes import Bag, narrows, optional
from corpus_cli.store.store import Store
from corpus_cli.system.overriding import override

REORDERED = 20
"""How many passages are put in a new order."""

SOURCE_PASSAGES, MIN_SHARING, MAX_TERMS = 5, 2, 20
"""From how many passages words are taken, in how many of them each is, and how many words."""

WEIGHT = 0.2
"""What feedback adds to the passage it fits best, as a part of the best score."""

_MAX_EXPLAINED = 5
"""How many of them an explanation names."""

_StemCounts = tuple[Mapping[str, float], int]
"""How often each stem of a passage counts, and its length."""


def add_feedback(
    candidates: Candidates, query: Bag, store: Store, *, grouped: bool
) -> OrderedCandidates:
    """The candidates, or what stands for their articles; those of bare words with feedback.

    What is quoted or required is meant as it is: its candidates stay as they are.
    """
    ordered = candidates.grouped() if grouped else candidates
    loose = [node for node in query.nodes if optional(node)]
    strict = (node for node in query.nodes if not optional(node))
    if loose and all(map(narrows, strict)):
        return FeedbackCandidates(ordered, store)
    return ordered


class FeedbackCandidates(OrderedCandidates):
    """Candidates of which the first come in the order that what the best share suggests.

    A relevance model (Lavrenko and Croft, SIGIR 2001; RM3 of Abdul-Jaleel et al., TREC 2004)
    mixed in gently: its score is added to that of the query, which keeps the upper hand.
    """

    def __init__(self, candidates: Candidates, store: Store) -> None:
        self._candidates = candidates
        self._store = store

    @override
    def ranked(self) -> Iterator[tuple[str, float]]:
        unchanged = islice(self._candidates.ranked(), len(self._reordered), None)
        return chain(self._reordered.items(), unchanged)

    @override
    def articles(self) -> Sequence[str]:
        return lead_with(self._reordered, self._candidates.articles())

    @override
    def match(self, passage: str) -> Match | None:
        match = self._candidates.match(passage)
        if match is None or passage not in self._earned:
            return match
        counts, _ = self._texts[passage]
        explained = islice(filter(counts.__contains__, self._shared), _MAX_EXPLAINED)
        words = " ".join(stem.removeprefix("=") for stem in explained)
        part = Part("feedback", words, "", self._earned[passage])
        return match._replace(score=self._reordered[passage], parts=(*match.parts, part))

    @cached_property
    def _reordered(self) -> Mapping[str, float]:
        first = {
            p: round(s + self._earned.get(p, 0.0), DIGITS) for p, s in self._first_scores.items()
        }
        return best_first(first)

    @cached_property
    def _first_scores(self) -> Mapping[str, float]:
        return dict(islice(self._candidates.ranked(), REORDERED))

    @cached_property
    def _earned(self) -> Mapping[str, float]:
        """What each of the first passages earns."""
        fits = {
            passage: sum(
                weight * worth(counts[stem], length)
                for stem, (weight, worth) in self._shared.items()
                if stem in counts
            )
            for passage, (counts, length) in self._texts.items()
        }
        best = max(fits.values(), default=0.0)
        top = max(self._first_scores.values(), default=0.0)
        return {passage: WEIGHT * top * fit / best for passage, fit in fits.items() if fit}

    @cached_property
    def _texts(self) -> Mapping[str, _StemCounts]:
        """The stems of each of the first passages, as the index has them."""
        texts = {}
        for passage in self._store.passages_by_id(self._first_scores).values():
            stems, _ = invert(passage)
            counts = {stem: posting_weight(posting) for stem, posting in stems.postings.items()}
            texts[passage.id] = counts, stems.length
        return texts

    @cached_property
    def _shared(self) -> Mapping[str, tuple[float, TermFormula]]:
        """The words that several of the best passages share: how much of their text each is."""
        sources = [passage for passage in self._first_scores if passage in self._texts][
            :SOURCE_PASSAGES
        ]
        shared: Counter[str] = Counter()
        weights: defaultdict[str, float] = defaultdict(float)
        for passage in sources:
            counts, length = self._texts[passage]
            for stem, count in counts.items():
                shared[stem] += 1
                weights[stem] += self._first_scores[passage] * count / max(length, 1)
        weighted = (
            (-weight, stem)
            for stem, weight in weights.items()
            # A number in common is no subject in common.
            if shared[stem] >= MIN_SHARING and not any(map(str.isdigit, stem))
        )
        most = nsmallest(MAX_TERMS, weighted)
        worths = ((stem, -weight, self._candidates.worth(stem)) for weight, stem in most)
        return {stem: (weight, worth) for stem, weight, worth in worths if worth}


def lead_with(passages: Iterable[str], articles: Iterable[str]) -> tuple[str, ...]:
    """Articles, those that some passages are of before the others and in the order of these."""
    all_articles = dict.fromkeys(articles)
    first = filter(all_articles.__contains__, map(article_of, passages))
    return tuple(dict.fromkeys((*first, *all_articles)))
