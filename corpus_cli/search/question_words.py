"""Questions as people ask them: what of one is searched."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from corpus_cli.engines.clock import CountMatches, TimeOver
from corpus_cli.engines.term_forms import is_stop_word
from corpus_cli.query.nodes import Bag, Node, Wild, Word, narrows
from corpus_cli.text.data import listed
from corpus_cli.text.tokenise import tokenise

# A mark that ends a pattern of paths asks nothing.
_QUESTION_MARK = re.compile(r"(?:^|\s)[^\s:*]*\?\s*$")
_LONGEST_PHRASE = 5


class WithoutQuestionWords(NamedTuple):
    """A query as it was meant, and what the user has to know about that."""

    query: Bag
    notes: tuple[str, ...] = ()


def drop_question_words(
    query: Bag, line: str, counted: CountMatches, *, literal: bool
) -> WithoutQuestionWords:
    """Read a line that begins as a question, or ends in a question mark, as one.

    A mark that ends a word is punctuation; but `terroris?` is a pattern where only that finds
    anything and the line does not begin as a question.
    """
    words = [*map(_folded_word, query.nodes)]
    opening = _phrase_length(words, 0, _phrase_list("openings.txt"))
    notes: tuple[str, ...] = ()
    if not opening and not literal:
        query, notes = _read_patterns(query, line, counted)
    if opening or _QUESTION_MARK.search(line):
        query, drop_notes = _drop_words(
            query, {*range(opening), *_request_positions(query.nodes, words)}
        )
        notes += drop_notes
    return WithoutQuestionWords(query, notes)


def _drop_words(query: Bag, question_positions: Container[int]) -> WithoutQuestionWords:
    """A question without its common words and those that only ask, unless nothing is left."""
    nodes: list[Node] = []
    dropped: list[str] = []
    for n, node in enumerate(query.nodes):
        if isinstance(node, Word) and (n in question_positions or is_stop_word(node.text)):
            dropped.append(node.text)
        else:
            nodes.append(node)
    if not dropped or all(map(narrows, nodes)):
        return WithoutQuestionWords(query)
    note = f"read as a question, without: {', '.join(dict.fromkeys(dropped))}"
    return WithoutQuestionWords(Bag(tuple(nodes)), (note,))


def _read_patterns(query: Bag, line: str, counted: CountMatches) -> WithoutQuestionWords:
    marked = {piece for piece in line.split() if piece.endswith("?")}
    notes: list[str] = []

    def read(node: Node) -> Node:
        if not (isinstance(node, Word) and node.text.isalnum() and f"{node.text}?" in marked):
            return node
        pattern = Wild(f"{node.text}?")
        with suppress(TimeOver):
            if not counted(Bag((node,))) and counted(Bag((pattern,))):
                notes.append(f"{node.text} does not occur: {pattern.pattern} was read as a pattern")
                return pattern
        return node

    return WithoutQuestionWords(Bag(tuple(map(read, query.nodes))), tuple(notes))


def _folded_word(node: Node) -> str:
    """A bare word folded; nothing for all else, and for capitals: WHO and IS are names."""
    tokens = tokenise(node.text) if isinstance(node, Word) else []
    return tokens[0].term if len(tokens) == 1 else ""


def _phrase_length(words: Sequence[str], start: int, phrases: Container[str]) -> int:
    """How many words from one on are a listed phrase, the longest; 0 for none."""
    lengths = range(min(_LONGEST_PHRASE, len(words) - start), 0, -1)
    return next((n for n in lengths if " ".join(words[start : start + n]) in phrases), 0)


def _request_positions(nodes: Sequence[Node], words: Sequence[str]) -> Iterator[int]:
    """Where words that only ask stand; with a capital inside a line one is part of a name."""
    for n, node in enumerate(nodes):
        if isinstance(node, Word) and not (n and node.text[:1].isupper()):
            yield from range(n, n + _phrase_length(words, n, _phrase_list("requests.txt")))


@cache
def _phrase_list(name: str) -> frozenset[str]:
    return listed(name)
