"""Recognise the names that a text mentions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from corpus_cli.names.lookup import Book, Meaning
from corpus_cli.text.tokenise import Written, written


class Spot(NamedTuple):
    """Words `start` to `end` (exclusive) of a text, and the names that they may mean."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]


def spots(
    names: Book, text: str, article: str, full: Callable[[], Collection[int]] | None = None
) -> Iterator[Spot]:
    """Yield the names in a text of an article: the longest first, no overlaps, no adjectives.

    `full_names` returns the numbers of the names with a full form in the article: a short form
    can mean only these. Without it a short form can mean any name that has it.
    """
    words = written(text)
    end = 0
    for run in names.runs(words):
        if run.start < end:
            continue
        here = words[run.start : run.end]
        meant = tuple(
            meaning
            for meaning in run.meanings
            if meaning.fits(here)
            and (meaning.role == "form" or (meaning.role == "short" and _is_full(meaning, full)))
            and not _elsewhere(names, meaning.name, here, article)
        )
        if meant:
            end = run.end
            yield Spot(run.start, run.end, meant)


def mentions(names: Book, article: str, context: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """Return a function from a text of an article to the canonical forms of its names, in order.

    `context` are all texts of the article; they are read once, when a short form needs them.
    """
    known: set[int] = set()
    pending = iter((context,))

    def full() -> Collection[int]:
        for texts in pending:
            known.update(_full(names, texts, article))
        return known

    def told(text: str) -> tuple[str, ...]:
        found = (
            meaning.name for spot in spots(names, text, article, full) for meaning in spot.meanings
        )
        return tuple(names.name(number).canonical for number in dict.fromkeys(found))

    return told


def _full(names: Book, texts: Iterable[str], article: str) -> Iterator[int]:
    for text in texts:
        for spot in spots(names, text, article, tuple):
            yield from (meaning.name for meaning in spot.meanings)


def _is_full(meaning: Meaning, full: Callable[[], Collection[int]] | None) -> bool:
    return full is None or meaning.name in full()


def _elsewhere(names: Book, number: int, words: Sequence[Written], article: str) -> bool:
    """Return whether the article itself explains these words as something else."""
    explained = names.name(number).elsewhere
    form = " ".join(map(str, words)) if explained else ""
    return any(form == sense and article in articles for sense, articles in explained)
