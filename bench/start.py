"""Measure how long corpus takes to start, compared with processes that do as much.

    python bench/start.py [--rounds 20] [--index FOLDER] [--imports] [WORD …]

`--version` and help are compared with python -c 'import click'. A piped search that shows ten
passages is compared with bare Python, and with a script that does the same on SQLite FTS5 with
the same passages. Each round runs both, one after the other. The ratios are of minima and medians.
With --imports it lists instead what each module that a search imports takes by itself.
"""

import argparse
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

from corpus_cli import Corpus

_BARE = [sys.executable, "-c", "pass"]
_CLICK = [sys.executable, "-c", "import click"]
_SEEDS = Path(__file__).parent.parent / "seeds"

_SCRIPT = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
line = " OR ".join('"' + word.replace('"', '""') + '"' for word in sys.argv[2:])
for path, at, text in database.execute(
    "SELECT path, line, snippet(passages, 3, '', '', ' … ', 48) FROM passages "
    "WHERE passages MATCH ? ORDER BY rank LIMIT 10", (line,)
):
    print(f"{path}:{at}: {text}")
"""


def main() -> None:
    """Print a line for each command and the process it is compared with."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--index", type=Path, help="a corpus; otherwise one is made of seeds/")
    parser.add_argument("--imports", action="store_true", help="list the modules of a search")
    parser.add_argument("words", nargs="*", default=["Pakistan"])
    asked = parser.parse_args()
    corpus = shutil.which("corpus") or "corpus"
    with tempfile.TemporaryDirectory() as scratch:
        index = asked.index or _made(Path(scratch, "index"))
        if asked.imports:
            _print_imports(["search", *asked.words, "-i", str(index)], asked.rounds)
            return
        peer = Path(scratch, "passages.db")
        _filled(peer, index)
        script = Path(scratch, "search.py")
        script.write_text(_SCRIPT, "utf-8")
        ours = [corpus, "search", *asked.words, "-i", str(index)]
        theirs = [sys.executable, str(script), str(peer), *asked.words]
        print(f"{'':44} {'min ms':>8} {'median':>8}   {'min x':>6} {'median x':>8}")
        for name, command, beside in (
            ("--version : import click", [corpus, "--version"], _CLICK),
            ("--help : import click", [corpus, "--help"], _CLICK),
            ("search --help : import click", [corpus, "search", "--help"], _CLICK),
            ("a script on FTS5 : bare Python", theirs, _BARE),
            ("search : bare Python", ours, _BARE),
            ("search : a script on FTS5", ours, theirs),
        ):
            _print(name, *_pairs(command, beside, asked.rounds))


def _made(folder: Path) -> Path:
    with Corpus.create(folder) as corpus:
        corpus.ingest([str(_SEEDS)])
    return folder


def _filled(path: Path, index: Path) -> None:
    """Write the passages of a corpus to a table of FTS5."""
    with sqlite3.connect(path) as database, Corpus.open(index) as corpus:
        database.execute(
            "CREATE VIRTUAL TABLE passages USING "
            "fts5(path UNINDEXED, line UNINDEXED, title, text, tokenize = 'porter unicode61')"
        )
        for header in corpus.headers():
            source = header.sources[0].path if header.sources else header.id
            database.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?)",
                (
                    (source, passage.lines[0], passage.title, passage.text)
                    for passage in corpus.store.passages(header.id)
                ),
            )
    database.close()


def _print_imports(arguments: Sequence[str], rounds: int) -> None:
    """Print the least ms of each module in several starts, and the sums of ours and all others."""
    least: dict[str, int] = {}
    for _ in range(rounds):
        command = [sys.executable, "-X", "importtime", "-m", "corpus_cli", *arguments]
        timed = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        for took, name in re.findall(
            r"^import time: +(\d+) \| +\d+ \| +(\S+)$", timed, re.MULTILINE
        ):
            least[name] = min(int(took), least.get(name, int(took)))
    ours = [took for name, took in least.items() if name.startswith("corpus_cli")]
    others = sum(least.values()) - sum(ours)
    print(f"{sum(ours) / 1000:8.2f} ms {len(ours)} modules of corpus")
    print(f"{others / 1000:8.2f} ms {len(least) - len(ours)} others, with those of bare Python")
    for name, took in sorted(least.items(), key=itemgetter(1), reverse=True):
        print(f"{took / 1000:8.2f} ms {name}")


def _print(name: str, ours: Sequence[float], theirs: Sequence[float]) -> None:
    ratios = [of(ours) / of(theirs) for of in (min, statistics.median)]
    print(
        f"{name:44} {min(ours):8.1f} {statistics.median(ours):8.1f}"
        f"   {ratios[0]:6.2f} {ratios[1]:8.2f}"
    )


def _pairs(
    command: Sequence[str], beside: Sequence[str], rounds: int
) -> tuple[list[float], list[float]]:
    """Return the ms of both commands in each round, after a first round that does not count."""
    pairs = [(_took(command), _took(beside)) for _ in range(rounds + 1)][1:]
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]


def _took(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
