"""How long a start takes, beside python -c 'import click'.

    python bench/start.py [--rounds 40]

Whole processes, each measured in a pair with the import; the ratio of the minima and of the
medians.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

_BESIDE = [sys.executable, "-c", "import click"]
_ARGUMENTS = (["--version"], ["--help"], ["search", "--help"])


def main() -> None:
    """Print a line for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    corpus = shutil.which("corpus") or "corpus"
    print(f"{'':20} {'min ms':>8} {'median':>8}   {'min x':>6} {'median x':>8}")
    for arguments in _ARGUMENTS:
        ours, theirs = _pairs([corpus, *arguments], rounds)
        ratios = [of(ours) / of(theirs) for of in (min, statistics.median)]
        print(
            f"{' '.join(arguments):20} {min(ours):8.1f} {statistics.median(ours):8.1f}"
            f"   {ratios[0]:6.2f} {ratios[1]:8.2f}"
        )


def _pairs(command: Sequence[str], rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each, one after the other, after a round that does not count."""
    pairs = [(_took(command), _took(_BESIDE)) for _ in range(rounds + 1)][1:]
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]


def _took(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
