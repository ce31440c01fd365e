"""Recognise lines that belong to a site, not to a text."""

import re
from functools import cache, lru_cache

from corpus_cli.ingest.structure import clues
from corpus_cli.ingest.structure.written_dates import read_date_line
from corpus_cli.text.normalise import fold

_LONGEST = 400
_LABEL = 12
_FIGURES = 120
_CREDIT = 120

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SIGNS = re.compile(r"[\W\d_]+")
_BLANKS = {n: " " for n in range(128) if not chr(n).isalpha()}


@lru_cache(1_024)
def comparison_key(line: str) -> str:
    """Return the folded words of a line, without digits and signs, to compare it with others."""
    return _letters(line[:_LONGEST])


@clues.cached_by_line
def is_menu_line(line: str) -> bool:
    """Return whether a line is an entry of a menu, or the heading of a box or a list of links."""
    bare = comparison_key(line) if len(line) <= _LONGEST else ""
    if not bare:
        return False
    is_known_wording = bare in _words() or _networks() >= {*bare.split()}
    return is_known_wording or _pattern("headed", "{}").fullmatch(bare) is not None


@clues.cached_by_line
def is_figure_line(line: str) -> bool:
    """Return whether a line is a date, or consists of digits and signs only."""
    return len(line) <= _FIGURES and (not comparison_key(line) or read_date_line(line) is not None)


def is_credit_line(line: str) -> bool:
    """Return whether a line ends with the credit of the picture above it."""
    return (
        _pattern("credits", r"(?:^|(?<=\W))(?:{})\.?$").search(line.rstrip()[-_CREDIT:]) is not None
    )


@clues.cached_by_line
def is_call(line: str) -> bool:
    """Return whether a line calls on the reader to do something, or states the site's rights."""
    if len(line) > 2 * _LONGEST:
        return False
    words = f" {comparison_key(line) if len(line) <= _LONGEST else _letters(line)}"
    return "©" in line or any(map(words.__contains__, _calls()))


def is_link_label(line: str) -> bool:
    """Return whether a line is a call that is short enough for the label of a link."""
    return clues.count_words(line) < _LABEL and not clues.ends_sentence(line) and is_call(line)


def _letters(text: str) -> str:
    folded = fold(text)
    # Most lines are ASCII, and a table is faster than a pattern.
    if folded.isascii():
        return " ".join(folded.translate(_BLANKS).split())
    return _SIGNS.sub(" ", folded).strip()


@cache
def _words() -> frozenset[str]:
    return frozenset(
        comparison_key(word) for words in clues.wording()["furniture"].values() for word in words
    )


@cache
def _networks() -> frozenset[str]:
    return frozenset(map(comparison_key, clues.wording()["furniture"]["networks"]))


@cache
def _calls() -> tuple[str, ...]:
    phrases = map(_letters, clues.wording()["site"]["calls"])
    return tuple(phrase if _UNSPACED.match(phrase) else f" {phrase}" for phrase in phrases)


@cache
def _pattern(name: str, frame: str) -> re.Pattern[str]:
    return re.compile(frame.format("|".join(clues.wording()["site"][name])), re.IGNORECASE)
