"""Split a query into words, quotations, signs, brackets."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

from corpus_cli.errors import closest_name
from corpus_cli.query.nodes import ARTICLE, DATE_FIELDS, FIELDS, OPERATOR, OWN_FIELDS

_QUOTES = '"\u201c\u201d\u201e\u201f\uff02'
_AYN = "['`\u00b4\u2018\u2019]?"
_PREFIX = (
    rf"[+\-](?={_AYN}\w|[(\\{_QUOTES}])|([A-Za-z]+):(?={_AYN}\w|[(\\.{_QUOTES}])"
    r"|(path):(?=[*?/~\[])"
    rf"|({'|'.join(OWN_FIELDS)}):(?=\*(?:[\s)]|$))"
    rf"|({'|'.join(DATE_FIELDS)}):(?=[^\s)])"
)
_OPTION = r"--[a-z]+(?:-[a-z]+)*(?:=|$)"
_SLOP = r"~(\d{1,4})(?!\w)"
_NAMES = (*FIELDS, *DATE_FIELDS, ARTICLE, "exact")


class QueryChunk(NamedTuple):
    """A piece of a query: `(`, `)`, a sign, a field, a quotation, an operator or text."""

    kind: Literal["(", ")", "sign", "field", "quote", "operator", "text"]
    text: str
    slop: int = -1


def chunks(line: str, notes: list[str]) -> Iterator[QueryChunk]:
    """Split a line into chunks; characters that are no operator in their position stay text."""
    at = 0
    while at < len(line):
        char = line[at]
        if char.isspace():
            at += 1
        elif char in "()":
            yield QueryChunk(cast(Literal["(", ")"], char), char)
            at += 1
        elif char in _QUOTES:
            end = _closing(line, at)
            if end < 0:
                notes.append(f"a quotation mark without its partner was ignored: {char}")
                at += 1
                continue
            slop = _match(_SLOP, line, end + 1)
            yield QueryChunk("quote", line[at + 1 : end], int(slop[1]) if slop else -1)
            at = slop.end() if slop else end + 1
        elif prefix := _prefix(line, at, notes):
            yield prefix
            at += len(prefix.text)
        else:
            end = at + 1
            while end < len(line) and not (line[end].isspace() or line[end] in _QUOTES + "()"):
                end += 1
            written = line[at:end]
            if written[:2] == "--" and _match(_OPTION, written):
                notes.append(f"{written} is not an option inside a query; it was read as a word")
            yield QueryChunk("operator" if OPERATOR.fullmatch(written) else "text", written)
            at = end


def _match(pattern: str, text: str, at: int = 0) -> re.Match[str] | None:
    return re.compile(pattern).match(text, at)


def _closing(line: str, at: int) -> int:
    closers = '"' if line[at] == '"' else _QUOTES
    return next((i for i in range(at + 1, len(line)) if line[i] in closers), -1)


def _prefix(line: str, at: int, notes: list[str]) -> QueryChunk | None:
    """Return a sign or a field name that is directly followed by something, else None."""
    # Most lines have neither, and need no pattern compiled.
    if line[at] not in "+-" and line.find(":", at) < 0:
        return None
    prefix = _match(_PREFIX, line, at)
    # `"al-Qaeda"-linked`: a hyphen directly after something is no sign.
    if not prefix or (at and not (line[at - 1].isspace() or line[at - 1] in "(+-:")):
        return None
    name = next(filter(None, prefix.groups()), None)
    if name is None:
        # `date:-30d`: in a date it is no sign.
        is_in_date = line[:at].endswith(tuple(f"{field}:" for field in DATE_FIELDS))
        return None if is_in_date else QueryChunk("sign", prefix[0])
    if name in _NAMES:
        return QueryChunk("field", prefix[0])
    notes.append(f"{name} is not a field; {prefix[0]} was read as a word{_field_name(name)}")
    return None


def _field_name(name: str) -> str:
    near = closest_name(name.lower(), _NAMES, 0.7)
    return f"; did you mean {near}:?" if near else ""
