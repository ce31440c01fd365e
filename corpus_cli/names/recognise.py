"""Recognise the names that a text mentions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from corpus_cli.names.lookup import FormOccurrence, Meaning, NameLookup
from corpus_cli.text.tokenise import Written, written


def recognise_names(
    names: NameLookup,
    text: str,
    article: str,
    full_names: Callable[[], Collection[int]] | None = None,
) -> Iterator[FormOccurrence]:
    """Yield the names in a text of an article: the longest first, no overlaps, no adjectives.

    `full_names` returns the numbers of the names with a full form in the article: a short form
    can mean only these. Without it a short form can mean any name that has it.
    """
    words = written(text)
    end = 0
    for run in names.find_occurrences(words):
        if run.start < end:
            continue
        run_words = words[run.start : run.end]
        meanings = tuple(
            meaning
            for meaning in run.meanings
            if meaning.matches_capitals(run_words)
            and (
                meaning.role == "form"
                or (meaning.role == "short" and _may_be_meant(meaning, full_names))
            )
            and not _is_explained_elsewhere(names, meaning.name, run_words, article)
        )
        if meanings:
            end = run.end
            yield run._replace(meanings=meanings)


def make_recogniser(
    names: NameLookup, article: str, context: Iterable[str]
) -> Callable[[str], tuple[str, ...]]:
    """Return a function from a text of an article to the canonical forms of its names, in order.

    `context` are all texts of the article; they are read once, when a short form needs them.
    """
    full_numbers: set[int] = set()
    pending = iter((context,))

    def read_full_names() -> Collection[int]:
        for texts in pending:
            full_numbers.update(_find_full_names(names, texts, article))
        return full_numbers

    def recognise(text: str) -> tuple[str, ...]:
        numbers = (
            meaning.name
            for spot in recognise_names(names, text, article, read_full_names)
            for meaning in spot.meanings
        )
        return tuple(names.name(number).canonical for number in dict.fromkeys(numbers))

    return recognise


def _find_full_names(names: NameLookup, texts: Iterable[str], article: str) -> Iterator[int]:
    for text in texts:
        for spot in recognise_names(names, text, article, tuple):
            yield from (meaning.name for meaning in spot.meanings)


def _may_be_meant(meaning: Meaning, full_names: Callable[[], Collection[int]] | None) -> bool:
    return full_names is None or meaning.name in full_names()


def _is_explained_elsewhere(
    names: NameLookup, number: int, words: Sequence[Written], article: str
) -> bool:
    """Return whether the article itself explains these words as something else."""
    other_senses = names.name(number).elsewhere
    form = " ".join(map(str, words)) if other_senses else ""
    return any(form == sense and article in articles for sense, articles in other_senses)
