"""The commands that write to a corpus, and what each may leave behind."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from whoosh.index import exists_in

from corpus_cli.corpus import Corpus
from tests.earlier_corpora import unpack
from tests.faults.child import Ended, corpus
from tests.faults.conftest import (
    COMMON,
    find_leftovers,
    found,
    generations,
    ingested,
    shelve,
    sound,
)

State = frozenset[str]
"""The articles of a corpus (`lynx`, or `lynx by Ada` with an author) and what users added.

That is names (`name Lynx`), saved searches (`saved cats`), that these have something new
(`new cats`), and notes with the article that they are on (`note big cat on lynx`).
"""


class Command(NamedTuple):
    """A command line, the states of the store it passes through, and what it starts from.

    Until the end of an upgrade, a search may say that it has to be completed.
    """

    arguments: tuple[str, ...]
    states: tuple[State, ...]
    prepare: Callable[[Path], None]
    batch: int = 1_000
    is_upgrade: bool = False

    @property
    def is_ingest(self) -> bool:
        return self.arguments[0] == "ingest"


def _prepare_files(home: Path) -> None:
    shelve(home / "articles", "ibex", "lynx", "heron")


def prepare_three(home: Path) -> None:
    """Ingest three articles in two steps."""
    ingested(home, "ibex", "lynx")
    ingested(home, "ibex", "lynx", "heron")


def _prepare_changed(home: Path) -> None:
    prepare_three(home)
    shelve(home / "articles", "heron", "ibex2", "lynx", "otter")


def _prepare_deleted(home: Path) -> None:
    prepare_three(home)
    (home / "articles" / "lynx.txt").unlink()


def _prepare_saved(home: Path) -> None:
    """Save a search, and ingest something new for it."""
    ingested(home, "ibex", "lynx")
    add = ("saved", "add", "animals", COMMON, "-i", str(home / "index"))
    assert corpus(*add).code == 0
    ingested(home, "ibex", "lynx", "heron")


def _prepare_noted(home: Path) -> None:
    """Write a note on an article of which the file is changed then."""
    prepare_three(home)
    note = ("note", str(home / "articles" / "ibex.txt"), "goat", "-i", str(home / "index"))
    assert corpus(*note).code == 0
    shelve(home / "articles", "heron", "ibex2", "lynx", "otter")


def _prepare_earlier(home: Path) -> None:
    unpack("store-3-whoosh", home)


EMPTY: State = frozenset()
THREE: State = frozenset({"ibex", "lynx", "heron"})
UPGRADED: State = frozenset({"ibex", "heron", "lynx by Ada"})
"""What the corpora of earlier versions hold."""

CHANGED: State = frozenset({"ibex2", "lynx", "heron", "otter"})
COMMANDS = {
    "first ingest": Command(("ingest", "articles"), (EMPTY, THREE), _prepare_files),
    "ingest": Command(("ingest", "articles"), (THREE, CHANGED), _prepare_changed),
    "ingest in batches": Command(
        ("ingest", "articles"),
        (THREE, (THREE - {"ibex"}) | {"ibex2"}, CHANGED),
        _prepare_changed,
        1,
    ),
    "ingest --prune": Command(
        ("ingest", "articles", "--prune"), (THREE, THREE - {"lynx"}), _prepare_deleted
    ),
    "remove": Command(("remove", "articles/lynx.txt"), (THREE, THREE - {"lynx"}), prepare_three),
    "edit": Command(
        ("edit", "articles/lynx.txt", "--author", "Ada"),
        (THREE, (THREE - {"lynx"}) | {"lynx by Ada"}),
        prepare_three,
    ),
    "reindex": Command(("reindex",), (THREE,), prepare_three),
    "upgrade": Command(("reindex",), (UPGRADED,), _prepare_earlier, is_upgrade=True),
    "names add": Command(
        ("names", "add", "Lynx Group", "the big cat"),
        (THREE, THREE | {"name Lynx Group"}),
        prepare_three,
    ),
    "note": Command(
        ("note", "articles/lynx.txt", "big cat"),
        (THREE, THREE | {"note big cat on lynx"}),
        prepare_three,
    ),
    "ingest with a note": Command(
        ("ingest", "articles"),
        (THREE | {"note goat on ibex"}, CHANGED | {"note goat on ibex2"}),
        _prepare_noted,
    ),
    "saved add": Command(
        ("saved", "add", "animals", COMMON, "--from-start"),
        (THREE, THREE | {"saved animals", "new animals"}),
        prepare_three,
    ),
    "new": Command(
        ("new",),
        (THREE | {"saved animals", "new animals"}, THREE | {"saved animals"}),
        _prepare_saved,
    ),
}


def read_state(home: Path) -> State:
    """Return what the store and the user's names hold."""
    with Corpus.open(home / "index") as opened:
        articles = [
            " by ".join((_read_word(opened, header.id), *header.authors))
            for header in opened.headers()
        ]
        saved = [f"saved {name}" for name in opened.saved.names()]
        saved += [f"new {one.name}" for one in opened.saved.count_new() if one.passages]
        notes = [
            f"note {one.annotation.note} on {_read_word(opened, one.annotation.now_article)}"
            for one in opened.notebook.cited()
        ]
    names_file = home / "names.toml"
    names = tomllib.loads(names_file.read_text("utf-8")) if names_file.exists() else {}
    return frozenset(
        {*articles, *saved, *notes, *(f"name {name}" for name in names if name != "packs")}
    )


