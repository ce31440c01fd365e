"""Measure questions about names, compared with a plain word and with the start of a program.

    python bench/names.py INDEX [--name Taliban] [--rounds 5]

A name is searched in an open corpus, in turn with the plain word whose number of passages is
nearest to the name's. The commands run as processes; their CPU times are divided by that of
`corpus --version`. All figures are minima.
"""

import argparse
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence

from corpus_cli import Corpus, SearchRequest

_COMMANDS: Sequence[Sequence[str]] = (
    ("names", "mentioned"),
    ("facets", "NAME", "--by", "name"),
    ("names", "suggest"),
    ("search", "NAME", "--all", "--jsonl", "--timeout", "0"),
)


def main() -> None:
    """Print a line for the name beside a word, and one for each command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index")
    parser.add_argument("--name", default="Taliban")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with Corpus.open(asked.index) as corpus:
        _compare_with_word(corpus, asked.name, asked.rounds)
    corpus_command = shutil.which("corpus") or "corpus"
    start = min(_cpu_seconds([corpus_command, "--version"]) for _ in range(asked.rounds))
    print(f"{'':44} {'CPU s':>7} {'x start':>8}")
    for words in _COMMANDS:
        line = [asked.name if word == "NAME" else word for word in words]
        seconds = min(
            _cpu_seconds([corpus_command, *line, "-i", asked.index]) for _ in range(asked.rounds)
        )
        print(f"{' '.join(line):44} {seconds:7.2f} {seconds / start:8.1f}")


def _compare_with_word(corpus: Corpus, name: str, rounds: int) -> None:
    plain = SearchRequest(expand_names=False, suggest=False, check_files=False, seconds=0)
    total = corpus.search(name, plain._replace(expand_names=True)).total
    with corpus.snapshot() as moment:
        words = list(moment.index.words(""))
        counts = moment.index.frequencies(words)
    word = min(zip(words, counts, strict=True), key=lambda pair: abs(pair[1] - total))[0]
    by_name: list[float] = []
    by_word: list[float] = []
    for _ in range(rounds):
        by_name.append(
            _wall_seconds(lambda: corpus.search(name, plain._replace(expand_names=True)))
        )
        by_word.append(_wall_seconds(lambda: corpus.search(word, plain)))
    ratio = min(by_name) / min(by_word)
    print(
        f"{name} ({total:,} passages) {min(by_name) * 1000:.0f} ms : "
        f"{word} {min(by_word) * 1000:.0f} ms = {ratio:.2f} x"
    )


def _wall_seconds(question: Callable[[], object]) -> float:
    begin = time.perf_counter()
    question()
    return time.perf_counter() - begin


def _cpu_seconds(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
