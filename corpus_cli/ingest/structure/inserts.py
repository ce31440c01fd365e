"""Recognise players, captions and notes inside a text."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from corpus_cli.ingest.structure import clues
from corpus_cli.text.normalise import unify
from corpus_cli.text.sentences import sentence_starts

_LONGEST = 1_000
"""A line with more characters is compared with no wording; only a gallery is that long."""

_LONGEST_SIGNED = 400
"""A line with more characters is recognised by its beginning only, to save time."""

_ABBREVIATION = len("Sen. ")
"""A sentence that seems to begin no later follows an abbreviation."""

_AROUND = " ([{-–—•*|"
"""What may precede the first word of an insert."""


class _Patterns(NamedTuple):
    """The patterns of the inserts of one kind.

    A line is compared with `opened` if it begins with one of `openings`, and with `signed`, or
    with `sentences` if it is a single one, if it has one of `signs`: few lines have any.
    """

    openings: tuple[str, ...]
    opened: re.Pattern[str]
    signs: tuple[str, ...]
    signed: re.Pattern[str]
    sentences: re.Pattern[str]


def insert_kind(line: str) -> str:
    """Return the finer kind of chrome of a line that is an insert as a whole, else an empty string.

    A line with an insert and a paragraph of the text is text.
    """
    if ("aption" in line or "CAPTION" in line) and _is_gallery(line):
        return "caption"
    if len(line) > _LONGEST:
        return ""
    lowered = line.lower().lstrip(_AROUND)
    is_short = len(line) <= _LONGEST_SIGNED
    if not (lowered.startswith(_openings()) or (is_short and _has_any(lowered, _signs()))):
        return ""
    text = " ".join(unify(line).split()).lstrip(_AROUND)
    for kind, patterns in _patterns().items():
        if lowered.startswith(patterns.openings) and patterns.opened.fullmatch(text):
            return kind
        if is_short and _has_any(lowered, patterns.signs):
            is_sentence = sentence_starts(text)[-1] <= _ABBREVIATION
            if patterns.signed.fullmatch(text) or (
                is_sentence and patterns.sentences.fullmatch(text)
            ):
                return kind
    return ""


def _has_any(text: str, signs: Sequence[str]) -> bool:
    for sign in signs:  # noqa: SIM110 - any() takes twice the time
        if sign in text:
            return True
    return False


def _is_gallery(line: str) -> bool:
    """Return whether a line consists of captions of a gallery, each closed by a mark.

    The last one may lack its mark, but not its label. What precedes the first label may be the
    end of a caption if it is short.
    """
    first, *later = _gallery_mark().split(line)
    if not later:
        return False
    label = _gallery_label().search(first)
    glued = clues.count_words(first[: label.start()]) if label else 0
    last = later[-1].lstrip(_AROUND + ".").rstrip()
    return glued < clues.PROSE and (not last or _gallery_label().match(last) is not None)


@cache
def _patterns() -> Mapping[str, _Patterns]:
    return {
        kind: _Patterns(
            tuple(wording["openings"]),
            _any_of(wording["opened"]),
            tuple(wording.get("signs", ())),
            _any_of(wording.get("signed", ())),
            _any_of(wording.get("sentences", ())),
        )
        for kind, wording in clues.wording()["inserts"].items()
    }


@cache
def _openings() -> tuple[str, ...]:
    return tuple(chain.from_iterable(patterns.openings for patterns in _patterns().values()))


@cache
def _signs() -> tuple[str, ...]:
    return tuple(chain.from_iterable(patterns.signs for patterns in _patterns().values()))


@cache
def _gallery_mark() -> re.Pattern[str]:
    return _any_of(clues.wording()["gallery"]["marks"])


@cache
def _gallery_label() -> re.Pattern[str]:
    return _any_of(clues.wording()["gallery"]["labels"])


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern that matches what one of several does; none matches nothing."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)", re.IGNORECASE)
