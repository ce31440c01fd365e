"""Measure the questions beside a search, compared with a search for the same words.

    python bench/explore.py INDEX [--query Taliban] [--rounds 5]

All questions are asked of one open corpus, in turn; a figure is the least CPU time of the rounds.
"""

import argparse
import time
from collections.abc import Callable, Mapping

from corpus_cli import Corpus, SearchRequest
from corpus_cli.explore.compare import CompareOptions
from corpus_cli.explore.timeline import TimelineOptions


def main() -> None:
    """Print a line for each question."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index")
    parser.add_argument("--query", default="Taliban")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with Corpus.open(arguments.index) as corpus:
        questions = _questions(corpus, arguments.query)
        times: dict[str, list[float]] = {name: [] for name in questions}
        for _ in range(arguments.rounds):
            for name, question in questions.items():
                times[name].append(_cpu_milliseconds(question))
        status = corpus.status()
    print(f"{status['articles']:,} articles, {status['passages']:,} passages: {arguments.query}")
    least = {name: min(rounds) for name, rounds in times.items()}
    print(f"{'':28} {'CPU ms':>8} {'x search':>9}")
    for name, milliseconds in least.items():
        print(f"{name:28} {milliseconds:8.0f} {milliseconds / least['search']:9.1f}")


def _questions(corpus: Corpus, query: str) -> Mapping[str, Callable[[], object]]:
    request = SearchRequest(seconds=0, check_files=False)
    explore = corpus.explore
    published, mentioned = TimelineOptions("month"), TimelineOptions("month", "mentioned")
    return {
        "search": lambda: corpus.search(query, request),
        "kwic": lambda: explore.kwic(query, request=request),
        "timeline": lambda: explore.timeline(query, published, request),
        "timeline, mentioned": lambda: explore.timeline(query, mentioned, request),
        "with": lambda: explore.companions(query, request=request),
        "network, of the query": lambda: explore.network(query, request=request),
        "network, of the corpus": lambda: explore.network(request=request),
        "quotes": lambda: explore.quotes(query, request=request),
        "collocates": lambda: explore.collocates(query, request=request),
        "keywords": lambda: explore.keywords(query, request=request),
        "compare": lambda: explore.compare(query, CompareOptions("source"), request),
    }


def _cpu_milliseconds(question: Callable[[], object]) -> float:
    begin = time.process_time()
    question()
    return (time.process_time() - begin) * 1000


if __name__ == "__main__":
    main()
