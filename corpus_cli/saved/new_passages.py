"""Find the passages of a query that somebody has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.port import Candidates, OrderedCandidates
from corpus_cli.model import Match, Results, article_of
from corpus_cli.search.freshness import mark_stale
from corpus_cli.search.match_query import match_notes, match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.present import present
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import Clusters, select_hits
from corpus_cli.store.store import Store
from corpus_cli.system.overriding import override
from corpus_cli.text.sketches import NEAR, hash_sentences

_AT_ONCE = 200
"""How many passages are read at once."""

Sentences = Mapping[str, frozenset[int]]
"""The hashes of the sentences of passages, by article."""


class Seen(NamedTuple):
    """What somebody has seen of a query.

    That is every passage of the articles whose last change is at most `change`, and of the others
    the passages that consist of `sentences`.
    """

    change: int
    sentences: Sentences


class NewPassages(NamedTuple):
    """The new passages of a query as an answer, and what was seen if somebody reads it.

    The answer counts all new passages; its hits may be fewer. `shown` are the sentences of the
    hits, and of all passages that were seen before. `change` is the last one that everything was
    looked at and shown of; 0 if there was no time, or there are more hits.
    """

    results: Results
    shown: Sentences
    change: int


def find_new(line: str, seen: Seen, moment: Moment, request: SearchRequest) -> NewPassages:
    """Return the passages of a query that were not seen, best first.

    Passages with little of the query are left out, as in an order by date: they are no news.
    Near-copies of what was seen are none either. Raises `InvalidQuery` for a date that is none.
    """
    matches = match_query(line, moment, request)
    changed = {one.article for one in moment.store.changes(seen.change) if one.live}
    relevant = matches.candidates.relevant()
    search = _Search(relevant, moment.store, seen, changed, matches.clock)
    new = list(search.find()) if changed else []
    everything = request._replace(limit=0 if request.limit == 0 else None)
    selected = select_hits(_Only(relevant, new), moment.store, everything, matches.clock)
    hits = mark_stale([*present(selected[: request.limit], moment, request)], moment.store)
    partial = matches.partial or search.partial
    results = Results(
        query=line,
        parsed=matches.parsed,
        hits=hits,
        total=len(new),
        articles=len({article_of(passage) for passage, _ in new}),
        notes=tuple(match_notes(matches, moment)),
        partial=partial,
    )
    are_all_shown = not new or 0 < len(selected) <= len(hits)
    shown = dict(search.seen_again)
    for hit in hits:
        _add(shown, hit.passage.article, hash_sentences(hit.passage.text))
    change = last_indexed(moment) if are_all_shown and not partial else 0
    return NewPassages(results, shown, change)


def find_present(line: str, moment: Moment, request: SearchRequest) -> NewPassages:
    """Return what counts as seen from now on: the passages of a query, without hits."""
    matches = match_query(line, moment, request)
    sentences: dict[str, frozenset[int]] = {}
    partial = matches.partial
    relevant = matches.candidates.relevant()
    try:
        for passages in _batches(relevant.ranked()):
            matches.clock.check()
            for passage in moment.store.passages_by_id(name for name, _ in passages).values():
                _add(sentences, passage.article, hash_sentences(passage.text))
    except TimeOver:
        partial = True
    results = Results(
        query=line,
        parsed=matches.parsed,
        hits=(),
        total=relevant.counts.total,
        articles=relevant.count_articles(),
        notes=tuple(match_notes(matches, moment)),
        partial=partial,
    )
    return NewPassages(results, sentences, last_indexed(moment))


def last_indexed(moment: Moment) -> int:
    """Return the last change that the index has: nothing later was looked at."""
    lag = moment.index.lag(moment.store)
    return 0 if lag.must_be_rebuilt else moment.store.change_before(lag.changes)


class _Search:
    """The search for passages that were not seen, and its result.

    `seen_again` are the sentences of passages in changed articles that were seen. `partial` means
    that there was no time to look at all passages.
    """

    def __init__(
        self,
        candidates: Candidates,
        store: Store,
        seen: Seen,
        changed: set[str],
        clock: Clock,
    ) -> None:
        self.seen_again: dict[str, frozenset[int]] = {}
        self.partial = False
        self._candidates = candidates
        self._store = store
        self._seen = seen
        self._changed = changed
        self._clock = clock
        self._clusters = Clusters(store, clock)

    def find(self) -> Iterator[tuple[str, float]]:
        """Yield the passages that were not seen, with their scores, best first."""
        ranked = self._candidates.ranked()
        in_changed = (one for one in ranked if article_of(one[0]) in self._changed)
        with suppress(TimeOver):
            for scored in _batches(in_changed):
                yield from self._unseen(scored)
            return
        self.partial = True

    def _unseen(self, scored: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
        self._clock.check()
        texts = self._read(passage for passage, _ in scored)
        for passage, score in scored:
            if passage not in texts:
                continue
            article = article_of(passage)
            if self._has_seen(article, texts[passage]):
                _add(self.seen_again, article, hash_sentences(texts[passage]))
            elif not self._has_seen_copy(passage):
                yield passage, score

    def _has_seen(self, article: str, text: str) -> bool:
        """Return whether most of a passage was in passages of its article that were seen."""
        if article not in self._changed:
            return True
        if article not in self._seen.sentences:
            return False
        sizes, seen = hash_sentences(text), self._seen.sentences[article]
        return sum(sizes[one] for one in sizes.keys() & seen) >= NEAR * sum(sizes.values())

    def _has_seen_copy(self, passage: str) -> bool:
        copies = [copy for copy in self._clusters.copies(passage) if self._candidates.match(copy)]
        # When the time is over, there are no copies, and this one may be one.
        self._clock.check()
        texts = self._read(copies)
        return any(self._has_seen(article_of(copy), text) for copy, text in texts.items())

    def _read(self, passages: Iterable[str]) -> dict[str, str]:
        by_id = self._store.passages_by_id(passages)
        return {name: passage.text for name, passage in by_id.items()}


class _Only(OrderedCandidates):
    """Some of the candidates, in their order."""

    def __init__(self, candidates: Candidates, scored: Sequence[tuple[str, float]]) -> None:
        self._candidates = candidates
        self._scores = dict(scored)

    @override
    def ranked(self) -> Iterator[tuple[str, float]]:
        return iter(self._scores.items())

    @override
    def articles(self) -> Iterable[str]:
        return dict.fromkeys(map(article_of, self._scores))

    @override
    def match(self, passage: str) -> Match | None:
        return self._candidates.match(passage) if passage in self._scores else None


def _batches(scored: Iterable[tuple[str, float]]) -> Iterator[list[tuple[str, float]]]:
    iterator = iter(scored)
    return iter(lambda: list(islice(iterator, _AT_ONCE)), [])


def _add(sentences: dict[str, frozenset[int]], article: str, hashes: Iterable[int]) -> None:
    sentences[article] = sentences.get(article, frozenset()).union(hashes)
