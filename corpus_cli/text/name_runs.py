"""Find the words of a text that are names by their capitals."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from corpus_cli.text.normalise import fold, unify

_CAPITAL = "A-Z\u00c0-\u00de\u0100-\u017f"
_SMALL = "a-z\u00df-\u024f"
_QUOTE = "\"'(\u2018\u201c"
_WITHIN = r"[\w'\u2019\-]{0,40}"
_PARTICLE = r"(?:(?:al|bin|ibn|de|la|von|van|der|ul|el)[ \-])?"

_RUNS, _TEXTS = "|", "\n"


# The patterns are compiled at the first call, because a search needs neither.


@cache
def _run() -> re.Pattern[str]:
    # A capital at the start of a sentence says nothing: a word of the same sentence must be before
    # it. The capital comes first in the pattern, because the engine can search for it.
    return re.compile(
        rf"[{_CAPITAL}](?:(?<=[\w,;)][ ].)|(?<=[\w,;)][ ][{_QUOTE}].)|(?<=-.))"
        rf"{_WITHIN}[{_SMALL}]{_WITHIN}"
        rf"(?:[ ]{_PARTICLE}[{_CAPITAL}]{_WITHIN}[{_SMALL}]{_WITHIN})*"
    )


@cache
def _possessive() -> re.Pattern[str]:
    return re.compile(r"'s?(?=[ |]|$)")


def encode_runs(texts: Iterable[str]) -> str:
    """Return the names by capitals in the texts of an article as a string for `decode_runs`.

    They are words with a capital within a sentence, folded; those next to each other are a run:
    `the rise of Ayman al-Zawahiri` has the run ayman, al, zawahiri. Abbreviations are left out.
    Each text that has runs is a line.
    """
    lines = (_RUNS.join(_run().findall(text)) for text in texts)
    return _TEXTS.join(map(_fold_line, filter(None, lines)))


def _fold_line(line: str) -> str:
    line = _possessive().sub("", unify(line)).replace("-", " ")
    # Whole lines would push the words out of the cache of `fold`.
    return line.casefold() if line.isascii() else _RUNS.join(map(fold, line.split(_RUNS)))


def decode_runs(encoded: str) -> Iterator[list[list[str]]]:
    """Yield the runs of each text, each a list of words, from a string of `encode_runs`."""
    for line in encoded.split(_TEXTS) if encoded else ():
        yield [run.split() for run in line.split(_RUNS)]


def words_of_runs(encoded: str) -> list[str]:
    """Return all words in a string of `encode_runs`."""
    return encoded.replace(_RUNS, " ").split()
