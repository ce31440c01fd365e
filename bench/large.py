"""Measure how corpus grows to a million passages: ingest, disk, and whole commands.

    python bench/large.py PLACE ... [--articles 5000,45000] [--folder FOLDER]
                          [--json FILE] [--write docs/performance.md]

Articles are recombined from the paragraphs of the places (see documents.py), long enough that
45,000 of them have a million passages. Each number of articles is ingested once, and each command
runs three times; the least processor time counts. FTS5 indexes the same articles. With --folder,
articles and indexes stay there, and what it has is not made again, so that commands can be measured
again after `corpus reindex`. With --write the table is put into the page, as by speed.py.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from commands import Command, Corpus, Library
from documents import lines, read, recombined, write
from measure import DONE, ran, size, weighed
from queries import Query, derived
from report import page, table
from speed import FIGURES, machine, typed

WORDS = 800
"""The median length of an article; an article has some 22 passages."""

KINDS = ("rare", "name", "common", "and", "or", "phrase")
ROUNDS = 3
SETTLED = (0, 1, 3)
"""The exit codes of a command that answered: found, nothing found, the time was over."""


def main() -> None:
    """Make the indexes, measure the commands, and write the table."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="large-") as scratch:
        folder = options.folder or Path(scratch)
        sources = [one for place in options.places for one in read(place)]
        found: dict[str, Any] = {"command": typed("large"), "machine": machine(), "scales": {}}
        for count in options.articles:
            found["scales"][str(count)] = measure(sources, count, folder / str(count))
    kept = options.json or FIGURES
    figures = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    figures["large"] = found
    print(table("large", found))
    kept.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if options.write:
        page(figures, options.write)


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("places", nargs="+", type=Path)
    asked.add_argument("--articles", type=_numbers, default=(5_000, 45_000))
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--json", type=Path, metavar="FILE")
    asked.add_argument("--write", type=Path)
    return asked.parse_args()


def _numbers(line: str) -> tuple[int, ...]:
    return tuple(map(int, line.split(",")))


def measure(sources: Sequence[Any], count: int, work: Path) -> dict[str, Any]:
    """Return what the builds and the commands cost with this number of articles."""
    documents = list(recombined(sources, count, WORDS))
    if not (work / "docs.jsonl").exists():
        write(documents, work / "articles")
        lines(documents, work / "docs.jsonl")
    ours = Corpus(work / "articles", work)
    fts5 = Library("fts5", sys.executable, work / "articles", work)
    built = {peer.name: _built(peer, work) for peer in (ours, fts5)}
    status = json.loads(ran([*ours.run("status"), "--json"], fine=SETTLED).out)
    queries = {one.kind: one for one in reversed(derived(documents)) if one.kind in KINDS}
    return {
        "text": sum(len(one.text.encode()) for one in documents) / 1e6,
        "passages": status["passages"],
        "built": built,
        "disk": _disk(ours.place),
        "commands": {
            name: _cost(command) for name, command in _commands(ours, fts5, queries).items()
        },
    }


def _built(peer: Command, work: Path) -> Mapping[str, float]:
    """Return the seconds, memory and size of an index, which is made unless the folder has it."""
    kept = work / f"{peer.name}.json"
    if not kept.exists():
        runs = [weighed(command, peer.env, DONE) for command in peer.build()]
        kept.write_text(
            json.dumps(
                {
                    "wall": sum(run.wall for run in runs),
                    "cpu": sum(run.cpu for run in runs),
                    "memory": max(run.memory for run in runs),
                    "size": size(peer.place),
                }
            )
        )
    return dict(json.loads(kept.read_text()))


def _disk(index: Path) -> Mapping[str, float]:
    """Return the MB of the current generation, of the one before, and of the store."""
    current, *before = sorted(
        index.glob("whoosh-*"), key=lambda one: int(one.name.rpartition("-")[2]), reverse=True
    )
    kept = {path.stat().st_ino for path in current.iterdir()}
    old = [path.stat() for folder in before for path in folder.iterdir()]
    return {
        "index": size(current),
        "before": sum(one.st_size for one in old if one.st_ino not in kept) / 1e6,
        "store": size(index / "store"),
        "names": size(index / "names"),
    }


def _commands(
    ours: Corpus, fts5: Library, queries: Mapping[str, Query]
) -> dict[str, Sequence[str]]:
    """Return the commands by what they are called in the table."""
    (common,), rare = queries["common"].words, queries["rare"]
    searches: dict[str, Sequence[str]] = {}
    for kind in KINDS:
        searches[f"search, {kind}"] = ours.ask(*queries[kind])
        if asked := fts5.ask(*queries[kind]):
            searches[f"fts5, {kind}"] = asked
    return {
        **searches,
        "search -c, common": ours.run("search", "-c", common),
        "search --sort date, common": ours.run("search", "--sort", "date", common),
        "facets": ours.run("facets"),
        "facets, common": ours.run("facets", common),
        "facets --by name, rare": ours.run("facets", "--by", "name", *rare.words),
        "facets --by name, common": ours.run("facets", "--by", "name", common),
        "names mentioned": ours.run("names", "mentioned"),
        "list": ours.run("list"),
        "status": ours.run("status"),
    }


def _cost(command: Sequence[str]) -> Mapping[str, float]:
    """Return the least ms of processor time and by the clock, the MB, and the exit code's word."""
    first = weighed(command, fine=SETTLED)
    runs = [ran(command, fine=SETTLED) for _ in range(ROUNDS)]
    return {
        "cpu": min(run.cpu for run in runs) * 1000,
        "wall": min(run.wall for run in runs) * 1000,
        "memory": first.memory,
    }


if __name__ == "__main__":
    main()
