"""Whatever is done to a corpus, store and index agree."""

from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from corpus_cli.corpus import Corpus
from corpus_cli.engines.port import Writer
from corpus_cli.errors import NotFound
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model.name_table import NameTable
from corpus_cli.search.request import SearchRequest
from tests.property.made import UNSHRUNK

WORDS = [f"unique{letter}" for letter in "abcde"]
names = st.sampled_from(["1.txt", "2.txt", "3.txt"])
numbers = st.integers(0, len(WORDS) - 1)


class Crash(Exception):
    """The process dies here."""


def dies(
    upto: int,
    *,
    fresh: bool = False,
    names: NameTable | None = None,
    is_last: bool = True,
) -> AbstractContextManager[Writer]:
    """A writer of the engine that never opens."""
    raise Crash


class Life(RuleBasedStateMachine):
    """A corpus beside a model of it: what each file says, what was removed."""

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.folder = Path(self.place.name, "files")
        self.folder.mkdir()
        self.corpus = Corpus.create(Path(self.place.name, "index"))
        self.files: dict[str, int] = {}
        self.known: dict[str, int] = {}
        self.removed: set[int] = set()
        self.behind = False

    def teardown(self) -> None:
        self.corpus.close()
        self.place.cleanup()

    @property
    def live(self) -> set[int]:
        """The texts that are to be found."""
        return set(self.known.values()) - self.removed

    @rule(name=names, n=numbers)
    def put_or_change(self, name: str, n: int) -> None:
        if n not in self.removed:
            self.files[name] = n
            text = f"Title of {WORDS[n]}\n\nHere stands {WORDS[n]} and nothing else.\n"
            (self.folder / name).write_text(text, "utf-8")
            self.ingest(prune=False, again=False)

    @rule(name=names)
    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self.files.pop(name, None)

    @rule(prune=st.booleans(), again=st.booleans())
    def ingest(self, *, prune: bool, again: bool) -> None:
        self.corpus.ingest(
            [str(self.folder)], IngestRequest(prune=prune, force=True, restore_removed=again)
        )
        self._ingested(prune=prune, again=again)
        self.behind = False

    @rule(n=numbers)
    def remove(self, n: int) -> None:
        found = self.corpus.store.ids()
        named = [i for i in found if WORDS[n] in self.corpus.article(i)[0].text]
        assert len(named) == (n in self.live)
        if named:
            self.corpus.remove(named)
            self.removed.add(n)
            self.behind = False
            with pytest.raises(NotFound, match="was removed"):
                self.corpus.resolve(named[0])

    @rule()
    def reindex(self) -> None:
        self.corpus.reindex()
        self.behind = False

    @rule()
    def reopen(self) -> None:
        self.corpus.close()
        self.corpus = Corpus.open(Path(self.place.name, "index"))

    @rule(name=names, n=numbers, prune=st.booleans())
    def crash_after_the_store(self, name: str, n: int, *, prune: bool) -> None:
        if n in self.removed:
            return
        self.files[name] = n
        text = f"Title of {WORDS[n]}\n\nHere stands {WORDS[n]} and nothing else.\n"
        (self.folder / name).write_text(text, "utf-8")
        last = self.corpus.store.last_change()
        with patch.object(self.corpus.engine, "writer", dies):
            try:
                self.corpus.ingest([str(self.folder)], IngestRequest(prune=prune, force=True))
            except Crash:
                pass
            else:
                assert self.corpus.store.last_change() == last
        # A writer first heals what the last one left: it dies there before it reads.
        if not self.behind:
            self._ingested(prune=prune, again=False)
        self.behind = self.behind or self.corpus.store.last_change() != last
        self.reopen()

    @precondition(lambda self: self.behind)
    @invariant()
    def what_is_missing_is_said(self) -> None:
        found = self.corpus.search(" ".join(WORDS), SearchRequest(list_articles=True))
        assert any("not in the index yet" in note for note in found.notes)
        assert set(found.article_ids) >= {hit.header.id for hit in found.hits}

    @precondition(lambda self: not self.behind)
    @invariant()
    def what_is_live_is_found(self) -> None:
        found = {n for n, word in enumerate(WORDS) if self.corpus.search(word).total}
        assert found == self.live
        notes = self.corpus.search(" ".join(WORDS)).notes
        stale = ("update the corpus", "not found: deleted, moved")
        assert all(any(said in note for said in stale) for note in notes)

    @precondition(lambda self: not self.behind)
    @invariant()
    def store_and_index_agree(self) -> None:
        status = self.corpus.status()
        assert status["unindexed"] == 0
        assert status["articles"] == len(self.live)
        assert status["passages"] == self.corpus.search("-zzzzzz").total
        assert status["files"] == len(self.known)

    def _ingested(self, *, prune: bool, again: bool) -> None:
        if prune:
            self.known = {name: n for name, n in self.known.items() if name in self.files}
        if again:
            self.removed -= set(self.files.values())
        for name, n in self.files.items():
            if n not in self.removed:
                self.known[name] = n


TestLife = Life.TestCase
TestLife.settings = settings(
    settings.default, max_examples=6, stateful_step_count=14, phases=UNSHRUNK
)
