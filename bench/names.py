"""Measure what names cost a cold search, as medians over new processes.

    python bench/names.py [--groups 1000] [--runs 21] [QUERY ...]

Makes a corpus of seeds/ with this number of names of the user. For each query it prints the
milliseconds to open the compiled names and look names up ("expand"), the milliseconds of the
engine with and without names, and the ratio of the whole processes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEEDS = Path(__file__).parent.parent / "seeds"

ASKED = """
import sys, time
from pathlib import Path
from corpus_cli.corpus import Corpus
from corpus_cli.query.parse import parse
from corpus_cli.engines.clock import Clock, counting
from corpus_cli.search.expand import expand
names = sys.argv[2] == "names"
corpus = Corpus.open(Path("index"))
query = parse(sys.argv[1]).query
counted = counting(corpus.engine, Clock(0), {})
counted(parse("nothing").query)
began = time.perf_counter()
if names:
    query = expand(query, corpus.names.book(), corpus.engine, counted).query
expanded = time.perf_counter()
counted(query)
print((expanded - began) * 1000, (time.perf_counter() - expanded) * 1000)
"""


def main() -> None:
    """Print one line a query."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--groups", type=int, default=1_000)
    options.add_argument("--runs", type=int, default=21)
    options.add_argument("queries", nargs="*", default=["ISIS-K", "Taliban", "US", "carrot stick"])
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made(Path(folder), asked.groups)
        print(f"{asked.groups:,} names of the user, medians of {asked.runs} cold processes, ms")
        for query in asked.queries:
            rows = [
                (measured(folder, query, "names"), measured(folder, query, "none"))
                for _ in range(asked.runs)
            ]
            expand, with_names, without, process, bare = (
                statistics.median(values)
                for values in zip(*((a[0], a[1], b[1], a[2], b[2]) for a, b in rows), strict=True)
            )
            print(
                f"{json.dumps(query)}: expand {expand:.2f}, engine {with_names:.2f} with names and "
                f"{without:.2f} without; whole process {process:.0f} to {bare:.0f}, "
                f"ratio {process / bare:.3f}"
            )


def made(folder: Path, groups: int) -> None:
    """Make a corpus of the five articles, and a names.toml next to it."""
    tables = (
        f'["Front of Place {n}"]\nforms = ["FP{n}", "Place {n} Movement"]\n' for n in range(groups)
    )
    (folder / "names.toml").write_text("".join(tables), "utf-8")
    command = [sys.executable, "-m", "corpus_cli", "ingest", str(SEEDS)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def measured(folder: str, query: str, mode: str) -> tuple[float, float, float]:
    """Return `(expanding, engine, whole process)` of one run, in milliseconds."""
    began = time.perf_counter()
    command = [sys.executable, "-c", ASKED, query, mode]
    environment = {**os.environ, "PYTHONPATH": str(SEEDS.parent)}
    done = subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    expanding, engine = map(float, done.stdout.split())
    return expanding, engine, (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
