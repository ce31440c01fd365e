"""Parse a line to a query tree; every string is a valid query."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, cast

from corpus_cli.query.chunks import QueryChunk, chunks
from corpus_cli.query.filters import value
from corpus_cli.query.nodes import (
    ANY,
    ARTICLE,
    DATE_FIELDS,
    OWN_FIELDS,
    And,
    Bag,
    DateField,
    Dates,
    Exact,
    Field,
    FieldName,
    Fuzzy,
    InArticle,
    Must,
    Near,
    Node,
    Not,
    Or,
    Quoted,
    Wild,
    Word,
    walk,
)
from corpus_cli.text.normalise import unify
from corpus_cli.text.tokenise import units

LONGEST = 65_536
"""Characters of a query that are read; a note says if more were cut."""

DEEPEST = 50
"""Brackets inside brackets beyond which a query is read as plain text."""

MOST_CLAUSES = 64
"""Operators beyond which a query is read as plain text."""

_FUZZY = r"(\w[\w']*)~(\d?)\W*"


class Parsed(NamedTuple):
    """A parsed query, and notes for the user on what was repaired.

    `invalid` says which date is none: then the tree has the date as words, and no query of a user
    is answered so, because it would find articles of all dates.
    """

    query: Bag
    notes: tuple[str, ...]
    invalid: str = ""


def parse(line: str, *, literal: bool = False) -> Parsed:
    """Parse a query; every string is valid. With `literal` no character is an operator."""
    notes: list[str] = []
    line = unicodedata.normalize("NFC", line)
    if len(line) > LONGEST:
        line = line[:LONGEST]
        notes.append(f"the query was cut at {LONGEST:,} characters")
    if literal:
        return Parsed(plain(line), tuple(notes))
    reader = _Reader(tuple(chunks(line, notes)), notes)
    query = reader.bag(depth=0)
    if reader.clauses > MOST_CLAUSES:
        notes.append(f"the query has more than {MOST_CLAUSES} operators and was read as plain text")
        return Parsed(plain(line), tuple(dict.fromkeys(notes)))
    return Parsed(query, tuple(dict.fromkeys(notes)), reader.invalid)


def plain(text: str) -> Bag:
    """Return the words of a text as a query without operators."""
    return Bag(tuple(_words(text)))


class _Reader:
    """Recursive descent over the chunks: OR binds looser than AND, side by side loosest."""

    def __init__(self, chunks: tuple[QueryChunk, ...], notes: list[str]) -> None:
        self.chunks = chunks
        self.notes = notes
        self.at = 0
        self.clauses = 0
        self.invalid = ""

    def bag(self, depth: int) -> Bag:
        nodes: list[Node] = []
        while self.at < len(self.chunks):
            if self._peek(")"):
                if depth:
                    break
                self._note("a bracket without its partner was ignored: )")
                self.at += 1
            else:
                nodes += self._joined(depth, "OR")
        return Bag(tuple(nodes))

    def _joined(self, depth: int, operator: Literal["OR", "AND"]) -> list[Node]:
        """Parse operands joined by one operator; other nodes follow side by side."""
        below = self._near if operator == "AND" else lambda depth: self._joined(depth, "AND")
        kind: Callable[[tuple[Node, ...]], Node] = And if operator == "AND" else Or
        nodes = below(depth)
        operands = nodes[-1:]
        while nodes and self._peek("operator", operator):
            self.at += 1
            following = below(depth)
            if not following:
                self._note_stray(operator)
                break
            self.clauses += 1
            operands.append(following[0])
            nodes[-1] = kind(tuple(operands))
            if len(following) > 1:
                nodes += following[1:]
                operands = nodes[-1:]
        return nodes

    def _near(self, depth: int) -> list[Node]:
        nodes = self._operand(depth)
        while nodes and (distance := self._distance()) is not None:
            written = self.chunks[self.at].text
            self.at += 1
            following = self._operand(depth)
            if not following:
                self._note_stray(written)
                break
            self.clauses += 1
            left, right = nodes[-1], following[0]
            if isinstance(left, Word | Quoted) and isinstance(right, Word | Quoted):
                nodes[-1:] = [Near((left, right), distance), *following[1:]]
            elif (
                isinstance(left, Near)
                and left.distance == distance
                and isinstance(right, Word | Quoted)
            ):
                nodes[-1:] = [Near((*left.parts, right), distance), *following[1:]]
            else:
                self._note(f"{written} joins words and quotations only and was read as words")
                nodes += [*_words(written), *following]
        return nodes

    def _distance(self) -> int | None:
        if self._peek("operator") and self.chunks[self.at].text.startswith("NEAR/"):
            return int(self.chunks[self.at].text[5:])
        return None

    def _operand(self, depth: int) -> list[Node]:
        """Parse the next chunk with words in it, in the same brackets."""
        nodes: list[Node] = []
        while not nodes and self.at < len(self.chunks) and not self._peek(")"):
            nodes = self._one(depth)
        return nodes

    def _one(self, depth: int) -> list[Node]:
        """Parse the next chunk; several nodes if its text has several words."""
        if self.at >= len(self.chunks) or self._peek(")"):
            return []
        chunk = self.chunks[self.at]
        self.at += 1
        match chunk.kind:
            case "(":
                return self._bracket(depth)
            case "sign":
                self.clauses += 1
                return self._signed(chunk.text, depth)
            case "field":
                self.clauses += 1
                return self._field(chunk.text[:-1], depth)
            case "quote":
                nodes = _quotation(chunk)
                # A quotation with `~` counts as many operators as the same query with NEAR.
                near = [node for node in nodes if isinstance(node, Near)]
                self.clauses += sum(2 * len(node.parts) - 1 for node in near) or 1
                return nodes
            case "operator":
                return self._operator(chunk.text, depth)
            case _:
                return list(_text(chunk.text))

    def _bracket(self, depth: int) -> list[Node]:
        if depth >= DEEPEST:
            self._note(f"brackets more than {DEEPEST} deep were ignored")
            return []
        inner = self.bag(depth + 1)
        if self._peek(")"):
            self.at += 1
        else:
            self._note("a bracket without its partner was ignored: (")
            return list(inner.nodes)
        return [inner.nodes[0]] if len(inner.nodes) == 1 else [inner] if inner.nodes else []

    def _signed(self, sign: str, depth: int) -> list[Node]:
        following = self._prefixed(min(depth + 1, DEEPEST))
        if not following:
            return []
        kind = Must if sign == "+" else Not
        return [kind(_together(following))]

    def _prefixed(self, depth: int) -> list[Node]:
        """Parse what a sign or a field stands before: `title:OR` asks for the word."""
        if self._peek("operator"):
            self.at += 1
            return list(_words(self.chunks[self.at - 1].text))
        return self._one(depth) if self._deep() else []

    def _deep(self) -> bool:
        """Return whether a sign or NOT is still read: many of them must not nest too deep."""
        return self.clauses <= MOST_CLAUSES

    def _field(self, name: str, depth: int) -> list[Node]:
        following = self.chunks[self.at : self.at + 1]
        if name == "exact" and following and following[0].kind == "quote":
            self.at += 1
            return [Exact(following[0].text)] if following[0].text else []
        if name == "exact":
            self._note("exact: must be followed by a quotation; it was read as text")
            return list(_words(name))
        if name in DATE_FIELDS:
            if not following:
                return list(_words(name))
            try:
                dates = _dates(name, following[0])
            except ValueError as error:
                self.invalid = self.invalid or (
                    f"{error}; to search for these words, use --literal"
                )
                return list(_words(name))
            self.at += 1
            return [dates]
        if name == "path" and following and following[0].kind in ("text", "quote", "operator"):
            self.at += 1
            path = value("path", following[0].text)
            return [path] if path else list(_words(name))
        if name in OWN_FIELDS and following and following[0] == QueryChunk("text", ANY):
            self.at += 1
            return [Field(name, Wild(ANY))]
        nodes = self._prefixed(depth)
        node = _together(nodes) if nodes else None
        if name == "path" and isinstance(node, Quoted):
            # `unparse` writes it as a quotation, and it must be parsed as the same node.
            return [value("path", node.text) or Field("path", node)]
        inner = list(walk(node)) if node else []
        if name == ARTICLE and node:
            return [InArticle(node)]
        if isinstance(node, Word | Quoted | Wild | Fuzzy | Bag) and not any(
            isinstance(below, Near | Exact | Dates | Field | InArticle) for below in inner
        ):
            return [Field(cast(FieldName, name), node)]
        self._note(
            f"{name}: must be followed by words, a quotation or brackets; it was read as text"
        )
        return [*_words(name), *nodes]

    def _operator(self, written: str, depth: int) -> list[Node]:
        """Parse NOT and its operand; drop an operator that lacks one, and note it."""
        if written == "NOT" and self._deep():
            self.clauses += 1
            following = self._operand(depth)
            if following:
                return [Not(following[0]), *following[1:]]
        self._note_stray(written)
        return []

    def _note_stray(self, written: str) -> None:
        self._note(f"{written} joins nothing here and was ignored; \\{written} searches for it")

    def _peek(self, kind: str, text: str = "") -> bool:
        if self.at >= len(self.chunks):
            return False
        chunk = self.chunks[self.at]
        return chunk.kind == kind and (not text or chunk.text == text)

    def _note(self, note: str) -> None:
        self.notes.append(note)


def _together(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Bag(tuple(nodes))


def _quotation(chunk: QueryChunk) -> list[Node]:
    parts = [unit.text for unit in units(chunk.text)]
    if chunk.slop >= 0 and len(parts) > 1:
        return [Near(tuple(Quoted(unify(part)) for part in parts), chunk.slop)]
    return [Quoted(unify(chunk.text).replace('"', " ").strip())] if parts else []


def _dates(field: DateField, chunk: QueryChunk) -> Dates:
    """Parse `2023`, `2023-05..last-month` or `..2024`; either end may be open, not both.

    Raises `ValueError` for a text that is no date, and for a range that ends before it begins.
    """
    from datetime import date

    from corpus_cli.query.dates import EXAMPLES, period

    today = date.today()  # noqa: DTZ011 - the day where the user is
    written = chunk.text.rstrip(",;:!?")
    first, dots, last = written.partition("..")
    low, high = period(first, today), period(last if dots else first, today)
    if (first and not low) or (last and not high) or not (low or high):
        raise ValueError(
            f"{field}: must be a date like {EXAMPLES}, or a range like 2023-04..2024, "
            f"not {written!r}"
        )
    dates = Dates(low.low if low else "", high.high if high else "", field)
    if dates.high and dates.low[: len(dates.high)] > dates.high:
        raise ValueError(f"{field}:{written} contains no day: it ends before it begins")
    return dates


def _text(written: str) -> Iterator[Node]:
    """Parse text without blanks: a pattern, an approximate word, or words."""
    if written.startswith("\\"):
        yield from _words(written)
        return
    same = unify(written)
    if "~" in same and (fuzzy := re.fullmatch(_FUZZY, same)):
        yield Fuzzy(fuzzy[1], min(int(fuzzy[2] or 1), 2) or 1)
        return
    # A question mark that ends a word is punctuation.
    pattern = same.lstrip(".,;:!…'-").rstrip(".,;:!?…'-")
    wild = any(char in pattern for char in "*?") and any(map(str.isalnum, pattern))
    if wild and re.fullmatch(r"[\w*?'-]*", pattern):
        yield Wild(re.sub(r"\*+", "*", pattern))
    else:
        yield from _words(written)


def _words(text: str) -> Iterator[Word]:
    for unit in units(text):
        yield Word(unit.text)
