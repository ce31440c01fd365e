"""Save searches, run them, and say what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.errors import CorpusDamaged, CorpusError, NotFound, UsageError, closest_name
from corpus_cli.model import Results
from corpus_cli.query.filters import Filters
from corpus_cli.saved.new_passages import NewPassages, Seen, find_new, find_present
from corpus_cli.saved.options import decode_options, encode_options
from corpus_cli.search.asking import Ask
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.store.saved_searches import EVERYBODY, SavedQuery
from corpus_cli.store.store import Store
from corpus_cli.text.normalise import mend_surrogates
from corpus_cli.text.printable import printable
from corpus_cli.text.sketches import hash_sentences

USUAL_CONSUMER = "default"
"""Who looks for new passages if nobody is named."""

_MAX_NAME = 100


class SavedSearch(NamedTuple):
    """A query under a name, with its options, and when it was added, in UTC (ISO 8601)."""

    name: str
    query: str
    request: SearchRequest
    added: str


class News(NamedTuple):
    """The new passages of a saved search for a consumer.

    `shown` and `change` are what `Searches.mark_seen` records when somebody has read the hits of
    the answer; see `NewPassages`.
    """

    search: SavedSearch
    consumer: str
    results: Results
    shown: Mapping[str, frozenset[int]]
    change: int


class NewCount(NamedTuple):
    """How many passages of a saved search are new, at least if `partial`.

    `error` says why the search cannot be run.
    """

    name: str
    passages: int
    partial: bool = False
    error: str = ""


class ListedSearch(NamedTuple):
    """A saved search, with what is new of it; the request is None if it cannot be read."""

    saved: SavedQuery
    request: SearchRequest | None
    new: NewCount


class Searches:
    """The saved searches of a corpus.

    What somebody has seen is recorded for each consumer: a person, or a program such as cron. What
    was in the corpus when a search was added is new to nobody.
    """

    def __init__(
        self, store: Store, ask: Ask, adding: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        """`adding` returns a context with the lock of the corpus, for the writer that it names."""
        self._store = store
        self._ask = ask
        self._adding = adding

    def names(self) -> Sequence[str]:
        """Return the names of all saved searches, sorted."""
        return [saved.name for saved in self._store.saved_searches.all()]

    def list(self, consumer: str = USUAL_CONSUMER, seconds: float = 0.0) -> Sequence[ListedSearch]:
        """Return all saved searches, sorted by name, with how much of each is new to a consumer.

        `seconds` is the time for all of them together, 0 for no limit.
        """
        new = {one.name: one for one in self.count_new(consumer, seconds)}
        listed = []
        for saved in self._store.saved_searches.all():
            try:
                request = self._read(saved).request
            except CorpusDamaged as error:
                listed.append(ListedSearch(saved, None, NewCount(saved.name, 0, error=str(error))))
            else:
                count = new.get(saved.name, NewCount(saved.name, 0))
                listed.append(ListedSearch(saved, request, count))
        return listed

    def get(self, name: str) -> SavedSearch:
        """Return a saved search.

        Raises `NotFound` if there is none with this name, and `CorpusDamaged` if its options are
        not as corpus writes them.
        """
        return self._read(self._require(name))

    def add(
        self,
        name: str,
        query: str,
        request: SearchRequest | None = None,
        *,
        replace: bool = False,
        from_start: bool = False,
    ) -> Results:
        """Save a query with the options that decide what it matches; return what it matches now.

        What it matches now counts as seen, unless `from_start`. Raises `UsageError` if there is a
        search with this name and not `replace`, and `InvalidQuery` for a date that is none.
        """
        _check_name("the name of a saved search", name)
        request, query = request or SearchRequest(), mend_surrogates(query)
        if not query.strip() and request.filters == Filters():
            raise UsageError("the query is missing: give words to search for, or a filter")
        if not replace:
            self._require_free(name)
        present, local_request = self._ask(partial(_take_stock, query), request)
        options = encode_options(local_request)
        added = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        searches = self._store.saved_searches
        with self._adding("corpus saved add"):
            if not replace:
                self._require_free(name)
            searches.put(SavedQuery(name, query, options, added))
            searches.set_last_change(name, EVERYBODY, 0 if from_start else present.change)
            if not from_start:
                searches.add_sentences(name, EVERYBODY, present.shown)
        return present.results

    def remove(self, name: str) -> None:
        """Delete a saved search and what was seen of it. Raises `NotFound` if there is none."""
        self._require(name)
        with self._adding("corpus saved remove"):
            self._store.saved_searches.remove(self._require(name).name)

    def new(
        self,
        name: str,
        consumer: str = USUAL_CONSUMER,
        request: SearchRequest | None = None,
        *,
        since_added: bool = False,
    ) -> News:
        """Return the passages of a saved search that a consumer has not seen.

        They count as not seen until `mark_seen`. Of the request, how long it may take, how many
        hits it returns and in which order counts; without one, all hits are returned. With
        `since_added` the answer has all that nobody had seen when the search was added.
        """
        _check_name("the name of a consumer", consumer)
        search = self.get(name)
        base = request or SearchRequest(limit=None)
        question = partial(_find_new_to, search, EVERYBODY if since_added else consumer)
        new = self._ask(question, _with_options(base, search.request))
        return News(search, consumer, new.results._replace(id=name), new.shown, new.change)

    def mark_seen(self, *news: News) -> None:
        """Record that consumers have read the hits of answers; all of them, or none.

        A search that was removed or replaced in the meantime is left as it is.
        """
        to_record = [one for one in news if self._adds_anything(one)]
        if not to_record:
            return
        searches = self._store.saved_searches
        with self._adding("corpus new"):
            current = {saved.name: saved for saved in searches.all()}
            for search, consumer, _, shown, looked_to in to_record:
                saved = current.get(search.name)
                if saved is None or self._read(saved) != search:
                    continue
                searches.add_sentences(search.name, consumer, shown)
                if looked_to:
                    change = max(looked_to, searches.last_change(search.name, consumer))
                    searches.set_last_change(search.name, consumer, change)
                    for owner in (EVERYBODY, consumer):
                        self._hand_down(search.name, owner)

    def _adds_anything(self, news: News) -> bool:
        last = self._store.saved_searches.last_change(news.search.name, news.consumer)
        return bool(news.results.hits) or news.change > last

    def count_new(self, consumer: str = USUAL_CONSUMER, seconds: float = 0.0) -> Iterator[NewCount]:
        """Yield how many passages of each saved search are new to a consumer, by name.

        `seconds` is the time for all searches together, 0 for no limit.
        """
        clock = Clock(seconds)
        for name in self.names():
            if self._store.saved_searches.last_change(name, consumer) >= self._store.last_change():
                # Nothing was read since.
                yield NewCount(name, 0)
                continue
            if clock.is_over:
                yield NewCount(name, 0, partial=True)
                continue
            request = SearchRequest(limit=0, seconds=clock.seconds_left())
            try:
                results = self.new(name, consumer, request).results
                yield NewCount(name, results.total, results.partial)
            except CorpusError as error:
                yield NewCount(name, 0, error=str(error))

    def _hand_down(self, name: str, consumer: str) -> None:
        """Let the articles that are read in the place of others have what was seen of these.

        Only what they still contain is kept, so that it cannot grow without an end.
        """
        searches = self._store.saved_searches
        sentences: dict[str, frozenset[int]] = {}
        dead = searches.take_dead(name, consumer)
        successors = searches.find_successors(dead)
        for article, hashes in dead.items():
            if successor := successors[article]:
                texts = (passage.text for passage in self._store.passages(successor))
                present = frozenset(chain.from_iterable(map(hash_sentences, texts)))
                sentences[successor] = sentences.get(successor, frozenset()) | hashes & present
        searches.add_sentences(name, consumer, sentences)

    def _require(self, name: str) -> SavedQuery:
        by_name = {saved.name: saved for saved in self._store.saved_searches.all()}
        if name in by_name:
            return by_name[name]
        near = closest_name(name, by_name)
        raise NotFound(
            f"there is no saved search {printable(name)}: "
            + (f"did you mean {printable(near)}?" if near else "corpus saved list lists them")
        )

    def _require_free(self, name: str) -> None:
        if name in self.names():
            raise UsageError(
                f"there is a saved search {name} already: --replace puts this one in its place, "
                "and what was seen of it is forgotten"
            )

    def _read(self, saved: SavedQuery) -> SavedSearch:
        try:
            _check_name("its name", saved.name)
            return SavedSearch(saved.name, saved.query, decode_options(saved.options), saved.added)
        except (ValueError, UsageError) as error:
            raise CorpusDamaged(
                f"the saved search {printable(saved.name)} is not as corpus writes it ({error}): "
                "remove it, and add it again"
            ) from error


def _take_stock(
    line: str, moment: Moment, request: SearchRequest
) -> tuple[NewPassages, SearchRequest]:
    """Return what matches now, and the request with paths as the corpus records them."""
    return find_present(line, moment, request), request


def _find_new_to(
    search: SavedSearch, consumer: str, moment: Moment, request: SearchRequest
) -> NewPassages:
    searches = moment.store.saved_searches
    seen = Seen(
        searches.last_change(search.name, consumer), searches.sentences(search.name, consumer)
    )
    return find_new(search.query, seen, moment, request)


def _with_options(base: SearchRequest, saved: SearchRequest) -> SearchRequest:
    """Return a request with the options of a saved search."""
    return base._replace(
        filters=saved.filters,
        literal=saved.literal,
        all_terms=saved.all_terms,
        all_names=saved.all_names,
        expand_names=saved.expand_names,
        suggest=saved.suggest,
    )


def _check_name(what: str, name: str) -> None:
    """Raise `UsageError` for a name that cannot be typed or printed on one line."""
    if (
        not name
        or len(name) > _MAX_NAME
        or name.startswith("-")
        or name != " ".join(name.split())
        or name != printable(name)
    ):
        raise UsageError(
            f"{what} must be a word or words of up to {_MAX_NAME} characters, and not begin "
            "with a hyphen"
        )
