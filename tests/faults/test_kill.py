"""kill -9 at every call that changes a corpus."""

import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from whoosh.index import exists_in, open_dir
from whoosh.query import Term

from corpus_cli.cli import main
from corpus_cli.corpus import Corpus
from corpus_cli.engines.whoosh.generations import read_manifest
from corpus_cli.ingest import batches
from tests.faults.child import Call, Ended, corpus, forked, watch
from tests.faults.conftest import COMMON, found, generations, ingested, names, shelve, sound

POINTS = 3


class Case(NamedTuple):
    """A command to kill, the states of the store it passes through, and what it starts from."""

    command: tuple[str, ...]
    states: tuple[frozenset[str], ...]
    prepare: Callable[[Path], None]
    batch: int = 1_000


def _nothing(home: Path) -> None:
    shelve(home / "articles", "ibex", "lynx", "heron")


def _changed(home: Path) -> None:
    ingested(home, "ibex", "lynx")
    ingested(home, "ibex", "lynx", "heron")
    shelve(home / "articles", "heron", "ibex2", "lynx", "otter")


def _three(home: Path) -> None:
    ingested(home, "ibex", "lynx")
    ingested(home, "ibex", "lynx", "heron")


THREE = frozenset({"ibex", "lynx", "heron"})
CHANGED = frozenset({"ibex2", "lynx", "heron", "otter"})
CASES = {
    "first ingest": Case(("ingest", "articles"), (frozenset(), THREE), _nothing),
    "another ingest": Case(("ingest", "articles"), (THREE, CHANGED), _changed),
    "ingest in batches": Case(
        ("ingest", "articles"), (THREE, (THREE - {"ibex"}) | {"ibex2"}, CHANGED), _changed, 1
    ),
    "remove": Case(("remove", "articles/lynx.txt"), (THREE, THREE - {"lynx"}), _three),
    "reindex": Case(("reindex",), (THREE,), _three),
}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(scope="module")
def start(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("start")
    case.prepare(home)
    return home


@pytest.fixture(scope="module")
def calls(case: Case, start: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many calls there are to be killed at."""
    # The first run of all compiles the names for every corpus, which no later one does.
    for _ in range(2):
        home = Path(shutil.copytree(start, tmp_path_factory.mktemp("count") / "home"))
        code, calls = killed(home, case, at=0)
        assert code == 0
    assert len(calls) > POINTS
    return len(calls)


@pytest.mark.slow
def test_every_kill_leaves_old_or_new(case: Case, start: Path, calls: int, tmp_path: Path) -> None:
    hold(case, start, tmp_path, (1 + n * (calls - 1) // (POINTS - 1) for n in range(POINTS)))


@pytest.mark.slow
def test_every_kill_there_is_leaves_old_or_new(
    case: Case, start: Path, calls: int, tmp_path: Path
) -> None:
    hold(case, start, tmp_path, range(1, calls + 1))


def test_a_kill_between_the_table_of_contents_and_current(tmp_path: Path) -> None:
    """Whoosh reads a whole generation at each moment, and none of them a second time by its number."""
    case = CASES["another ingest"]
    home = tmp_path / "home"
    home.mkdir()
    case.prepare(home)
    _, calls = killed(Path(shutil.copytree(home, tmp_path / "count")), case, at=0)
    renamed = calls.index("rename CURRENT.new CURRENT")
    assert calls.index("rename _MAIN_4.toc.new _MAIN_4.toc") < renamed
    searcher = open_dir(home / "index").searcher()
    code, _ = killed(home, case, at=renamed + 1)
    assert code == -signal.SIGKILL
    assert read_generation(home) == 3
    assert not searcher.up_to_date()
    ahead = searcher.refresh()
    assert ahead.reader().generation() == 4
    assert _words(ahead) == CHANGED
    assert found(home)[0] <= THREE
    assert not corpus("ingest", str(home / "articles"), "-i", str(home / "index")).code
    assert found(home)[0] == CHANGED
    assert not ahead.up_to_date()
    healed = ahead.refresh()
    assert healed.reader().generation() == read_generation(home) == 5
    assert _words(healed) == CHANGED
    assert [path.name for path in (home / "index").glob("_MAIN_4*")] == []
    healed.close()


def read_generation(home: Path) -> int:
    manifest = read_manifest(home / "index")
    return manifest.generation if manifest else 0


def _words(searcher: Any) -> set[str]:
    """Return the words of the articles that Whoosh finds."""
    hits = searcher.search(Term("words", COMMON), limit=None)
    texts = [hit["text"] for hit in hits if hit["text"].startswith("The ")]
    return {text.split()[1] for text in texts}


def hold(case: Case, start: Path, scratch: Path, points: Iterable[int]) -> None:
    """Kill the case at each point; every one that goes wrong is told, not the first alone."""
    wrong = []
    for n in points:
        home = Path(shutil.copytree(start, scratch / f"{n}"))
        code, calls = killed(home, case, at=n)
        assert code == -signal.SIGKILL
        wrong += [f"call {n}, {calls[-1]}: {what}" for what in _wrong(home, case)]
    assert not wrong, "\n".join(["", *wrong])


def killed(home: Path, case: Case, *, at: int) -> tuple[int, list[str]]:
    """Run the command of a case, killed before its call `at`: its exit code and its calls."""
    log = home / "log"
    calls: list[str] = []

    def struck(call: Call) -> None:
        calls.append(f"{call.name} {' '.join(call.paths)}")
        if len(calls) == at:
            log.write_text("\n".join(calls))
            os.kill(os.getpid(), signal.SIGKILL)

    def body() -> int:
        os.chdir(home)
        batches._MAX_ARTICLES = case.batch  # noqa: SLF001 - a batch of our size
        watch(home / "index", struck)
        code = main([*case.command, "-i", "index"])
        log.write_text("\n".join(calls))
        return code

    return forked(body).code, log.read_text().splitlines()


def _wrong(home: Path, case: Case) -> Iterator[str]:
    """What is not as it should be, after a kill and after the next ingest."""
    words, ended = found(home)
    state: frozenset[str] = frozenset()
    if case.states[0] or "there is no corpus" not in ended.err:
        if not sound(ended) or ended.code > 1:
            yield f"search ends with {ended.code}: {ended.err}"
        else:
            state = _stored(home)
            yield from _astray(words, state, case, ended)
    elif words or ended.code != 2:
        yield f"no corpus yet, and search says {ended}"
    after = case.states[-1] if case.command[0] == "ingest" else state
    done = corpus("ingest", str(home / "articles"), "-i", str(home / "index"))
    words, ended = found(home)
    if done.code or words != after or ended.code or ended.err:
        yield f"the next ingest does not heal it: {done}, {sorted(words)}, {ended.err}"
    contents = {f"_MAIN_{name.removeprefix('whoosh-')}.toc" for name in generations(home)}
    known = generations(home) | contents | {"CURRENT", "LOCK", "README", "names.db", "store.db"}
    extra = names(home) - known
    if words and not exists_in(home / "index"):
        yield "the next ingest leaves nothing that Whoosh opens"
    if extra or len(generations(home)) > 2:
        yield f"the next ingest leaves {sorted(extra | generations(home))}"


def _astray(words: set[str], state: frozenset[str], case: Case, ended: Ended) -> Iterator[str]:
    """Where the store is in none of the states, or search and store disagree unsaid."""
    if state not in case.states:
        yield f"the store holds {sorted(state)}"
    kept = case.states[0] & state
    behind = "not in the index yet" in ended.err
    if not (kept <= words <= state and (words == state or behind)):
        yield f"the store holds {sorted(state)}, search finds {sorted(words)}: {ended.err}"


def _stored(home: Path) -> frozenset[str]:
    """The words of the articles in the store."""
    with Corpus.open(home / "index") as held:
        ids = held.store.ids()
        return frozenset(held.store.passages(name)[0].text.split()[1] for name in ids)
