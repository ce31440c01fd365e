"""The open corpus: store and engine behind one small class."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from corpus_cli import config
from corpus_cli.engines.port import Engine, Facts, article_facts
from corpus_cli.errors import CorpusDamaged, CorpusError, NamesDamaged, NotFound
from corpus_cli.model import Article, Facets, Header, Passage, Results, earliest
from corpus_cli.store.store import Store
from corpus_cli.system.files import make_folder, path_exists, replace_file
from corpus_cli.text.data import DATA

if TYPE_CHECKING:
    from corpus_cli.ingest.batches import Batches
    from corpus_cli.ingest.steps import IngestRequest, Progress
    from corpus_cli.model.report import Report
    from corpus_cli.names.corpus_names import CorpusNames
    from corpus_cli.names.lookup import NameLookup
    from corpus_cli.search.facets import MentionCount, MentionPeriod
    from corpus_cli.search.ranking import Ranking
    from corpus_cli.search.request import By, SearchRequest

_T = TypeVar("_T")

Waiting = Callable[[str], None]
"""Told for whom a writer waits."""

WAIT = 60.0
"""Seconds to wait for another writer."""


def no_progress(*_: object) -> None:
    """Take what is told, and tell nobody."""


class Corpus:
    """A corpus in a folder, or in memory.

    Reading needs no lock and never blocks. Writing takes the lock, heals what a crash
    left behind, and commits in batches: the store first, which is the acknowledgement,
    then the engine.
    """

    def __init__(self, folder: Path | None, store: Store, engine: Callable[[], Engine]) -> None:
        self.folder = folder
        self.store = store
        self._open_engine = engine

    @classmethod
    def open(cls, folder: str | os.PathLike[str] | None = None) -> Self:
        """Open a corpus that is there, else the nearest. Raises `CorpusMissing` where none is."""
        name = os.fspath(folder) if folder else None
        path = config.find_existing_corpus(name, os.environ, config.current_folder())
        return cls(path, Store(path / config.STORE_FILE), lambda: _whoosh(path))

    @classmethod
    def create(
        cls,
        folder: str | os.PathLike[str],
        *,
        wait: float = WAIT,
        waiting: Waiting = no_progress,
    ) -> Self:
        """Open a corpus, or make one where none is."""
        from corpus_cli.store import lock

        folder = Path(folder)
        with lock.translate_write_errors(folder):
            make_folder(folder)
            with lock.hold_lock(folder, wait=wait, doing="corpus ingest", waiting=waiting):
                readme = (DATA / "index.txt").read_bytes()
                replace_file(folder / "README", readme, folder / "README.new")
                engine = _whoosh(folder)
                # The index first: from its first moment on the store can be searched.
                if not path_exists(folder / "CURRENT"):
                    with engine.writer(0):
                        pass
                elif not config.is_corpus(folder) and engine.upto():
                    raise CorpusDamaged(
                        f"{folder / config.STORE_FILE} is gone, and the articles with it: restore "
                        f"it from a backup, or remove {folder} and ingest the files again"
                    )
                Store(folder / config.STORE_FILE, create=True).close()
        return cls.open(folder)

    @classmethod
    def in_memory(cls) -> Self:
        """A corpus that nothing is kept of."""
        from corpus_cli.engines.memory import MemoryEngine

        return cls(None, Store(None, create=True), MemoryEngine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and memory."""
        if "engine" in vars(self):
            self.engine.close()
        if "names" in vars(self):
            self.names.close()
        self.store.close()

    @cached_property
    def engine(self) -> Engine:
        """Where matching happens; opened when first asked, for its imports take time."""
        return self._open_engine()

    @cached_property
    def names(self) -> CorpusNames:
        """The names that count: shipped, mined from the articles, and the user's own."""
        from corpus_cli.names.corpus_names import CorpusNames

        locked = partial(self._locked, "corpus names", WAIT, no_progress)
        return CorpusNames(self.store, self.folder, config.read_pack_settings(os.environ), locked)

    # --- asking ---

    def search(self, line: str, request: SearchRequest | None = None) -> Results:
        """Ranked passages for a query."""
        # Imports are most of a short command: each pays for its own corridor only.
        from corpus_cli.search.pipeline import search

        return self._answer(partial(search, line), request)

    def ranking(self, line: str, request: SearchRequest | None = None) -> Ranking:
        """What a query finds, told by ids and scores alone, for measuring."""
        from corpus_cli.search.ranking import ranking

        return self._answer(partial(ranking, line), request)

    def facets(
        self, line: str, by: By | Sequence[By], request: SearchRequest | None = None
    ) -> Facets:
        """What a query finds, counted by what is known of it."""
        from corpus_cli.search.facets import facets

        fields: Sequence[By] = [by] if isinstance(by, str) else by
        return self._answer(partial(facets, line, fields), request)

    def count_names(self, forms: Sequence[str] = (), per: MentionPeriod = "") -> list[MentionCount]:
        """How often each name, or those that have these forms, is meant in the corpus."""
        from corpus_cli.search.facets import count_mentions

        with self.store.snapshot():
            return count_mentions(forms, self.names.lookup(), self.engine, self.store, per)

    def spellings(self, form: str) -> Sequence[str]:
        """Return the words of a form as each passage that contains them writes them."""
        from corpus_cli.search.spellings import spellings

        with self.store.snapshot():
            return spellings(form, self.store, self.engine)

    def headers(self) -> Iterator[Header]:
        """Every article, by id."""
        with self.store.snapshot():
            return iter(self.store.headers(self.store.ids()).values())

    def article(self, name: str) -> tuple[Article, Sequence[Passage], Header]:
        """An article with its passages, by id, beginning of an id, passage id or path."""
        with self.store.snapshot():
            article = self.resolve(name)
            content = self.store.article(article)
            if content is None:
                raise NotFound(f"no article is called {name}")
            return content, self.store.passages(article), self.store.header(article)

    def resolve(self, name: str) -> str:
        """The id of the article that a name means. Raises `NotFound`, with a way on."""
        from corpus_cli.store.article_lookup import resolve_article

        return resolve_article(self.store, name)

    def status(self) -> Mapping[str, int]:
        """Counts of what is held, how many changes the index lacks, and of files not as read."""
        from corpus_cli.search import freshness

        with self.store.snapshot():
            unindexed = self.store.count_changes(self.engine.upto(verify=True))
            files = freshness.stale_counts(self.store)
            return {**self.store.counts(), "unindexed": unindexed, **files}

    # --- writing ---

    def ingest(
        self,
        places: Sequence[str],
        request: IngestRequest | None = None,
        *,
        progress: Progress = no_progress,
        wait: float = WAIT,
        waiting: Waiting = no_progress,
    ) -> Report:
        """Bring the corpus in step with files and folders."""
        from corpus_cli.ingest import steps
        from corpus_cli.ingest.batches import Batches

        request = request or steps.IngestRequest()
        batches: AbstractContextManager[Batches] = self._writing(
            "corpus ingest", wait, waiting, request.jobs
        )
        if request.dry_run:
            batches = nullcontext(Batches(self.store, lambda: None))
        report = steps.ingest(places, self.store, batches, request, progress)
        if self.folder and not request.dry_run:
            # Now, that the first search need not wait; what is wrong with names it will say.
            with suppress(CorpusError):
                self.names.lookup()
        return report

    def remove(
        self, names: Sequence[str], *, wait: float = WAIT, waiting: Waiting = no_progress
    ) -> None:
        """Take articles out; their files are not read again without `restore_removed`."""
        articles = [self.resolve(name) for name in names]
        with self._writing("corpus remove", wait, waiting):
            for article in articles:
                self.store.remove(article)

    def edit(
        self,
        name: str,
        corrections: Mapping[str, Sequence[str] | None],
        *,
        wait: float = WAIT,
        waiting: Waiting = no_progress,
    ) -> str:
        """Correct metadata of an article by hand: field → values; None takes it back.

        A correction belongs to the sources of the article: it outlives what is read there.
        """
        article = self.resolve(name)
        with self._writing("corpus edit", wait, waiting):
            for field, values in corrections.items():
                self.store.correct(article, field, values)
        return article

    def clusters(self) -> Iterator[Sequence[Header]]:
        """The articles that are near-copies of each other, the earliest of each cluster first."""
        with self.store.snapshot():
            clusters = [
                list(map(self.store.header, ids)) for ids in self.store.near_copies.clusters()
            ]
        return (sorted(headers, key=earliest) for headers in clusters)

    def reindex(self, *, wait: float = WAIT, waiting: Waiting = no_progress) -> None:
        """Make the index anew from the store alone."""
        with self._locked("corpus reindex", wait, waiting):
            self._catch_up(fresh=True, jobs=os.cpu_count() or 1)

    def embed(
        self, progress: Progress = no_progress, wait: float = WAIT, waiting: Waiting = no_progress
    ) -> int:
        """Make the vectors that passages lack; how many had to be computed."""
        from corpus_cli.semantic.embedding import embed_passages

        with self._locked("corpus embed", wait, waiting):
            return embed_passages(self.store, os.environ, progress)

    def _answer(
        self,
        question: Callable[[Store, Engine, NameLookup, SearchRequest], _T],
        request: SearchRequest | None,
    ) -> _T:
        """An answer, of one moment; asked again where the compiled names were damaged."""
        from corpus_cli.search.request import SearchRequest

        local_request = (request or SearchRequest()).within(self.folder)
        with self.store.snapshot():
            try:
                return question(self.store, self.engine, self.names.lookup(), local_request)
            except NamesDamaged:
                self.names.close()
                return question(self.store, self.engine, self.names.lookup(), local_request)

    @contextmanager
    def _writing(
        self, doing: str, wait: float, waiting: Waiting, jobs: int = 1
    ) -> Iterator[Batches]:
        from corpus_cli.ingest.batches import Batches

        with self._locked(doing, wait, waiting):
            self._catch_up(verify=True, jobs=jobs)
            follow = partial(self._catch_up, jobs=jobs)
            # In memory nothing is safer for being indexed early.
            with Batches(self.store, follow if self.folder else no_progress) as batches:
                yield batches
            if not self.folder:
                follow()

    @contextmanager
    def _locked(self, doing: str, wait: float, waiting: Waiting) -> Iterator[None]:
        if self.folder is None:
            yield
            return
        from corpus_cli.store import lock

        hold_lock = partial(lock.hold_lock, wait=wait, doing=doing, waiting=waiting)
        with lock.translate_write_errors(self.folder), hold_lock(self.folder):
            yield

    def _catch_up(self, *, fresh: bool = False, verify: bool = False, jobs: int = 1) -> None:
        """Bring the engine to the last change of the store.

        With `verify` every byte of the index is read before it is built upon.
        """
        indexed, last = 0 if fresh else self.engine.upto(verify=verify), self.store.last_change()
        if indexed == last and not fresh:
            self.engine.tidy()
            return
        if indexed > last or not indexed:
            # An older store was brought back, or the index does not read back: start anew.
            indexed, fresh = 0, True
        changes = list(self.store.changes(indexed))
        with self.engine.writer(last, fresh=fresh) as writer:
            for change in changes:
                writer.remove(change.article)
            writer.fill([change.article for change in changes if change.live], self._read, jobs)

    def _read(self, article: str) -> tuple[Sequence[Passage], Facts]:
        """What the engine is told of an article."""
        # A path is as seen from where the corpus stands.
        base = f"{os.path.dirname(os.path.abspath(self.folder))}/" if self.folder else ""  # noqa: PTH100, PTH120 - resolve() follows links
        return self.store.passages(article), article_facts(self.store.header(article), base)


def _whoosh(folder: Path) -> Engine:
    from corpus_cli.engines.whoosh.engine import WhooshEngine

    return WhooshEngine(folder)


def search_corpora(
    corpora: Sequence[tuple[str, Corpus]], line: str, request: SearchRequest | None = None
) -> tuple[Results, Sequence[Results]]:
    """Search several corpora, each with the name that its hits and notes are given.

    Returns the merged answer, and the answer of each corpus in their order.
    """
    from corpus_cli.search.request import SearchRequest

    request = request or SearchRequest()
    if len(corpora) == 1:
        results = corpora[0][1].search(line, request)
        return results, [results]
    from corpus_cli.search.across_corpora import merge_answers, request_each

    answers = [corpus.search(line, request_each(request)) for _, corpus in corpora]
    names = [name for name, _ in corpora]
    return merge_answers([*zip(names, answers, strict=True)], request), answers
