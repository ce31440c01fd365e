"""Which names a text mentions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from corpus_cli.names.lookup import Book, Meaning
from corpus_cli.text.tokenise import Written, written


class Spot(NamedTuple):
    """Words `start` to `end` (exclusive) of a text, and the names they may mean there."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]


def spots(
    names: Book, text: str, article: str, full: Callable[[], Collection[int]] | None = None
) -> Iterator[Spot]:
    """The names in a text of an article, longest first, none overlapping; adjectives are none.

    `full` gives the names that the article has a full form of: only those are meant by a
    short form. Without it every name that has one may be.
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
    """Tells the names that a text of an article mentions, by canonical forms, in its order.

    `context` are all texts of the article, read once, where a short form has to be told.
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
    """Whether the article itself explains these words as something else."""
    explained = names.name(number).elsewhere
    form = " ".join(map(str, words)) if explained else ""
    return any(form == other and article in articles for other, articles in explained)
