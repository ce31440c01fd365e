"""Measure how well the text of articles is extracted from real pages.

    python bench/extraction.py FOLDER [--text] [--pages]

FOLDER holds `ground-truth.json` (`{id: {"articleBody": …}}`, as in
scrapinghub/article-extraction-benchmark), `pages/ID.html…` and, for `--text`, `text/ID.txt`:
the pages with everything around the article, as plain text. Precision and recall count
4-word shingles and are means over the pages; F1 is computed from these means.
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean

from corpus_cli.ingest.file_formats import read
from corpus_cli.ingest.readers.port import Document
from corpus_cli.ingest.structure.structure import structure
from corpus_cli.model import BODY, DEK, HEADING, Article

_SHINGLE = 4


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words in a text, with their counts."""
    words = re.findall(r"\w+", text.lower())
    size = min(_SHINGLE, len(words)) or 1
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def scored(found: str, truth: str) -> tuple[float, float]:
    """Return the precision and recall of an extracted text."""
    have, want = shingles(found), shingles(truth)
    both = (have & want).total()
    return both / max(1, have.total()), both / max(1, want.total())


def corpus(name: str, data: bytes) -> str:
    """Return the text of an article that corpus shows: its dek, headings and body."""
    parts = [line.text for line in article(name, data).lines if line.broad in (DEK, HEADING, BODY)]
    return "\n".join(parts)


def article(name: str, data: bytes) -> Article:
    """Read the article in a file."""
    found = next(one for one in read(name, data, "", {}) if isinstance(one, Document))
    return structure(found.lines, found.metadata)


def everything(name: str, data: bytes) -> str:
    """Return the text of every line, chrome too, as a baseline."""
    return "\n".join(line.text for line in article(name, data).lines)


def trafilatura(_: str, data: bytes) -> str:
    """Return the text that trafilatura alone extracts."""
    from trafilatura import extract

    return extract(data, include_comments=False, include_tables=True) or ""


def pages(folder: Path, *, text: bool) -> Iterator[tuple[str, bytes, str]]:
    """Yield the name, the bytes and the true text of each page."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    where = folder / ("text" if text else "pages")
    for path in sorted(where.iterdir()):
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        yield path.name.removesuffix(".gz"), data, truth[path.name.split(".")[0]]["articleBody"]


def main() -> None:
    """Print a line for each method, or for each page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--pages", action="store_true")
    options = parser.parse_args()
    ways: list[Callable[[str, bytes], str]] = [corpus, everything]
    if not options.text:
        ways.insert(1, trafilatura)
    for way in ways[:1] if options.pages else ways:
        began, rows = time.perf_counter(), []
        for name, data, truth in pages(options.folder, text=options.text):
            rows.append(scored(way(name, data), truth))
            if options.pages:
                print(f"P {rows[-1][0]:.3f}  R {rows[-1][1]:.3f}  {name}")
        took = (time.perf_counter() - began) / len(rows)
        precision, recall = (fmean(column) for column in zip(*rows, strict=True))
        f1 = 2 * precision * recall / (precision + recall)
        scores = f"F1 {f1:.3f}  P {precision:.3f}  R {recall:.3f}"
        print(f"{way.__name__:12} {scores}  {took * 1000:.0f} ms")


if __name__ == "__main__":
    main()
