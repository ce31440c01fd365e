"""What the best passages share, to order the first better."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import nsmallest
from itertools import chain, islice

from corpus_cli.engines.candidates import DIGITS, best_first
from corpus_cli.engines.fields import invert, weighs
from corpus_cli.engines.port import Candidates, Ordered
from corpus_cli.engines.scoring import Worth
from corpus_cli.model import Match, Part, article_of
from corpus_cli.query.nodes import Bag, narrows, optional
from corpus_cli.store.articles import Store

FIRST = 20
"""How many passages are put in a new order."""

SOURCES, SHARING, TERMS = 5, 2, 20
"""From how many passages words are taken, in how many of them each is, and how many words."""

WEIGHT = 0.2
"""What feedback adds to the passage it fits best, as a part of the best score."""

_TOLD = 5
"""How many of them an explanation names."""

_Text = tuple[Mapping[str, float], int]
"""How often each stem of a passage counts, and its length."""


def reordered(candidates: Candidates, query: Bag, store: Store, *, grouped: bool) -> Ordered:
    """The candidates, or what stands for their articles; those of bare words with feedback.

    What is quoted or required is meant as it is: its candidates stay as they are.
    """
    found = candidates.grouped() if grouped else candidates
    loose = [node for node in query.nodes if optional(node)]
    others = (node for node in query.nodes if not optional(node))
    if loose and all(map(narrows, others)):
        return Feedback(found, store)
    return found


class Feedback:
    """Candidates of which the first come in the order that what the best share suggests.

    A relevance model (Lavrenko and Croft, SIGIR 2001; RM3 of Abdul-Jaleel et al., TREC 2004)
    mixed in gently: its score is added to that of the query, which keeps the upper hand.
    """

    def __init__(self, candidates: Candidates, store: Store) -> None:
        self._candidates = candidates
        self._store = store

    def ranked(self) -> Iterator[tuple[str, float]]:
        """See `port.Candidates`."""
        rest = islice(self._candidates.ranked(), len(self._first), None)
        return chain(self._first.items(), rest)

    def articles(self) -> Sequence[str]:
        """See `port.Candidates`."""
        return led(self._first, self._candidates.articles())

    def match(self, passage: str) -> Match | None:
        """See `port.Candidates`."""
        match = self._candidates.match(passage)
        if match is None or passage not in self._earned:
            return match
        counts, _ = self._texts[passage]
        told = islice(filter(counts.__contains__, self._shared), _TOLD)
        words = " ".join(stem.removeprefix("=") for stem in told)
        part = Part("feedback", words, "", self._earned[passage])
        return match._replace(score=self._first[passage], parts=(*match.parts, part))

    @cached_property
    def _first(self) -> Mapping[str, float]:
        first = {p: round(s + self._earned.get(p, 0.0), DIGITS) for p, s in self._best.items()}
        return best_first(first)

    @cached_property
    def _best(self) -> Mapping[str, float]:
        return dict(islice(self._candidates.ranked(), FIRST))

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
        top = max(self._best.values(), default=0.0)
        return {passage: WEIGHT * top * fit / best for passage, fit in fits.items() if fit}

    @cached_property
    def _texts(self) -> Mapping[str, _Text]:
        """The stems of each of the first passages, as the index has them."""
        texts = {}
        for passage in self._store.some(self._best).values():
            stems, _ = invert(passage)
            counts = {stem: weighs(posting) for stem, posting in stems.postings.items()}
            texts[passage.id] = counts, stems.length
        return texts

    @cached_property
    def _shared(self) -> Mapping[str, tuple[float, Worth]]:
        """The words that several of the best passages share: how much of their text each is."""
        sources = [passage for passage in self._best if passage in self._texts][:SOURCES]
        shared: Counter[str] = Counter()
        weights: defaultdict[str, float] = defaultdict(float)
        for passage in sources:
            counts, length = self._texts[passage]
            for stem, count in counts.items():
                shared[stem] += 1
                weights[stem] += self._best[passage] * count / max(length, 1)
        told = (
            (-weight, stem)
            for stem, weight in weights.items()
            # A number in common is no subject in common.
            if shared[stem] >= SHARING and not any(map(str.isdigit, stem))
        )
        most = nsmallest(TERMS, told)
        worths = ((stem, -weight, self._candidates.worth(stem)) for weight, stem in most)
        return {stem: (weight, worth) for stem, weight, worth in worths if worth}


def led(passages: Iterable[str], articles: Iterable[str]) -> tuple[str, ...]:
    """Articles, those that some passages are of before the others and in the order of these."""
    found = dict.fromkeys(articles)
    first = filter(found.__contains__, map(article_of, passages))
    return tuple(dict.fromkeys((*first, *found)))
