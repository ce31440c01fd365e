"""Measure the ingest of a large folder: memory of the first run, time of the second.

    python bench/scale.py [--articles 50000] [--format txt]

Articles are made of the sentences of `seeds/` with numbers in them, so that no two are
near-copies, and written to a temporary folder. Prints the highest resident
memory of `corpus ingest`, and the second run's time as a share of the first's.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from documents import made, write


def ingest(folder: Path) -> tuple[float, float]:
    """Ingest once. Returns the seconds, and the highest resident memory of all runs in MB."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "corpus_cli", "ingest", str(folder / "articles")]
    subprocess.run([*command, "--index", str(folder / "index")], check=True)
    return (
        time.perf_counter() - began,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000,
    )


def main() -> None:
    """Make the articles, ingest them twice and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--format", choices=["txt", "html"], default="txt")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "articles").mkdir()
        write(made(options.articles), folder / "articles", options.format)
        first, memory = ingest(folder)
        second, _ = ingest(folder)
        print(f"{options.articles:,} articles: {first:.0f} s, {memory:.0f} MB resident")
        print(f"again: {second:.1f} s, {second / first:.1%} of the first run")


if __name__ == "__main__":
    main()
