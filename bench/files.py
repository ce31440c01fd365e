"""Measure how long a search of files without an index takes, compared with ripgrep.

    python bench/files.py PLACE … [--words WORD …] [--rounds 5] [--rg rg]

`corpus search WORD -c --in PLACE` and `rg -c WORD PLACE` count in the same files: the passages
that match in any form, and the lines that have the letters. Each round runs both, one after the
other. A place is a folder or a file; a folder of small texts and the same texts as one file of
JSON lines are worth measuring both.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def main() -> None:
    """Print a line for each place and word."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--words", nargs="+", default=["Kadyrov"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rg", default="rg", help="the program to compare with")
    asked = parser.parse_args()
    if not shutil.which(asked.rg):
        sys.exit(f"{asked.rg} is not installed: pip install ripgrep")
    corpus = shutil.which("corpus") or "corpus"
    print(
        f"{'':40} {'MB':>6} {'min s':>7} {'median':>7} {'rg s':>7}   {'min x':>6} {'median x':>8}"
    )
    for place in asked.places:
        for word in asked.words:
            ours = [corpus, "search", word, "-c", "--in", str(place)]
            theirs = [asked.rg, "-c", "-i", "--no-messages", word, str(place)]
            pairs = [(_took(ours), _took(theirs)) for _ in range(asked.rounds)]
            _print(f"{word} in {place.name}", _megabytes(place), pairs)


def _print(name: str, megabytes: float, pairs: Sequence[tuple[float, float]]) -> None:
    ours, theirs = zip(*pairs, strict=True)
    ratios = [of(ours) / of(theirs) for of in (min, statistics.median)]
    print(
        f"{name:40} {megabytes:6.1f} {min(ours):7.2f} {statistics.median(ours):7.2f}"
        f" {min(theirs):7.3f}   {ratios[0]:6.1f} {ratios[1]:8.1f}"
    )


def _megabytes(place: Path) -> float:
    files = place.rglob("*") if place.is_dir() else [place]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def _took(command: Sequence[str]) -> float:
    began = time.perf_counter()
    # Both exit with 1 if they find nothing.
    result = subprocess.run(command, check=False, capture_output=True)
    if result.returncode not in (0, 1):
        sys.exit(result.stderr.decode(errors="replace"))
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
