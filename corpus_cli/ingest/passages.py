"""Split an article into passages of limited length."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus_cli.ingest.languages import detect_language
from corpus_cli.ingest.structure.clues import count_words, ends_sentence
from corpus_cli.model import BODY, DEK, EVIDENCE, HEADING, TITLE, Article, Line, Passage
from corpus_cli.text.sentences import sentence_starts

TINY_LINE_WORDS = 20
"""A line with fewer words is joined with the next one under the same heading."""

MAX_PASSAGE_WORDS = 250
"""A passage with more words is split at the end of a sentence."""

_CHARACTERS = 2_000


class _Piece(NamedTuple):
    start: int
    end: int
    lines: tuple[int, int]
    heading: str


def split_passages(article: Article) -> Iterator[Passage]:
    """Yield the passages of an article: ranges of its text, in order and without overlap.

    A dek is a passage of its own. So are a heading at the end, the title of an article without
    a text, and titles and headings longer than `EVIDENCE`.
    """
    title = "".join(article.values("title")[:1])
    text = article.text
    pieces = (part for piece in _pieces(article) for part in _split(piece, text))
    for n, (start, end, lines, heading) in enumerate(pieces, 1):
        written = text[start:end]
        yield Passage(
            article.id,
            n,
            start,
            end,
            lines,
            written,
            title,
            heading,
            language=detect_language(written),
        )


def _pieces(article: Article) -> Iterator[_Piece]:
    """Yield the paragraphs, with tiny lines joined."""
    paragraph: list[tuple[int, Line]] = []
    heading: list[tuple[int, Line]] = []
    under = ""
    any_text = any(line.broad in (BODY, DEK) for line in article.lines)
    for start, line in _lines_with_offsets(article):
        apart = not any_text or len(line.text) > EVIDENCE
        broad = line.broad
        if broad == HEADING or (line.kind == TITLE and apart):
            yield from _join_lines(paragraph, under)
            paragraph = []
            heading.append((start, line))
        elif broad == BODY:
            if heading:
                under = " ".join(above.text.strip() for _, above in heading)
                if len(under) > EVIDENCE:
                    yield from (piece for above in heading for piece in _join_lines([above], ""))
                    under = ""
                heading = []
            if paragraph and not _continues(paragraph, line):
                yield from _join_lines(paragraph, under)
                paragraph = []
            paragraph.append((start, line))
        else:
            yield from _join_lines(paragraph, under)
            paragraph = []
            if broad == DEK:
                yield from _join_lines([(start, line)], "")
    yield from _join_lines(paragraph, under)
    for alone in heading:
        yield from _join_lines([alone], "")


def _lines_with_offsets(article: Article) -> Iterator[tuple[int, Line]]:
    """Yield every line that is not blank, and where it starts in the text."""
    start = 0
    for line in article.lines:
        if line.text.strip():
            yield start, line
        start += len(line.text) + 1


def _continues(paragraph: list[tuple[int, Line]], line: Line) -> bool:
    """Return whether a line belongs to the paragraph before it.

    It does if the paragraph is tiny so far, or if a hard wrap broke it off in mid-sentence.
    A long line never does.
    """
    above = paragraph[-1][1]
    if max(count_words(above.text), count_words(line.text)) >= TINY_LINE_WORDS:
        return False
    length = sum(count_words(before.text) for _, before in paragraph)
    if length + count_words(line.text) > MAX_PASSAGE_WORDS:
        return False
    return length < TINY_LINE_WORDS or (line.n == above.n + 1 and not ends_sentence(above.text))


def _join_lines(paragraph: list[tuple[int, Line]], heading: str) -> Iterator[_Piece]:
    if not paragraph:
        return
    (start, first), (begin, last) = paragraph[0], paragraph[-1]
    start += len(first.text) - len(first.text.lstrip())
    end = begin + len(last.text.rstrip())
    yield _Piece(start, end, (first.n, last.n), heading)


def _split(piece: _Piece, text: str) -> Iterator[_Piece]:
    """Split a piece that is too long: at a sentence, else at a blank, else anywhere."""
    start, first = piece.start, piece.lines[0]
    while start < piece.end:
        end = _cut(text[start : min(piece.end, start + 2 * _CHARACTERS)]) + start
        written = text[start:end].rstrip()
        last = first + written.count("\n")
        yield _Piece(start, start + len(written), (first, last), piece.heading)
        previous_start, start = start, end
        while start < piece.end and text[start].isspace():
            start += 1
        first += text.count("\n", previous_start, start)


def _cut(text: str) -> int:
    """Return where the first passage of a text ends, in code points."""
    limit = _limit(text)
    if limit == len(text):
        return limit
    sentence = max(start for start in sentence_starts(text) if start <= limit)
    blank = max(text.rfind(" ", 0, limit), text.rfind("\n", 0, limit))
    return sentence or (blank if blank > 0 else limit)


def _limit(text: str) -> int:
    # A text this short cannot exceed the limit of words; most texts are that short.
    if (
        len(text) <= 2 * MAX_PASSAGE_WORDS
        or len(text.split(None, MAX_PASSAGE_WORDS)) <= MAX_PASSAGE_WORDS
    ):
        return min(len(text), _CHARACTERS)
    at = len(text)
    for n, match in enumerate(re.finditer(r"\S+", text)):
        if n == MAX_PASSAGE_WORDS:
            at = match.start()
            break
    return min(at, _CHARACTERS)
