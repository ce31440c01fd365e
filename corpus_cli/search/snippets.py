"""Matched positions to spans, and the window worth showing."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from corpus_cli.engines.fields import HEADING, TITLE
from corpus_cli.model import Mark, Snippet, Span
from corpus_cli.text.sentences import sentence_starts
from corpus_cli.text.tokenise import tokenise

WIDTH = 320
"""Code points of a window."""


def spans(text: str, marks: Iterable[Mark], base: int = 0) -> tuple[Span, ...]:
    """The ranges of a text that marks cover, ascending, none overlapping.

    `base` is the position of its first word: 0 for a passage, `TITLE` for its title.
    """
    above = {0: HEADING}.get(base, 1 << 32)
    inside = [mark for mark in marks if base <= mark.position < above]
    if not inside:
        return ()
    edges = _edges(text)
    found: list[Span] = []
    for mark in sorted(inside, key=lambda mark: (mark.position, -mark.length)):
        first = mark.position - base
        last = first + max(mark.length, 1) - 1
        if first not in edges or last not in edges:
            continue
        end = edges[last].end if mark.length else edges[last].piece
        span = Span(edges[first].start, end, mark.why)
        if not found or span.start >= found[-1].end:
            found.append(span)
    return tuple(found)


def title_spans(title: str, marks: Iterable[Mark]) -> tuple[Span, ...]:
    """The same for a title."""
    return spans(title, marks, TITLE)


def snippet(text: str, matched: tuple[Span, ...], width: int = WIDTH) -> Snippet:
    """The window of a text with most different matches, from the start of a sentence if it can.

    What is cut off is told by an ellipsis; the spans are shifted to match.
    """
    if len(text) <= width + width // 4:
        return Snippet(text, matched)
    start = _start(text, _best(text, matched, width), width)
    end = _end(text, start + width)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    inside = tuple(
        Span(span.start + shift, span.end + shift, span.why)
        for span in matched
        if span.start >= start and span.end <= end
    )
    return Snippet(before + text[start:end] + after, inside)


class _Edges(NamedTuple):
    start: int
    end: int
    piece: int


def _edges(text: str) -> Mapping[int, _Edges]:
    """Where each word starts and ends, and where what is written in one piece with it ends."""
    found: dict[int, _Edges] = {}
    for token in tokenise(text):
        before = found.get(token.position)
        if token.span > 1 and before:
            found[token.position] = before._replace(piece=token.end)
        elif not before:
            found[token.position] = _Edges(token.start, token.end, token.end)
    return found


def _best(text: str, matched: tuple[Span, ...], width: int) -> Span:
    """The first match of the window with the most: different ones first, then all."""
    best, at = (0, 0), Span(0, 0, "")
    for i, first in enumerate(matched):
        held = [span for span in matched[i:] if span.end <= first.start + width * 3 // 4]
        different = {text[span.start : span.end].casefold() for span in held}
        if (len(different), len(held)) > best:
            best, at = (len(different), len(held)), first
    return at


def _start(text: str, first: Span, width: int) -> int:
    """The start of the sentence that holds a match, or of a word not far before it."""
    at = min(first.start, max(len(text) - width, 0))
    sentence = max(start for start in sentence_starts(text) if start <= at)
    if at - sentence <= width // 2 and first.end <= sentence + width:
        return sentence
    blank = text.find(" ", max(at - width // 4, 0), at)
    return blank + 1 if blank >= 0 else at


def _end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    blank = text.rfind(" ", at - 40, at + 1)
    return blank if blank > 0 else at
