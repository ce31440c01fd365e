"""Recognise the names in a text that is not in the corpus."""

from collections.abc import Iterator

from corpus_cli.names.lookup import FormOccurrence, NameLookup
from corpus_cli.text.tokenise import written


def recognise_names(names: NameLookup, text: str) -> Iterator[FormOccurrence]:
    """Yield the names that a text may mention: the longest first, no overlaps, no adjectives.

    A short form can mean any name that has it, because nothing is known of the text's article.
    """
    words = written(text)
    end = 0
    for run in names.find_occurrences(words):
        meanings = tuple(
            meaning
            for meaning in run.meanings
            if meaning.role != "adjective" and meaning.matches_capitals(words[run.start : run.end])
        )
        if run.start >= end and meanings:
            end = run.end
            yield run._replace(meanings=meanings)
