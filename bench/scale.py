"""Measure how the parts of an ingest grow with the number of articles.

    python bench/scale.py [PLACE ...] [--articles 1000,10000] [--jobs 2]

Articles are recombined from the paragraphs of the places (see documents.py), or made of the
sentences of `seeds/`, and written as text files to a temporary folder. Prints, for each part, the
milliseconds of processor time an article takes, and how it grows from the first size to the last;
then the highest memory of one process, and the time of a second ingest as a share of the first.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from documents import made, read, recombined, write

from corpus_cli.corpus import Corpus
from corpus_cli.engines.whoosh.writing import GenerationWriter
from corpus_cli.ingest import batches
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.names.corpus_names import CorpusNames

_T = TypeVar("_T")

PARTS: Mapping[str, tuple[Any, str]] = {
    "classify again": (batches, "reclassify_recurring_lines"),
    "pairs of spellings": (batches, "update_spelling_pairs"),
    "compile names": (CorpusNames, "lookup"),
    "hand articles to the index": (GenerationWriter, "fill"),
    "mentions of changed names": (GenerationWriter, "_update_mentions"),
    "merge segments": (GenerationWriter, "_merge_smallest"),
}
"""The parts of the parent process that are measured, each by the function that does it."""

REST, READERS, INVERTERS = "compare and record", "readers", "inverters"


@contextmanager
def _timed(seconds: Counter[str]) -> Iterator[None]:
    """Add the processor time of each part to the counter while the context is open."""
    originals = {part: getattr(*place) for part, place in PARTS.items()}

    def time_calls(part: str, function: Callable[..., _T]) -> Callable[..., _T]:
        def timed(*arguments: object, **options: object) -> _T:
            began = time.process_time()
            try:
                return function(*arguments, **options)
            finally:
                seconds[part] += time.process_time() - began  # type: ignore[assignment]

        return timed

    for part, (owner, name) in PARTS.items():
        setattr(owner, name, time_calls(part, originals[part]))
    try:
        yield
    finally:
        for part, (owner, name) in PARTS.items():
            setattr(owner, name, originals[part])


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(articles: str, index: str, jobs: int) -> Mapping[str, float]:
    """Ingest in this process, and return the seconds of each part and the memory in MB."""
    seconds: Counter[str] = Counter()
    began = time.process_time()
    corpus = Corpus.create(index)
    with _timed(seconds):
        corpus.ingest([articles], IngestRequest(jobs=jobs))
    seconds[REST] = time.process_time() - began - sum(seconds.values())  # type: ignore[assignment]
    seconds[READERS] = _children_seconds()  # type: ignore[assignment]
    corpus.close()
    seconds[INVERTERS] = _children_seconds() - seconds[READERS]  # type: ignore[assignment]
    memory = max(
        resource.getrusage(who).ru_maxrss / 1000
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {**seconds, "memory": memory}


def _measure_twice(folder: Path, jobs: int) -> tuple[Mapping[str, float], float]:
    """Ingest a folder twice; return the parts of the first time, and the share of the second."""
    command = [sys.executable, __file__, str(folder / "articles"), "--index", str(folder / "index")]
    found, times = [], []
    for _ in range(2):
        began = time.perf_counter()
        ran = subprocess.run([*command, "--jobs", str(jobs)], check=True, stdout=subprocess.PIPE)
        times.append(time.perf_counter() - began)
        found.append(json.loads(ran.stdout))
    return found[0], times[1] / times[0]


def main() -> None:
    """Ingest each number of articles, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("places", nargs="*")
    parser.add_argument("--articles", default="1000,10000")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--index", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.index:
        print(json.dumps(measure(options.places[0], options.index, options.jobs)))
        return
    sizes = [int(size) for size in options.articles.split(",")]
    documents = [one for place in options.places for one in read(Path(place))]
    columns = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            write(recombined(documents, size) if documents else made(size), folder / "articles")
            columns.append(_measure_twice(folder, options.jobs))
    parts = [REST, *PARTS, READERS, INVERTERS]
    rows = {
        part: [
            seconds[part] * 1000 / size for size, (seconds, _) in zip(sizes, columns, strict=True)
        ]
        for part in parts
    }
    rows["all"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    titles = "".join(f" {size:>9,}" for size in sizes)
    print(f"{'CPU ms an article':28}{titles}    growth")
    for part, values in rows.items():
        growth = f"{values[-1] / values[0]:9.2f}" if values[0] else ""
        print(f"{part:28}" + "".join(f" {value:9.2f}" for value in values) + growth)
    print(f"{'MB of a process':28}" + "".join(f" {one['memory']:9.0f}" for one, _ in columns))
    print(f"{'second ingest ÷ first':28}" + "".join(f" {share:9.3f}" for _, share in columns))


if __name__ == "__main__":
    main()
