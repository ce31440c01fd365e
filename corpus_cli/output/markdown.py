"""Format hits as Markdown to paste into notes."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from corpus_cli.model import Header, Hit, Results
from corpus_cli.output.lines import one_line, path
from corpus_cli.output.own_notes import labelled

# Markup of CommonMark, GitHub and Obsidian: marks, tags, tables, formulas and entities;
# addresses and :emoji:; and lists, at the beginning of a line.
_ACTIVE = re.compile(r"[\\`*_\[\]{}<>#|~$^&]|==+|%%+|:(?=\S)|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"(?=[-+])|(\d+)(?=[.)])")


def format_markdown(results: Results) -> Iterator[str]:
    """Yield a numbered list: title, author, date and source; the quotation; `path:line`.

    In a batch each answer has a heading.
    """
    if results.id:
        yield f"## {escaped(results.id)}: {escaped(results.query)}"
        yield ""
        if not results.hits:
            yield "Nothing found."
            yield ""
    for hit in results.hits:
        yield from _item(hit)


def escaped(text: str) -> str:
    """Return a text on one line with all markup escaped."""
    return escape_start(inline(text).strip())


def inline(text: str) -> str:
    """Escape markup inside a line and keep blanks at its ends."""
    one = re.sub(r"\s+", " ", text)
    return _ACTIVE.sub(lambda match: "".join(f"\\{char}" for char in match[0]), one)


def escape_start(text: str) -> str:
    """Escape a beginning that would make the line a list item."""
    opening = _OPENING.match(text)
    return f"{opening[0]}\\{text[opening.end() :]}" if opening else text


def _item(hit: Hit) -> Iterator[str]:
    label = f"{hit.rank}. "
    margin = " " * len(label)
    facts = filter(None, (", ".join(hit.header.authors), hit.header.published, hit.header.site))
    yield " — ".join(
        filter(None, (f"{label}{format_title(hit.header)}", " · ".join(map(escaped, facts))))
    )
    yield ""
    yield f"{margin}> {_quotation(hit)}"
    yield ""
    for label, text in labelled(hit.notes, hit.my_tags):
        yield f"{margin}{escaped(label.capitalize())}: {escaped(text)}"
        yield ""
    page = f", p. {hit.passage.page}" if hit.passage.page else ""
    kind = f", {escaped(hit.kind)}" if hit.kind else ""
    only = f", only in the {hit.only_in}" if hit.only_in else ""
    yield f"{margin}{format_place(hit.header, hit.place.line)}{page}{kind}{only}"
    yield ""


def format_place(header: Header, line: int = 0) -> str:
    """Return the path of an article as code, with a line if it is not 0."""
    return _code(f"{path(header)}:{line}" if line else path(header))


def format_title(header: Header) -> str:
    """Return the title, as a link if the article has an address on the web."""
    title = escaped(header.title) or escaped(path(header))
    url = header.url
    return link(title, url) if re.match(r"https?://", url, re.IGNORECASE) else title


def link(label: str, url: str) -> str:
    """Return a link to an address; the label is Markdown."""
    safe = re.sub(r"[\s<>\\\x00-\x1f\x7f]", lambda match: quote(match[0]), url)
    return f"[{label}](<{re.sub('&(?=#?[0-9A-Za-z]+;)', '&amp;', safe)}>)"


def _quotation(hit: Hit) -> str:
    text, pieces, at = hit.snippet.text, [], 0
    for span in hit.snippet.spans:
        pieces += [inline(text[at : span.start]), bold(text[span.start : span.end])]
        at = span.end
    return escape_start("".join((*pieces, inline(text[at:]))).strip())


def bold(text: str) -> str:
    """Return a text in bold, but for the blanks and punctuation at its ends.

    Beside a letter, a punctuation mark inside the stars would keep them from being bold.
    """
    start, end = 0, len(text)
    while start < end and _is_mark(text[start]):
        start += 1
    while start < end and _is_mark(text[end - 1]):
        end -= 1
    if start == end:
        return inline(text)
    return f"{inline(text[:start])}**{inline(text[start:end])}**{inline(text[end:])}"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PSZC"


def _code(name: str) -> str:
    """Return a code span, with a fence longer than the backticks in the path."""
    fence = "`" * (max(map(len, re.findall("`+", name)), default=0) + 1)
    pad = " " if name.startswith(("`", " ")) or name.endswith(("`", " ")) else ""
    return f"{fence}{pad}{one_line(name)}{pad}{fence}"
