"""Measure how fast corpus is compared with its peers: same machine, documents and queries.

    python bench/speed.py [PLACE ...] [--articles N] [--growth 1000,10000]
                          [--peers a,b] [--python tantivy=/path/to/python] [--rounds 5]
                          [--label NAME] [--json FILE] [--write docs/performance.md]

A place is a folder of text files, a folder with docs.jsonl(.gz), or such a file; without one,
documents are made of `seeds/`. With --articles this number is recombined from the paragraphs of
the places. Prints Markdown. With --write the figures are added to those of other labels in --json,
else in bench/figures.json, and the tables of the page and the SVG next to it are written from all
of them; a growth run has the label `growth`. Missing peers are listed and do not stop the run.

Debian: ripgrep recoll xapian-omega xapian-tools notmuch python3-xapian. PyPI: tantivy
sqlite-utils whoosh3 (in an environment of their own). npm: @tobilu/qmd.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from commands import COMMANDS, Command, Corpus, Library, Reindex
from documents import Document, lines, made, read, recombined, write
from measure import DONE, Failed, ran, size, weighed
from peers import PEERS
from queries import Query, derived
from report import page, table

FIGURES = Path(__file__).parent / "figures.json"
LIBRARIES = tuple(name for name in PEERS if name != "corpus")
SLOW = 60.0
"""A build that takes longer than this, in seconds, is not repeated."""

_SYSTEM = "/usr/bin/python3"
_MADE = 1000


def main() -> None:
    """Measure, print and write."""
    options = _options()
    figures: dict[str, Any] = {}
    kept = options.json or FIGURES
    if kept.exists():
        figures = json.loads(kept.read_text("utf-8"))
    if options.growth:
        label, found = "growth", growth(options)
    else:
        label, found = options.label, compared(list(_documents(options)), options)
    figures[label] = found
    print(table(label, found))
    if options.write or options.json:
        kept.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if options.write:
        page(figures, options.write)


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("places", nargs="*", type=Path)
    asked.add_argument("--articles", type=int, default=0)
    asked.add_argument("--growth", type=_numbers, default=())
    asked.add_argument("--peers", default=",".join((*LIBRARIES, *COMMANDS)))
    asked.add_argument("--python", action="append", default=[], metavar="PEER=PATH")
    asked.add_argument("--rounds", type=int, default=5, help="rounds of cold queries")
    asked.add_argument("--builds", type=int, default=2, help="builds of each index")
    asked.add_argument("--seconds", type=float, default=0.1, help="seconds for each warm query")
    asked.add_argument("--label", default="A")
    asked.add_argument("--json", type=Path, metavar="FILE")
    asked.add_argument("--write", type=Path)
    options = asked.parse_args()
    if not options.places and not options.articles:
        options.articles = _MADE
    options.peers = [name for name in options.peers.split(",") if name]
    if unknown := set(options.peers) - {*LIBRARIES, *COMMANDS}:
        asked.error(f"no peer is called {', '.join(sorted(unknown))}")
    options.python = dict(one.split("=", 1) for one in options.python)
    return options


def _numbers(line: str) -> tuple[int, ...]:
    return tuple(map(int, line.split(",")))


def _documents(options: argparse.Namespace, count: int = 0) -> Iterable[Document]:
    """Return the documents of the places, or `count` documents made of their paragraphs."""
    count = count or options.articles
    if not options.places:
        return made(count)
    found = [one for place in options.places for one in read(place)]
    return recombined(found, count) if count else found


def compared(documents: Sequence[Document], options: argparse.Namespace) -> dict[str, Any]:
    """Return all figures for these documents."""
    with tempfile.TemporaryDirectory(prefix="speed-") as scratch:
        work = Path(scratch)
        text = write(documents, work / "articles")
        lines(documents, work / "docs.jsonl")
        queries = derived(documents)
        found: dict[str, Any] = {
            "command": typed("speed"),
            "machine": machine(),
            "documents": len(documents),
            "text": text / 1e6,
            "queries": [[one.kind, *one.words] for one in queries],
            "versions": {},
            "missing": {},
        }
        peers = list(_present(options, work, found))
        found["index"] = built(peers, options.builds, found["missing"])
        live = [one for one in peers if one.name in found["index"]]
        found["bare"], found["cold"] = cold(live, queries, options.rounds, found["missing"])
        warm_ones = [one for one in live if isinstance(one, Corpus | Library)]
        found["warm"] = warm(warm_ones, queries, options.seconds, found["missing"])
    return found


def typed(script: str) -> str:
    """Return the command of this run of a script, without the folders of this machine."""
    words = (
        f"{name}={Path(rest).name}" if (rest := word.partition("=")[2]) else _short(word)
        for word in sys.argv[1:]
        for name in [word.partition("=")[0]]
    )
    return " ".join([f"python bench/{script}.py", *words])


def _short(word: str) -> str:
    return Path(word).name if word.startswith("/") else word


def machine() -> str:
    """Return what this machine is."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in _lines(Path("/proc/cpuinfo"))
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


