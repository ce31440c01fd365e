"""Drop the words of a question that only ask."""

import re
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from corpus_cli.engines.clock import TimeOver
from corpus_cli.engines.term_forms import is_stop_word
from corpus_cli.query.nodes import Bag, Node, Wild, Word, narrows
from corpus_cli.search.counts import CountMatches
from corpus_cli.text.data import listed
from corpus_cli.text.tokenise import tokenise

# A question mark at the end of a field or of a pattern with `*` does not make a question.
_QUESTION_MARK = re.compile(r"(?:^|\s)[^\s:*]*\?\s*$")
_LONGEST_PHRASE = 5


class WithoutQuestionWords(NamedTuple):
    """A query without its question words, and notes for the user."""

    query: Bag
    notes: tuple[str, ...] = ()


def drop_question_words(
    query: Bag, line: str, counted: CountMatches, *, literal: bool
) -> WithoutQuestionWords:
    """Drop the question words of a line that begins as a question or ends in a question mark.

    A question mark that ends a word is punctuation; but `terroris?` is read as a pattern if only
    the pattern matches anything and the line does not begin as a question.
    """
    words = [*map(_folded_word, query.nodes)]
    opening = _phrase_length(query.nodes, words, 0, _phrase_list("openings.txt"))
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
    """Return a question without its stop words and question words, unless no word is left."""
    nodes: list[Node] = []
    dropped: list[str] = []
    for n, node in enumerate(query.nodes):
        if isinstance(node, Word) and (n in question_positions or is_stop_word(node.text)):
            dropped.append(node.text)
        else:
            nodes.append(node)
    if not dropped or all(map(narrows, nodes)):
        return WithoutQuestionWords(query)
    words = ", ".join(dict.fromkeys(dropped))
    note = f"the query was read as a question, without these words: {words}"
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
                notes.append(
                    f"no passage contains {node.text}; {pattern.pattern} was read as a pattern"
                )
                return pattern
        return node

    return WithoutQuestionWords(Bag(tuple(map(read, query.nodes))), tuple(notes))


def _folded_word(node: Node) -> str:
    """Return a bare word, folded; empty for other nodes and for capitals: `WHO` is a name."""
    tokens = tokenise(node.text) if isinstance(node, Word) else []
    return tokens[0].term if len(tokens) == 1 else ""


def _phrase_length(
    nodes: Sequence[Node], words: Sequence[str], start: int, phrases: Container[str]
) -> int:
    """Return the number of words in the longest listed phrase from `start` on; 0 for none.

    A capital after its first word makes it a name: the Show Me State.
    """
    longest = next(
        (
            n
            for n, node in enumerate(nodes[start + 1 : start + _LONGEST_PHRASE], 1)
            if _is_capitalised(node)
        ),
        min(_LONGEST_PHRASE, len(words) - start),
    )
    lengths = range(longest, 0, -1)
    return next((n for n in lengths if " ".join(words[start : start + n]) in phrases), 0)


def _is_capitalised(node: Node) -> bool:
    return isinstance(node, Word) and node.text[:1].isupper()


def _request_positions(nodes: Sequence[Node], words: Sequence[str]) -> Iterator[int]:
    """Yield the positions of words that only ask; a capital after the first word begins a name."""
    phrases = _phrase_list("requests.txt")
    for n, node in enumerate(nodes):
        if isinstance(node, Word) and not (n and _is_capitalised(node)):
            yield from range(n, n + _phrase_length(nodes, words, n, phrases))


@cache
def _phrase_list(name: str) -> frozenset[str]:
    return listed(name)
