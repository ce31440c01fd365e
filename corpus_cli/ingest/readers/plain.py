"""Read plain text and Markdown, with front matter."""

import re
from collections.abc import Iterator, Sequence

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode, lines
from corpus_cli.ingest.readers.port import Document, File, Found, Written
from corpus_cli.model import HEADING, METADATA, STATED, TITLE, Datum

_MARKDOWN = (".md", ".markdown")
_MARKS = ("---", "+++")
_HEADING = re.compile(r"#{1,6}[ \t]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)$")
_LONGEST = 200
# Characters of front matter: the time of tomllib grows with the square of a key's length.
_MOST = 20_000


def read(file: File) -> Iterator[Found]:
    """Yield the one document of a text; Markdown also marks its headings.

    Raises `SourceError` where there is no text.
    """
    texts = lines(decode(file.data))
    if not any(map(str.strip, texts)):
        raise SourceError("there is no text in it")
    end = _front(texts)
    front = "\n".join(texts[1 : end - 1]) if end else ""
    found = _metadata(front, texts[0]) if end and len(front) <= _MOST else None
    # Text between two horizontal rules looks like front matter, too.
    end, metadata = (0, []) if found is None else (end, found)
    written = [Written(text, METADATA) for text in texts[:end]]
    written += (
        _marked(texts[end:]) if file.name.lower().endswith(_MARKDOWN) else map(Written, texts[end:])
    )
    yield Document(written, metadata or _titled(written))


def _front(texts: Sequence[str]) -> int:
    """Count the lines of the front matter with its marks; 0 if there is none."""
    if texts[0].rstrip() not in _MARKS:
        return 0
    ends = (texts[0].rstrip(), "..." if texts[0].startswith("-") else "")
    for n, text in enumerate(texts[1:_LONGEST], 2):
        if text.strip() and text.rstrip() in ends:
            return n
    return 0


def _metadata(text: str, mark: str) -> list[Datum] | None:
    from corpus_cli.ingest.readers.records.frontmatter import metadata

    return metadata(text, toml=mark.startswith("+"))


def _marked(texts: Sequence[str]) -> list[Written]:
    """Mark headings outside of fences; a heading before all other text is the title."""
    written: list[Written] = []
    fence = ""
    for text in texts:
        mark = _FENCE.match(text)
        if mark and not fence:
            fence = mark[1]
        elif mark and fence and mark[1].startswith(fence) and not mark[2]:
            fence = ""
        kind = HEADING if not fence and _HEADING.match(text) else ""
        if kind and not any(line.text.strip() for line in written):
            kind = TITLE
        written.append(Written(text, kind))
    return written


def _titled(written: Sequence[Written]) -> list[Datum]:
    """Return the title that is marked as a heading, without its mark, as metadata."""
    for n, line in enumerate(written, 1):
        if line.kind == TITLE and (mark := _HEADING.match(line.text)):
            bare = line.text[mark.end() :].rstrip("#").strip(" \t")
            return [Datum(TITLE, bare, f"line {n}", STATED)]
    return []