def _read_word(opened: Corpus, article: str) -> str:
    """Return the word that an article is about; its id if it is gone."""
    passages = opened.store.passages(article)
    return passages[0].text.split()[1] if passages else article


def read_words(state: State) -> State:
    """Return the words of the articles of a state."""
    added = ("name ", "saved ", "new ", "note ")
    return frozenset(entry.split()[0] for entry in state if not entry.startswith(added))


def find_faults(home: Path, command: Command) -> Iterator[str]:
    """Say what is not as it should be, after a kill and after the next ingest."""
    words, ended = found(home)
    state = EMPTY
    if command.states[0] or "there is no corpus" not in ended.err:
        if command.is_upgrade and ended.code == 2 and "corpus reindex" in ended.err:
            state = read_state(home)
            if state not in command.states:
                yield f"the store holds {sorted(state)}"
        elif not sound(ended) or ended.code > 1:
            yield f"search ends with {ended.code}: {ended.err}"
        else:
            state = read_state(home)
            yield from _compare(words, state, command, ended)
    elif words or ended.code != 2:
        yield f"no corpus yet, and search says {ended}"
    yield from find_faults_of_next_ingest(home, command, state)


def find_faults_of_next_ingest(home: Path, command: Command, state: State) -> Iterator[str]:
    """Ingest again, and say what is not as it should be then."""
    after = command.states[-1] if command.is_ingest else state
    arguments = command.arguments if command.is_ingest else ("ingest", "articles")
    paths = [str(home / part) if part == "articles" else part for part in arguments]
    done = corpus(*paths, "-i", str(home / "index"), "--wait", "0")
    words, ended = found(home)
    if done.code or words != read_words(after) or ended.code > (not after) or ended.err:
        yield f"the next ingest does not heal it: {done}, {sorted(words)}, {ended.err}"
    elif read_state(home) != after:
        yield f"the next ingest leaves {sorted(read_state(home))} instead of {sorted(after)}"
    if words and not exists_in(home / "index"):
        yield "the next ingest leaves nothing that Whoosh opens"
    if leftovers := find_leftovers(home):
        yield f"the next ingest leaves {sorted(leftovers)} and {sorted(generations(home))}"


def _compare(words: set[str], state: State, command: Command, ended: Ended) -> Iterator[str]:
    """Say where the store is in none of the states, or search and store disagree silently."""
    if state not in command.states:
        yield f"the store holds {sorted(state)}"
    kept = read_words(command.states[0]) & read_words(state)
    stored = read_words(state)
    is_behind = "not in the index yet" in ended.err
    if not (kept <= words <= stored and (words == stored or is_behind)):
        yield f"the store holds {sorted(state)}, search finds {sorted(words)}: {ended.err}"
