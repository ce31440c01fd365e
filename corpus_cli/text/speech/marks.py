"""Find what stands between quotation marks in a paragraph."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_DOUBLE = re.compile('[“”„«»"]')
_OPENING = "“„«"
_CLOSING = "”»"
_STRAIGHT = '"'
# A single mark opens before a letter, and closes after a stop or, else, before no letter.
_SINGLE_OPENING = re.compile(r"(?:(?<=[\s(\[:—–])|^)[‘'](?=[\w\[])")
_SINGLE_CLOSING = re.compile(r"(?<=[.,!?…])[’'](?!\w)|(?<=[\w)\]])[’'](?!\w)")


class QuotedRange(NamedTuple):
    """A range of a paragraph with its marks; `is_open` if no mark closes it."""

    start: int
    end: int
    is_open: bool = False

    def inner(self, text: str) -> str:
        """Return the text between the marks."""
        return text[self.start + 1 : self.end if self.is_open else self.end - 1]


def find_quoted(paragraph: str) -> list[QuotedRange]:
    """Return the outermost quoted ranges of a paragraph, in order and without overlap.

    A range that no mark closes ends with the paragraph. If another one opens before it is closed,
    it is left out, because nobody can tell where it ends.
    """
    if _DOUBLE.search(paragraph):
        return list(_double_quoted(paragraph))
    return list(_single_quoted(paragraph))


def begins_quoted(paragraph: str) -> bool:
    """Return whether a paragraph begins with a mark that opens."""
    return paragraph.lstrip()[:1] in {*_OPENING, _STRAIGHT, "‘"}


def _double_quoted(text: str) -> Iterator[QuotedRange]:
    opened = -1
    depth = 0
    for match in _DOUBLE.finditer(text):
        at = match.start()
        is_low = opened >= 0 and text[opened] == "„" and text[at] == "“"
        if not is_low and _opens(text, at, is_inside=opened >= 0):
            # `“…«…»…”`: other marks within are nested, the same ones were not closed.
            if opened >= 0 and text[at] != text[opened]:
                depth += 1
            else:
                opened, depth = at, 0
        elif depth:
            depth -= 1
        elif opened >= 0:
            if at - opened > 1:
                yield QuotedRange(opened, at + 1)
            opened = -1
    if opened >= 0:
        yield QuotedRange(opened, len(text), is_open=True)


def _opens(text: str, at: int, *, is_inside: bool) -> bool:
    mark = text[at]
    if mark in _OPENING:
        return True
    if mark in _CLOSING:
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if is_inside:
        return (not before or before.isspace() or before in "([—") and after.isalnum()
    return bool(after) and not after.isspace()


def _single_quoted(text: str) -> Iterator[QuotedRange]:
    at = 0
    while match := _SINGLE_OPENING.search(text, at):
        closing = _SINGLE_CLOSING.search(text, match.end())
        if closing is None:
            return
        yield QuotedRange(match.start(), closing.end())
        at = closing.end()
