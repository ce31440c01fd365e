"""The open corpus: a store and an engine in one class."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from corpus_cli import config
from corpus_cli.errors import CorpusDamaged, CorpusError, NamesDamaged, NotFound
from corpus_cli.model import Article, Facets, Header, Passage, Results
from corpus_cli.store.store import Store
from corpus_cli.system.files import make_folder, path_exists, read_content, replace_file
from corpus_cli.text.data import DATA
from corpus_cli.text.shell import index_option

if TYPE_CHECKING:
    from corpus_cli.engines.port import Engine
    from corpus_cli.explore.questions import Questions
    from corpus_cli.ingest.batches import Batches
    from corpus_cli.ingest.steps import IngestRequest, Progress
    from corpus_cli.model.annotations import Annotation
    from corpus_cli.model.report import Report
    from corpus_cli.names.corpus_names import CorpusNames
    from corpus_cli.names.lookup import NameLookup
    from corpus_cli.names.proposals import Proposal
    from corpus_cli.saved.searches import Searches
    from corpus_cli.search.article_marks import ArticleMarks
    from corpus_cli.search.facets import MentionCount, MentionPeriod
    from corpus_cli.search.moment import Moment
    from corpus_cli.search.ranking import Ranking
    from corpus_cli.search.request import By, SearchRequest
    from corpus_cli.store.name_words import SpellingPair
    from corpus_cli.store.notebook import Notebook

_T = TypeVar("_T")

Waiting = Callable[[str], None]
"""Called once, with a description of the writer that holds the lock."""

WAIT = 60.0
"""Seconds to wait for another writer."""


_GRACE = 10.0
"""Seconds after the time limit in which what was found by then can still be read.

