"""Read plain text and Markdown, with front matter."""

import re
from collections.abc import Iterator, Sequence

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode, split_lines
from corpus_cli.ingest.readers.nul_bytes import report_nul_bytes
from corpus_cli.ingest.readers.port import NO_TEXT, Document, DocumentLine, File, ReadResult
from corpus_cli.model import HEADING, METADATA, STATED, TITLE, Datum

_MARKDOWN_SUFFIXES = (".md", ".markdown")
_FRONT_MATTER_MARKS = ("---", "+++")
_HEADING = re.compile(r"#{1,6}[ \t]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)$")
_SEPARATOR = re.compile(r"\s*+(?:-{3,}|\*{3,}|={3,}|_{3,}|#{3,}|(?:\* ){2,8}\*)\s*+")
_MAX_SEPARATOR_LENGTH = 200
_MAX_FRONT_MATTER_LINES = 200
# Characters of front matter: the time of tomllib grows with the square of a key's length.
_MOST = 20_000


def read(file: File) -> Iterator[ReadResult]:
    """Yield the one document of a text; Markdown also marks its headings.

    Raises `SourceError` where there is no text.
    """
    raw_lines = split_lines(decode(file.data))
    if not any(map(str.strip, raw_lines)):
        raise SourceError(NO_TEXT)
    front_length = _count_front_matter(raw_lines)
    front = "\n".join(raw_lines[1 : front_length - 1]) if front_length else ""
    front_matter = (
        _parse_front_matter(front, raw_lines[0]) if front_length and len(front) <= _MOST else None
    )
    # Text between two horizontal rules looks like front matter, too.
    front_length, metadata = (0, []) if front_matter is None else (front_length, front_matter)
    lines = [DocumentLine(text, METADATA) for text in raw_lines[:front_length]]
    lines += (
        _mark_headings(raw_lines[front_length:])
        if file.name.lower().endswith(_MARKDOWN_SUFFIXES)
        else map(DocumentLine, raw_lines[front_length:])
    )
    yield Document(lines, metadata or _find_title(lines))
    yield from report_nul_bytes(file.data)


def has_separator(lines: Sequence[DocumentLine]) -> bool:
    """Return whether a line consists of marks that may separate articles."""
    return any(is_separator(line.text) for line in lines)


def is_separator(text: str) -> bool:
    """Return whether a text consists of at least three marks such as `---` or `* * *`."""
    return len(text) <= _MAX_SEPARATOR_LENGTH and bool(_SEPARATOR.fullmatch(text))


def _count_front_matter(raw_lines: Sequence[str]) -> int:
    """Count the lines of the front matter with its marks; 0 if there is none."""
    if raw_lines[0].rstrip() not in _FRONT_MATTER_MARKS:
        return 0
    end_marks = (raw_lines[0].rstrip(), "..." if raw_lines[0].startswith("-") else "")
    for n, text in enumerate(raw_lines[1:_MAX_FRONT_MATTER_LINES], 2):
        if text.strip() and text.rstrip() in end_marks:
            return n
    return 0


def _parse_front_matter(text: str, mark: str) -> list[Datum] | None:
    from corpus_cli.ingest.readers.records.frontmatter import parse_front_matter

    return parse_front_matter(text, is_toml=mark.startswith("+"))


def _mark_headings(raw_lines: Sequence[str]) -> list[DocumentLine]:
    """Mark headings outside of fences; a heading before all other text is the title."""
    lines: list[DocumentLine] = []
    fence = ""
    for text in raw_lines:
        fence_match = _FENCE.match(text)
        if fence_match and not fence:
            fence = fence_match[1]
        elif fence_match and fence and fence_match[1].startswith(fence) and not fence_match[2]:
            fence = ""
        kind = HEADING if not fence and _HEADING.match(text) else ""
        if kind and not any(line.text.strip() for line in lines):
            kind = TITLE
        lines.append(DocumentLine(text, kind))
    return lines


def _find_title(lines: Sequence[DocumentLine]) -> list[Datum]:
    """Return the title that is marked as a heading, without its mark, as metadata."""
    for n, line in enumerate(lines, 1):
        if line.kind == TITLE and (mark := _HEADING.match(line.text)):
            bare = line.text[mark.end() :].rstrip("#").strip(" \t")
            return [Datum(TITLE, bare, f"line {n}", STATED)]
    return []