def _present(options: argparse.Namespace, work: Path, found: dict[str, Any]) -> Iterator[Command]:
    """Yield corpus and the installed peers; record their versions, and which are missing."""
    for name in ("corpus", "corpus reindex", *options.peers):
        for peer in _candidates(name, options, work):
            why = peer.missing()
            try:
                version = "" if why else ran(peer.version(), peer.env).out
            except Failed as error:
                why = str(error)
            if not why:
                found["missing"].pop(name, None)
                found["versions"][name] = _number(version)
                yield peer
                break
            found["missing"][name] = why
        else:
            _say(f"{name}: missing, {found['missing'][name]}")


def _candidates(name: str, options: argparse.Namespace, work: Path) -> Iterator[Command]:
    """Yield the ways to start a peer: a library with each Python that may have it."""
    articles = work / "articles"
    if name not in LIBRARIES:
        kinds = {"corpus": Corpus, "corpus reindex": Reindex, **COMMANDS}
        yield kinds[name](articles, work)
        return
    for python in dict.fromkeys([options.python.get(name, sys.executable), _SYSTEM]):
        yield Library(name, python, articles, work)


def _number(version: str) -> str:
    """Return the first line of the version that a tool prints."""
    return (version.strip().splitlines() or ["?"])[0].strip()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def built(
    peers: Sequence[Command], builds: int, missing: dict[str, str]
) -> dict[str, dict[str, float]]:
    """Return the shortest seconds, the highest memory and the size of each index."""
    held: dict[str, dict[str, float]] = {}
    for turn in range(builds):
        for peer in peers:
            before = held.get(peer.name)
            if peer.name in missing or (before and before["wall"] > SLOW):
                continue
            try:
                now = _built(peer, fresh=turn > 0)
            except Failed as error:
                missing[peer.name] = str(error)
                _say(f"{peer.name}: {error}")
                held.pop(peer.name, None)
                continue
            _say(f"{peer.name}: index {now['wall']:.2f} s, {now['memory']:.0f} MB")
            held[peer.name] = _best(now, before) if before else now
    return held


