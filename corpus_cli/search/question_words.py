"""Questions as people ask them: what of one is searched."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from corpus_cli.engines.clock import Count, Late
from corpus_cli.engines.term_forms import is_stop
from corpus_cli.query.nodes import Bag, Node, Wild, Word, narrows
from corpus_cli.text.data import listed
from corpus_cli.text.tokenise import tokenise

# A mark that ends a pattern of paths asks nothing.
_MARK = re.compile(r"(?:^|\s)[^\s:*]*\?\s*$")
_LONGEST = 5


class Heard(NamedTuple):
    """A query as it was meant, and what the user has to know about that."""

    query: Bag
    notes: tuple[str, ...] = ()


def heard(query: Bag, line: str, counted: Count, *, literal: bool) -> Heard:
    """Read a line that begins as a question, or ends in a question mark, as one.

    A mark that ends a word is punctuation; but `terroris?` is a pattern where only that finds
    anything and the line does not begin as a question.
    """
    words = [*map(_plain, query.nodes)]
    opening = _phrase(words, 0, _listed("openings.txt"))
    notes: tuple[str, ...] = ()
    if not opening and not literal:
        query, notes = _patterned(query, line, counted)
    if opening or _MARK.search(line):
        query, left = _unasked(query, {*range(opening), *_requests(query.nodes, words)})
        notes += left
    return Heard(query, notes)


def _unasked(query: Bag, asking: Container[int]) -> Heard:
    """A question without its common words and those that only ask, unless nothing is left."""
    kept: list[Node] = []
    left: list[str] = []
    for n, node in enumerate(query.nodes):
        if isinstance(node, Word) and (n in asking or is_stop(node.text)):
            left.append(node.text)
        else:
            kept.append(node)
    if not left or all(map(narrows, kept)):
        return Heard(query)
    note = f"read as a question, without: {', '.join(dict.fromkeys(left))}"
    return Heard(Bag(tuple(kept)), (note,))


def _patterned(query: Bag, line: str, counted: Count) -> Heard:
    marked = {piece for piece in line.split() if piece.endswith("?")}
    notes: list[str] = []

    def read(node: Node) -> Node:
        if not (isinstance(node, Word) and node.text.isalnum() and f"{node.text}?" in marked):
            return node
        pattern = Wild(f"{node.text}?")
        with suppress(Late):
            if not counted(Bag((node,))) and counted(Bag((pattern,))):
                notes.append(f"{node.text} does not occur: {pattern.pattern} was read as a pattern")
                return pattern
        return node

    return Heard(Bag(tuple(map(read, query.nodes))), tuple(notes))


def _plain(node: Node) -> str:
    """A bare word folded; nothing for all else, and for capitals: WHO and IS are names."""
    tokens = tokenise(node.text) if isinstance(node, Word) else []
    return tokens[0].term if len(tokens) == 1 else ""


def _phrase(words: Sequence[str], at: int, phrases: Container[str]) -> int:
    """How many words from one on are a listed phrase, the longest; 0 for none."""
    lengths = range(min(_LONGEST, len(words) - at), 0, -1)
    return next((n for n in lengths if " ".join(words[at : at + n]) in phrases), 0)


def _requests(nodes: Sequence[Node], words: Sequence[str]) -> Iterator[int]:
    """Where words that only ask stand; with a capital inside a line one is part of a name."""
    for n, node in enumerate(nodes):
        if isinstance(node, Word) and not (n and node.text[:1].isupper()):
            yield from range(n, n + _phrase(words, n, _listed("requests.txt")))


@cache
def _listed(name: str) -> frozenset[str]:
    return listed(name)
