"""Recognise lines that belong to a site, not to a text."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter

from corpus_cli.ingest.structure import clues
from corpus_cli.ingest.structure.written_dates import read_date_line
from corpus_cli.text.normalise import fold_words

_LONGEST = 400
_LABEL = 12
_MENU = 200
_FIGURES = 120
_CREDIT = 120

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BLANKS = bytes(n if n > 127 or chr(n).isalpha() else 32 for n in range(256))  # noqa: PLR2004 - ASCII


@lru_cache(1_024)
def comparison_key(line: str) -> str:
    """Return the folded words of a line, without digits and signs, to compare it with others."""
    return _letters(line[:_LONGEST])


@clues.cached_by_line
def is_menu_line(line: str) -> bool:
    """Return whether a line is an entry of a menu, or the heading of a box or a list of links."""
    bare = comparison_key(line) if len(line) <= _MENU else ""
    if not bare:
        return False
    return (
        bare in _words()
        or (bare.partition(" ")[0] in _networks() and _networks().issuperset(bare.split()))
        or _pattern("headed", "{}").fullmatch(bare) is not None
    )


@clues.cached_by_line
def is_figure_line(line: str) -> bool:
    """Return whether a line is a date, or consists of digits and signs only."""
    return len(line) <= _FIGURES and (not comparison_key(line) or read_date_line(line) is not None)


def is_credit_line(line: str) -> bool:
    """Return whether a line ends with the credit of the picture above it."""
    end = line.rstrip()[-_CREDIT:].lower()
    return _pattern("credits", r"(?<!\w)(?:{})\.?$").search(end) is not None


@clues.cached_by_line
def is_call(line: str) -> bool:
    """Return whether a line calls on the reader to do something, or states the site's rights."""
    if len(line) > 2 * _LONGEST:
        return False
    words = comparison_key(line) if len(line) <= _LONGEST else _letters(line)
    return (
        "©" in line
        or _calls().search(f" {words}") is not None
        or (not words.isascii() and any(map(words.__contains__, _unspaced_calls())))
    )


def is_link_label(line: str) -> bool:
    """Return whether a line is a call that is short enough for the label of a link."""
    return clues.count_words(line) < _LABEL and not clues.ends_sentence(line) and is_call(line)


def _letters(text: str) -> str:
    # What is left beyond ASCII are letters, and a table is faster than a pattern.
    words = fold_words(text).encode().translate(_BLANKS).split()
    return b" ".join(words).decode()


@cache
def _words() -> frozenset[str]:
    return frozenset(
        comparison_key(word) for words in clues.wording()["furniture"].values() for word in words
    )


@cache
def _networks() -> frozenset[str]:
    return frozenset(map(comparison_key, clues.wording()["furniture"]["networks"]))


@cache
def _calls() -> re.Pattern[str]:
    """Return a pattern of calls after a blank; by first letters, which rules out most words."""
    phrases = sorted(set(_folded_calls()) - set(_unspaced_calls()))
    by_letter = (
        f"{letter}(?:{'|'.join(phrase[1:] for phrase in alike)})"
        for letter, alike in groupby(phrases, key=itemgetter(0))
    )
    return re.compile(f" (?:{'|'.join(by_letter)})")


@cache
def _unspaced_calls() -> tuple[str, ...]:
    """Return the calls of scripts without blanks between words."""
    return tuple(filter(_UNSPACED.match, _folded_calls()))


def _folded_calls() -> Iterator[str]:
    return map(_letters, clues.wording()["site"]["calls"])


@cache
def _pattern(name: str, frame: str) -> re.Pattern[str]:
    return re.compile(frame.format("|".join(clues.wording()["site"][name])))
