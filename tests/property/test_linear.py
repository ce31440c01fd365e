"""The time for a text of a stranger grows with its length, and no faster."""

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.ingest.entries import describe_document
from corpus_cli.ingest.readers import plain_text
from corpus_cli.ingest.readers.port import Document, File
from corpus_cli.ingest.recurring import LineCounts
from corpus_cli.ingest.repair import repair_document
from corpus_cli.model import Source
from corpus_cli.text.sketches import sketch

SHORT, TIMES = 6_000, 8
"""Characters of the shorter text, and how much longer the longer one is."""

MAX_RATIO = 28.0
"""The most that the longer text may take: linear is 8, quadratic 64."""

MIN_SECONDS = 0.4
"""Processor time below which the longer text is fast in any case."""

UNITS = {
    "one letter": "a",
    "words": "word ",
    "different words": "",
    "capitals": "Kabul Fell ",
    "initials": "A. B. ",
    "abbreviations": "Islamic State (IS) ",
    "long forms": "Afghan National Army Forces Group (ANAFG) ",
    "brackets": "((((((",
    "closing brackets": "))))))",
    "square brackets": "[[[[",
    "quotes": "“‘\"'",
    "apostrophes": "'s’s",
    "dates": "1 Jan 2024 ",
    "numbers": "12/3/2024-",
    "times": "10:30 am ",
    "bylines": "By Ann Lee and ",
    "sentences": "It fell. ",
    "dots": "...",
    "commas": ", ",
    "dashes": "—-–",
    "hyphens": "a-b-",
    "blanks": " \u00a0\t",
    "bars": "Home | About | ",
    "addresses": "http://a.b/c?d=e ",
    "mails": "a@b.org ",
    "marks": "e\u0301\u0302",
    "wrong encoding": "â€™Ã©",
    "wide": "領英推荐",
    "arabic": "محمد على ",
    "names": "Haji Mohammad Khan al-Zarqawi ",
    "tags": "<b>&amp;",
    "markdown": "*_`~#[](",
    "replacements": "\ufffd\u200b",
}


def make_text(name: str, length: int) -> str:
    unit = UNITS[name]
    if not unit:
        return " ".join(f"w{n}x" for n in range(length // 6))
    return unit * (length // len(unit))


def read(text: str) -> Document:
    document = next(plain_text.read(File("a.md", text.encode(), lambda *_: iter(()))))
    assert isinstance(document, Document)
    return document


def describe(text: str) -> None:
    """Read an article: structure, dates, bylines, passages, names, language and sketch."""
    document = repair_document(read(text))
    describe_document(document, Source("a.md", ""), LineCounts(defaultdict(set)))


def as_one_line(text: str) -> None:
    describe(f"A title\n\n{text}\n")


def as_short_lines(text: str) -> None:
    lines = [text[n : n + 60] for n in range(0, len(text), 60)]
    describe("A title\n\n" + "\n".join(lines))


def as_paragraphs(text: str) -> None:
    lines = [text[n : n + 300] for n in range(0, len(text), 300)]
    describe("A title\n\n" + "\n\n".join(lines))


def as_a_passage(text: str) -> None:
    sketch(text, fewest=1)


def as_a_corpus(text: str) -> None:
    """Index a text and search it, with feedback, snippets and other spellings."""
    Path("a.txt").write_text(f"A title here\n\nKabul fell. {text}\n", "utf-8")
    with Corpus.in_memory() as corpus:
        corpus.ingest(["a.txt"])
        for query in ("Kabul word", text[:300], "title Kabull"):
            corpus.search(query)


def seconds(task: Callable[[str], None], text: str) -> float:
    """Return the processor time of a task: the least of two, which noise cannot make shorter."""
    times = []
    for _ in range(2):
        began = time.process_time()
        task(text)
        times.append(time.process_time() - began)
    return min(times)


TASKS = (as_one_line, as_short_lines, as_paragraphs, as_a_passage, as_a_corpus)


@pytest.mark.parametrize("task", TASKS)
def test_the_time_grows_with_the_length(task: Callable[[str], None]) -> None:
    task(make_text("words", 600))
    slow = {}
    for name in UNITS:
        long = seconds(task, make_text(name, SHORT * TIMES))
        if long > MIN_SECONDS:
            ratio = long / seconds(task, make_text(name, SHORT))
            if ratio > MAX_RATIO:
                slow[name] = round(ratio)
    assert slow == {}