A store that takes longer is from a stranger: limits on steps and rows end most of these earlier.
"""


def no_progress(*_: object) -> None:
    """Ignore a report of progress."""


class Corpus:
    """A corpus in a folder, or in memory.

    Reading needs no lock and never blocks. Writing takes the lock, repairs what a crash left
    behind, and commits in batches: first to the store, which makes a change durable, then to
    the engine.
    """

    def __init__(self, folder: Path | None, store: Store, engine: Callable[[], Engine]) -> None:
        self.folder = folder
        self.store = store
        self._open_engine = engine

    @classmethod
    def open(cls, folder: str | os.PathLike[str] | None = None) -> Self:
        """Open an existing corpus, by default the nearest. Raises `CorpusMissing` without one."""
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
        """Open a corpus, or create it if there is none."""
        from corpus_cli.store import lock

        folder = Path(folder)
        with lock.translate_write_errors(folder):
            make_folder(folder)
            lock.warn_of_network(folder, waiting)
            with lock.hold_lock(folder, wait=wait, doing="corpus ingest", waiting=waiting):
                readme = (DATA / "index.txt").read_bytes()
                replace_file(folder / "README", readme, folder / "README.new")
                engine = _whoosh(folder)
                # Create the index first, so that the store can be searched once it exists.
                if not path_exists(folder / "CURRENT"):
                    with engine.writer(0):
                        pass
                elif not config.is_corpus(folder) and not engine.is_empty():
                    raise CorpusDamaged(
                        f"{folder / config.STORE_FILE} is gone, and the articles with it: restore "
                        f"it from a backup, or remove {folder} and ingest the files again"
                    )
                Store(folder / config.STORE_FILE, create=True).close()
        return cls.open(folder)

    @classmethod
    def in_memory(cls) -> Self:
        """Create an empty corpus in memory, which is lost when it is closed."""
        from corpus_cli.engines.memory import MemoryEngine

        return cls(None, Store(None, create=True), MemoryEngine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        try:
            if isinstance(error, Exception) and not isinstance(error, CorpusError | OSError):
                self._explain(error)
        finally:
            self.close()

    def _explain(self, error: Exception) -> None:
        """Raise `CorpusDamaged` for an error in using the corpus if its store explains it.

        A corpus may come from a stranger, who can store anything. What he stored is looked at only
        after an error, because every value would have to be read.
        """
        if self.folder and (fault := self.store.find_fault()):
            raise CorpusDamaged(
                f"{self.folder / config.STORE_FILE} is not as corpus writes it ({fault}): do not "
                "use it if it comes from somebody else; restore it from a backup, or ingest the "
                "files again into another folder with --index"
            ) from error

    def close(self) -> None:
        """Close the files of the corpus and free its memory."""
        if "engine" in vars(self):
            self.engine.close()
        if "names" in vars(self):
            self.names.close()
        self.store.close()

    @cached_property
    def engine(self) -> Engine:
        """Return the engine; it is opened at the first use, because its imports take time."""
        return self._open_engine()

    @cached_property
    def names(self) -> CorpusNames:
        """Return the names to look up and to change: shipped, mined, and the user's own."""
        from corpus_cli.names.corpus_names import CorpusNames

        locked = partial(self._locked, "corpus names", WAIT, no_progress)
        return CorpusNames(self.store, self.folder, config.read_pack_settings(os.environ), locked)

    # --- reading ---

    @contextmanager
    def snapshot(self) -> Iterator[Moment]:
        """Open the store, the index and the names as they are now.

        Raises `CorpusDamaged` if an upgrade was killed between its index and its store: the ids
        of the two differ.
        """
        from corpus_cli.search.moment import Moment

        while True:
            was_upgraded = self.store.is_upgraded()
            # A writer commits to the store first, so an index that was opened first is not newer.
            with self.engine.snapshot() as index, self.store.snapshot():
                if was_upgraded or not self.store.is_upgraded():
                    is_ahead = index.lag(self.store).is_ahead
                    if is_ahead and was_upgraded:
                        raise self._lost_changes_error()
                    if is_ahead:
                        raise CorpusDamaged(
                            f"the upgrade of {self.folder} from an older version of corpus is not "
                            f"complete. Complete it with: corpus reindex{index_option(self.folder)}"
                        )
                    yield Moment(
                        self.store, index, self._with_names(lambda names: names), os.environ
                    )
                    return
            # An upgrade was committed in between: the index that was opened has the old ids.

    def search(self, line: str, request: SearchRequest | None = None) -> Results:
        """Return ranked passages for a query."""
        # Imports take most of the time of a short command, so each method has its own.
        from corpus_cli.search.pipeline import search

        return self._answer(partial(search, line), request)

    def ranking(self, line: str, request: SearchRequest | None = None) -> Ranking:
        """Return the ids and scores of what matches a query, without texts, for measuring."""
        from corpus_cli.search.ranking import ranking

        return self._answer(partial(ranking, line), request)

    def facets(
        self, line: str, by: By | Sequence[By], request: SearchRequest | None = None
    ) -> Facets:
        """Count the passages that match a query by one or more fields."""
        from corpus_cli.search.facets import facets

        fields: Sequence[By] = [by] if isinstance(by, str) else by
        return self._answer(partial(facets, line, fields), request)

    @property
    def explore(self) -> Questions:
        """The questions beside a search: concordance, timeline and others."""
        from corpus_cli.explore.questions import Questions

        return Questions(self._answer)

    @property
    def saved(self) -> Searches:
        """The saved searches, and what is new of them."""
        return self.saving()

    def saving(self, *, wait: float = WAIT, waiting: Waiting = no_progress) -> Searches:
        """Return the saved searches; a change of them waits for another writer."""
        from corpus_cli.saved.searches import Searches

        return Searches(self.store, self._answer, partial(self._adding, wait=wait, waiting=waiting))

    @property
    def notebook(self) -> Notebook:
        """The notes and tags of a person on articles and passages."""
        return self.noting()

    def noting(self, *, wait: float = WAIT, waiting: Waiting = no_progress) -> Notebook:
        """Return the notes and tags; a change of them waits for another writer."""
        from corpus_cli.store.notebook import Notebook

        return Notebook(self.store, partial(self._adding, wait=wait, waiting=waiting))

    def count_names(self, forms: Sequence[str] = (), per: MentionPeriod = "") -> list[MentionCount]:
        """Count the mentions of all names, or of the names with the given forms."""
        from corpus_cli.search.facets import count_mentions

        with self.snapshot() as moment:
            return count_mentions(forms, moment, per)

    def spellings(self, form: str) -> Sequence[str]:
        """Return the spelling of a form in each passage that contains it."""
        from corpus_cli.search.spellings import spellings

        with self.snapshot() as moment:
            return spellings(form, moment)

    def propose_forms(self) -> Sequence[Proposal]:
        """Return forms of the texts that names may have as well."""
        from corpus_cli.names.proposals import propose_forms
        from corpus_cli.search.spellings import count_form, spellings

        with self.snapshot() as moment:
            return list(
                propose_forms(
                    moment.names,
                    moment.store.name_words,
                    cache(lambda form: count_form(form, moment)),
                    lambda form: spellings(form, moment),
                )
            )

    def spelling_pairs(self, form: str) -> Sequence[SpellingPair]:
        """Return other words of the corpus that are probably spellings of a word."""
        from corpus_cli.text.tokenise import key

        with self.snapshot() as moment:
            pairs = moment.store.name_words.pairs([key(form)])
            return [one for one in pairs if not moment.names.are_apart(one.word, one.other)]

    def index_notes(self) -> Sequence[str]:
        """Return notes on an index that is older than the store."""
        from corpus_cli.search.freshness import index_notes

        with self.snapshot() as moment:
            return list(index_notes(moment))

    def headers(self) -> Iterator[Header]:
        """Return the header of every article, sorted by id."""
        with self._complete_store():
            return iter(self.store.headers(self.store.ids()).values())

    def article(self, name: str) -> tuple[Article, Sequence[Passage], Header]:
        """Return an article, its passages and its header; see `resolve` for the name."""
        with self._complete_store():
            article = self.resolve(name)
            content = self.store.article(article)
            if content is None:
                raise NotFound(f"no article is called {name}")
            return content, self.store.passages(article), self.store.header(article)

    def mark_article(
        self, line: str, article: str, request: SearchRequest | None = None
    ) -> ArticleMarks:
        """Return what a query matches in the article with an id, as a search marks it in hits."""
        from corpus_cli.search.article_marks import mark_article

        marks = self._answer(partial(mark_article, line, article), request)
        if marks is None:
            raise NotFound(f"no article is called {article}")
        return marks

    def annotations(self, *articles: str) -> Sequence[Annotation]:
        """Return the notes and tags of a person on articles, by id, and on their passages."""
        with self._complete_store():
            return self.store.annotations.of(articles) if self.store.has_annotations() else ()

    def resolve(self, name: str) -> str:
        """Return the id of the article that a name identifies.

        The name is an id, the beginning of one, a passage id or a path. Raises `NotFound` if it
        identifies no article, or several.
        """
        from corpus_cli.store.article_lookup import resolve_article

        return resolve_article(self.store, name)

    @contextmanager
    def _complete_store(self) -> Iterator[None]:
        """Read the same state of the store throughout the context.

        Raises `CorpusDamaged` if it lacks changes that are indexed: SQLite drops the end of a
        damaged log without an error.
        """
        indexed = _read_last_indexed(self.folder) if self.folder else 0
        with self.store.snapshot():
            if indexed > self.store.last_change() and self.store.is_upgraded():
                raise self._lost_changes_error()
            yield

    def _lost_changes_error(self) -> CorpusDamaged:
        return CorpusDamaged(
            f"the index in {self.folder} has changes that its store lacks: the store was replaced "
            "by an older one, or its log was damaged. Restore it from a backup, or keep what it "
            f"has with: corpus reindex{index_option(self.folder)}"
        )

    def status(self) -> Mapping[str, int]:
        """Return counts of the contents, of changes not in the index yet, and of stale files."""
        from corpus_cli.search import freshness

        with self._complete_store():
            unindexed = self.engine.lag(self.store, verify=True).changes
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
        """Update the corpus from files and folders."""
        from corpus_cli.ingest import steps
        from corpus_cli.ingest.batches import Batches

        request = request or steps.IngestRequest()
        batches: AbstractContextManager[Batches] = self._writing(
            "corpus ingest", wait, waiting, request.jobs
        )
        if request.dry_run:
            batches = nullcontext(Batches(self.store, no_progress))
        report = steps.ingest(places, self.store, batches, request, progress)
        if self.folder and not request.dry_run:
            self.compile_names()
        return report

    def compile_names(self) -> None:
        """Compile the names now, so that the first search need not; it will report their errors."""
        with suppress(CorpusError):
            self.names.lookup()

    def ingest_matching(
        self,
        places: Sequence[str],
        lines: Sequence[str],
        search: SearchRequest | None = None,
        request: IngestRequest | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Report:
        """Read from files and folders what may match one of several queries, into memory.

        All other articles are passed over as soon as their words are known, which is much faster.
        A search of the corpus then finds the same passages for these queries as if all were read.
        """
        from contextlib import closing
        from dataclasses import replace

        from corpus_cli.ingest import steps
        from corpus_cli.ingest.loading import StandardInput
        from corpus_cli.ingest.matching_files import read_matching
        from corpus_cli.search.request import SearchRequest

        base = request or steps.IngestRequest()
        with closing(StandardInput()) as standard_input:

            def read_files(need: str, seconds: float) -> Report:
                one_pass = replace(base, need=need, seconds=seconds)
                batches = self._writing("corpus search", WAIT, no_progress, base.jobs)
                return steps.ingest(places, self.store, batches, one_pass, progress, standard_input)

            return read_matching(
                lines, search or SearchRequest(), base.seconds, read_files, self.names.lookup
            )

    def remove(
        self, names: Sequence[str], *, wait: float = WAIT, waiting: Waiting = no_progress
    ) -> None:
        """Remove articles; an ingest brings them back only with `restore_removed`."""
        articles = [self.resolve(name) for name in names]
        with self._writing("corpus remove", wait, waiting):
            self.store.recorder.remove(map(self._current_id, articles))

    def edit(
        self,
        name: str,
        corrections: Mapping[str, Sequence[str] | None],
        *,
        wait: float = WAIT,
        waiting: Waiting = no_progress,
    ) -> str:
        """Correct metadata of an article by hand: field → values; None undoes a correction.

        A correction belongs to the sources of the article and remains if they change. Returns
        the id of the article.
        """
        article = self.resolve(name)
        with self._writing("corpus edit", wait, waiting):
            article = self._current_id(article)
            for field, values in corrections.items():
                self.store.recorder.correct(article, field, values)
        return article

    def clusters(self) -> Iterator[Sequence[Header]]:
        """Yield each cluster of near-copies, its earliest article first."""
        from corpus_cli.search.clusters import find_clusters

        return iter(find_clusters([("", self.store)]))

    def reindex(self, *, wait: float = WAIT, waiting: Waiting = no_progress) -> None:
        """Rebuild the index from the store."""
        jobs = os.cpu_count() or 1
        with self._locked("corpus reindex", wait, waiting):
            if not self._upgrade(jobs):
                self._catch_up(fresh=True, jobs=jobs)

    def _answer(
        self, question: Callable[[Moment, SearchRequest], _T], request: SearchRequest | None
    ) -> _T:
        """Answer from one snapshot; a second time if the compiled names were damaged."""
        from corpus_cli.search.request import SearchRequest

        local_request = (request or SearchRequest()).within(self.folder)
        seconds = local_request.seconds
        with self.store.deadline(seconds and seconds + _GRACE), self.snapshot() as moment:
            try:
                return question(moment, local_request)
            except NamesDamaged:
                self.names.close()
                moment.names = self.names.lookup()
                return question(moment, local_request)

    def _with_names(self, read: Callable[[NameLookup], _T]) -> _T:
        """Return what a function reads in the names, compiled again if they are damaged."""
        try:
            return read(self.names.lookup())
        except NamesDamaged:
            self.names.close()
            return read(self.names.lookup())

    @contextmanager
    def _writing(
        self, doing: str, wait: float, waiting: Waiting, jobs: int = 1
    ) -> Iterator[Batches]:
        from corpus_cli.indexing import lacks_much
        from corpus_cli.ingest.batches import Batches

        with self._locked(doing, wait, waiting):
            self._upgrade(jobs)
            self._catch_up(verify=True, jobs=jobs, is_last=False)

            def follow(is_last: bool) -> None:  # noqa: FBT001 - called by `Batches`
                # In memory, an index of a part would protect nothing.
                if is_last or (self.folder and lacks_much(self.store, self.engine)):
                    # Each batch may change the names: once is enough to bring mentions up to date.
                    self._catch_up(jobs=jobs, is_last=is_last)

            with Batches(self.store, follow, jobs) as batches:
                yield batches

    @contextmanager
    def _adding(self, doing: str, wait: float, waiting: Waiting) -> Iterator[None]:
        """Change what users add to the store beside articles; no index depends on it."""
        with self._locked(doing, wait, waiting):
            self._upgrade(1)
            with self.store.transaction():
                yield

    @contextmanager
    def _locked(self, doing: str, wait: float, waiting: Waiting) -> Iterator[None]:
        if self.folder is None:
            yield
            return
        from corpus_cli.store import lock

        hold_lock = partial(lock.hold_lock, wait=wait, doing=doing, waiting=waiting)
        with lock.translate_write_errors(self.folder), hold_lock(self.folder):
            yield

    def _upgrade(self, jobs: int) -> bool:
        """Bring a corpus of an older format to this one; return whether its index was made again.

        The new index is complete before the store is committed, so a killed upgrade leaves the
        corpus as it was.
        """
        if is_rebuilt := not self.store.is_upgraded():
            from corpus_cli.names.spelling_pairs import update_spelling_pairs

            with self.store.upgrade():
                update_spelling_pairs(self.store.name_words)
                self._catch_up(fresh=True, jobs=jobs)
        self.store.complete_upgrade()
        return is_rebuilt

    def _current_id(self, article: str) -> str:
        """Return the id of an article that was named before an upgrade, which makes ids longer."""
        return next(iter(self.store.ids(article)), article)

    def _catch_up(
        self,
        *,
        fresh: bool = False,
        verify: bool = False,
        jobs: int = 1,
        is_last: bool = True,
    ) -> None:
        """Apply the changes of the store that the engine lacks; see `indexing.update_index`."""
        from corpus_cli.indexing import update_index

        update_index(
            self.store,
            self.engine,
            self._read_names,
            fresh=fresh,
            verify=verify,
            jobs=jobs,
            is_last=is_last,
        )

    def _read_names(self, read: Callable[[NameLookup], _T]) -> _T | None:
        """Return what a function reads in the names; None for an error, which searches report."""
        with suppress(CorpusError):
            return self._with_names(read)
        return None


def _read_last_indexed(folder: Path) -> int:
    """Return the last change that is indexed, by the manifest; 0 if it cannot be read."""
    import json

    try:
        # The manifest is read before the store: a writer commits to the store first.
        upto = json.loads(read_content(folder / "CURRENT", follow=False))["upto"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0
    return upto if isinstance(upto, int) else 0


def _whoosh(folder: Path) -> Engine:
    from corpus_cli.engines.whoosh.engine import WhooshEngine

    return WhooshEngine(folder)
