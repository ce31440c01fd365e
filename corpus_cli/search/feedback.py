"""Reorder the best passages by the words that they share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from heapq import nsmallest
from itertools import chain, islice

from corpus_cli.engines.candidates import DIGITS, best_first
from corpus_cli.engines.fields import weigh_stems
from corpus_cli.engines.port import Candidates, OrderedCandidates
from corpus_cli.engines.scoring import TermFormula
from corpus_cli.model import Match, Part, article_of
from corpus_cli.query.nodes import Bag, Mention, narrows, optional, walk
from corpus_cli.store.store import Store
from corpus_cli.system.overriding import override
from corpus_cli.text.stem import stem
from corpus_cli.text.tokenise import exact

REORDERED = 20
"""The number of passages that are reordered."""

SOURCE_PASSAGES, MIN_SHARING, MAX_TERMS = 5, 2, 20
"""Passages to take words from, how many of them must contain a word, and the most words taken."""

WEIGHT = 0.2
"""The share of the best score that feedback adds to the passage it fits best."""

_MAX_EXPLAINED = 5
"""The most words that an explanation names."""

_StemCounts = tuple[Mapping[str, int], int]
"""The weight of each stem in a passage, and the length of the passage in terms."""


def add_feedback(candidates: Candidates, query: Bag, store: Store) -> OrderedCandidates:
    """Return the candidates with feedback if the query allows it.

    Feedback needs bare words, and nothing beside them but filters and exclusions: a quoted or
    required part asks for exactly its own words.
    """
    loose = [node for node in query.nodes if optional(node)]
    strict = (node for node in query.nodes if not optional(node))
    if loose and all(map(narrows, strict)):
        return FeedbackCandidates(candidates, store, _stems_of_other_forms(query))
    return candidates


def _stems_of_other_forms(query: Bag) -> frozenset[str]:
    """Return the stems of the forms of names that were not typed.

    They must not rank another form of a name above the typed one.
    """
    # A query may repeat a name thousands of times.
    mentions = dict.fromkeys(node for node in walk(query) if isinstance(node, Mention))
    forms = (form for node in mentions for form in (*node.name.forms, *node.name.short))
    typed = (form for node in mentions for form in node.typed)
    return frozenset(_stems(forms)).difference(_stems(typed))


def _stems(forms: Iterable[str]) -> Iterator[str]:
    for word in dict.fromkeys(" ".join(map(exact, dict.fromkeys(forms))).split()):
        yield word if word.startswith("=") else stem(word)


class FeedbackCandidates(OrderedCandidates):
    """Candidates, the first of them reordered by the words that the best passages share.

    This is a relevance model (Lavrenko and Croft, SIGIR 2001; RM3 of Abdul-Jaleel et al., TREC
    2004) with a small weight: its score is added to that of the query, which dominates.
    """

    def __init__(self, candidates: Candidates, store: Store, ignored: frozenset[str]) -> None:
        self._candidates = candidates
        self._store = store
        self._ignored = ignored

    @override
    def ranked(self) -> Iterator[tuple[str, float]]:
        unchanged = islice(self._candidates.ranked(), len(self._reordered), None)
        return chain(self._reordered.items(), unchanged)

    @override
    def articles(self) -> Iterable[str]:
        return _lead_with(self._reordered, self._candidates.articles())

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
        """Return the score that feedback adds to each of the first passages."""
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
        """Return the stems of each of the first passages, weighted as in the index."""
        passages = self._store.passages_by_id(self._first_scores)
        return {name: weigh_stems(passage) for name, passage in passages.items()}

    @cached_property
    def _shared(self) -> Mapping[str, tuple[float, TermFormula]]:
        """Return the stems that several of the best passages share: weight and term formula."""
        sources = [passage for passage in self._first_scores if passage in self._texts][
            :SOURCE_PASSAGES
        ]
        shared: Counter[str] = Counter()
        weights: defaultdict[str, float] = defaultdict(float)
        for passage in sources:
            counts, length = self._texts[passage]
            for term, count in counts.items():
                shared[term] += 1
                weights[term] += self._first_scores[passage] * count / max(length, 1)
        weighted = (
            (-weight, term)
            for term, weight in weights.items()
            # A shared number does not mean a shared subject.
            if shared[term] >= MIN_SHARING
            and term not in self._ignored
            and not any(map(str.isdigit, term))
        )
        most = nsmallest(MAX_TERMS, weighted)
        worths = ((term, -weight, self._candidates.worth(term)) for weight, term in most)
        return {term: (weight, worth) for term, weight, worth in worths if worth}


def _lead_with(passages: Iterable[str], articles: Iterable[str]) -> tuple[str, ...]:
    """Return the articles, first those of the given passages, in the order of the passages."""
    all_articles = dict.fromkeys(articles)
    first = filter(all_articles.__contains__, map(article_of, passages))
    return tuple(dict.fromkeys((*first, *all_articles)))