def _best(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    return {key: (max if key == "memory" else min)(value, other[key]) for key, value in one.items()}


def _built(peer: Command, *, fresh: bool) -> dict[str, float]:
    """Build one index in an empty place. Returns its seconds, memory and size."""
    if fresh and not isinstance(peer, Reindex):
        _removed(peer.place)
    peer.ready()
    before = size(peer.place) if not isinstance(peer, Reindex) else 0
    runs = [weighed(command, peer.env, DONE) for command in peer.build()]
    return {
        "wall": sum(run.wall for run in runs),
        "cpu": sum(run.cpu for run in runs),
        "memory": max((run.memory for run in runs), default=0),
        "size": size(peer.place) - before,
    }


def _removed(place: Path) -> None:
    for path in (place, *place.parent.glob(f"{place.name}.db*")):
        if path.exists():
            ran(["rm", "-r", str(path)])


def cold(
    peers: Sequence[Command], queries: Sequence[Query], rounds: int, missing: dict[str, str]
) -> tuple[list[float], dict[str, Any]]:
    """Return the median and least ms of whole processes, for the first query of each class.

    The first value is that of a Python that does nothing. Each round runs all peers in turn.
    """
    first = {one.kind: one for one in reversed(queries)}
    bare: list[float] = []
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    memory: dict[str, float] = defaultdict(float)
    _say("cold queries")
    for turn in range(rounds + 1):
        bare.append(ran([sys.executable, "-c", "pass"]).wall * 1000)
        for query in reversed(first.values()):
            for peer in peers:
                command = peer.ask(*query)
                if not command or isinstance(peer, Reindex) or peer.name in missing:
                    continue
                try:
                    # The first round fills the page cache and measures memory.
                    one = ran(command, peer.env) if turn else weighed(command, peer.env)
                except Failed as error:
                    missing[peer.name] = str(error)
                    _say(f"{peer.name}: {error}")
                    continue
                if turn:
                    times[peer.name][query.kind].append(one.wall * 1000)
                else:
                    memory[peer.name] = max(memory[peer.name], one.memory)
    told = {
        name: {
            "memory": memory[name],
            "ms": {kind: _both(took) for kind, took in rows.items()},
        }
        for name, rows in times.items()
    }
    return _both(bare[1:]), told


def _both(took: Sequence[float]) -> list[float]:
    return [statistics.median(took), min(took)]


def warm(
    peers: Sequence[Command], queries: Sequence[Query], seconds: float, missing: dict[str, str]
) -> dict[str, Any]:
    """Return the least ms without and with snippets, in one process; each peer runs twice."""
    held: dict[str, Any] = {}
    asked = json.dumps(queries)
    for _ in range(2):
        for peer in peers:
            if isinstance(peer, Reindex) or peer.name in missing:
                continue
            _say(f"{peer.name}: warm queries")
            script = Library("corpus", sys.executable, peer.articles, peer.articles.parent)
            script = peer if isinstance(peer, Library) else script
            try:
                out = ran(script.run("warm", str(peer.place), asked, str(seconds)), peer.env).out
            except Failed as error:
                missing[peer.name] = str(error)
                _say(f"{peer.name}: {error}")
                continue
            rows, memory = json.loads(out)
            before = held.get(peer.name, {"rows": rows})["rows"]
            rows = [list(map(min, one, other)) for one, other in zip(rows, before, strict=True)]
            held[peer.name] = {"rows": rows, "memory": memory}
    for told in held.values():
        told["ms"] = _by_kind(queries, told.pop("rows"))
    return held


def _by_kind(queries: Sequence[Query], rows: Sequence[list[float]]) -> dict[str, list[float]]:
    """Return for each class the geometric mean without and with snippets."""
    kinds = defaultdict(list)
    for query, row in zip(queries, rows, strict=True):
        if row:
            kinds[query.kind].append(row[1:])
    return {
        kind: [statistics.geometric_mean(column) for column in zip(*held, strict=True)]
        for kind, held in kinds.items()
    }


def growth(options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of corpus and FTS5 for each number of articles."""
    options.peers, options.builds = ["fts5"], 1
    found: dict[str, Any] = {"command": typed("speed"), "machine": machine(), "sizes": {}}
    for count in options.growth:
        _say(f"{count:,} articles")
        one = compared(list(_documents(options, count)), options)
        found["sizes"][count] = {
            key: one[key] for key in ("text", "index", "bare", "cold", "warm", "missing")
        }
    # The keys become text, as in a file, because JSON has no numbers as keys.
    return dict(json.loads(json.dumps(found)))


if __name__ == "__main__":
    main()
