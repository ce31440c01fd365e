"""Read, generate and write the documents for measurements.

A place is a folder of text files, a folder with docs.jsonl or docs.jsonl.gz (id, title, text or
body), or such a file. Without a place, documents are generated from the sentences of `seeds/`.
"""

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SEEDS = Path(__file__).parent.parent / "seeds"
PART = 1000
"""The number of files in a folder; the filter of a query selects one folder."""

_PARAGRAPHS = 5
_SENTENCES = 3
_LONG = 330
"""The median number of words in a recombined article, unless another is passed."""


class Document(NamedTuple):
    """A document: a title and the text below it."""

    title: str
    text: str


def read(place: Path) -> Iterator[Document]:
    """Yield the documents at a place, in the order of file names or lines."""
    if place.is_dir():
        packed = [place / name for name in ("docs.jsonl.gz", "docs.jsonl")]
        found = [path for path in packed if path.exists()]
        if found:
            yield from read(found[0])
            return
        for path in sorted(place.rglob("*.txt")):
            title, _, text = path.read_text("utf-8", "replace").strip().partition("\n")
            yield Document(title.strip(), text.strip())
        return
    with (
        gzip.open(place, "rt", encoding="utf-8") if place.suffix == ".gz" else place.open() as file
    ):
        for line in file:
            if line.strip():
                record = json.loads(line)
                text = record.get("text", record.get("body", ""))
                yield Document(" ".join(record.get("title", "").split()), text.strip())


def sentences() -> list[str]:
    """Return the sentences of `seeds/`."""
    texts = (path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt")))
    lines = [line for text in texts for line in text.splitlines() if len(line.split()) > 20]  # noqa: PLR2004 - prose
    return [sentence.strip() for line in lines for sentence in line.split(". ") if sentence]


def made(count: int) -> Iterator[Document]:
    """Generate articles from the sentences of `seeds/`, with numbers that prevent near-copies."""
    chance, pool = random.Random(5), sentences()  # noqa: S311 - reproducible
    for n in range(count):
        paragraphs = [
            ". ".join(
                f"{sentence} {chance.randrange(10**6)}"
                for sentence in chance.sample(pool, _SENTENCES)
            )
            + "."
            for _ in range(_PARAGRAPHS)
        ]
        title = f"Report {n} on {chance.choice(pool).split(',')[0]}"
        yield Document(title, "\n\n".join(paragraphs))


def recombined(
    documents: Sequence[Document], count: int, median: int = _LONG
) -> Iterator[Document]:
    """Generate articles from random paragraphs of the documents, as long as press articles.

    Half of the articles have more words than the median.
    """
    chance = random.Random(7)  # noqa: S311 - reproducible
    blocks = (block for one in documents for block in re.split(r"\n\s*\n", one.text))
    pool = [(block, len(block.split())) for block in blocks if block.strip()]
    for _ in range(count):
        wanted, words, taken = median * chance.lognormvariate(0, 0.6), 0, []
        while words < wanted:
            block, length = chance.choice(pool)
            taken.append(block)
            words += length
        yield Document(chance.choice(documents).title, "\n\n".join(taken))


def write(documents: Iterable[Document], folder: Path, suffix: str = "txt") -> int:
    """Write each document to a file, in folders of a thousand. Returns the bytes of all files."""
    size = 0
    for n, one in enumerate(documents):
        place = folder / f"part{n // PART:03}"
        place.mkdir(parents=True, exist_ok=True)
        text = f"{one.title}\n\n{one.text}\n"
        if suffix == "html":
            body = "".join(f"<p>{block}</p>" for block in one.text.split("\n\n"))
            title = one.title
            text = f"<html><title>{title}</title><body><h1>{title}</h1>{body}</body></html>"
        (place / f"{n:06}.{suffix}").write_text(text, "utf-8")
        size += len(text.encode())
    return size


def lines(documents: Iterable[Document], path: Path) -> None:
    """Write all documents to one file, a JSON object a line, for the peers that are libraries."""
    with path.open("w", encoding="utf-8") as file:
        for n, one in enumerate(documents):
            record = {"id": f"{n:06}", "part": f"part{n // PART:03}", **one._asdict()}
            file.write(json.dumps(record) + "\n")
