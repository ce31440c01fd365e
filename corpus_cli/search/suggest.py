"""What was probably meant, and what to type instead."""

from collections.abc import Iterator
from contextlib import suppress

from corpus_cli.engines import wildcards
from corpus_cli.engines.clock import Clock, Count, Late, counting
from corpus_cli.engines.port import Engine
from corpus_cli.names.lookup import Book
from corpus_cli.query.nodes import (
    Bag,
    Field,
    FieldName,
    Mention,
    Node,
    Not,
    Quoted,
    Suggested,
    Wild,
    Word,
    filters,
    narrows,
    rewrite,
    unparse,
    walk,
)
from corpus_cli.search.expand import expand
from corpus_cli.text.normalise import fold
from corpus_cli.text.spelling import skeleton
from corpus_cli.text.tokenise import units, written

_ELSEWHERE: tuple[FieldName, ...] = ("title", "heading", "author", "source", "tag")
_SHORTEST = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_MEANT = 5
_LONG = 8


def meant(query: Bag, names: Book, engine: Engine, clock: Clock, *, loose: bool) -> Bag:
    """The query with each word that the corpus does not have beside what was probably meant.

    Only a word of five letters or more, in no capitals: an abbreviation is too short to
    be sure of. Words for which there is no time stay alone.
    """
    counted = counting(engine, clock, {})

    def beside(nodes: tuple[Node, ...]) -> Iterator[Node]:
        for node in nodes:
            other: Node | None = None
            if isinstance(node, Word):
                with suppress(Late):
                    clock.check()
                    if instead := _meant(node.text, engine, names, counted):
                        likely = Bag((Word(instead),))
                        (other,) = expand(likely, names, engine, counted, loose=loose).query.nodes
            if isinstance(node, Word) and isinstance(other, Word | Mention):
                yield Suggested(node, other)
            else:
                yield node

    return rewrite(query, beside, excluded=False)


def suggest_queries(query: Bag, names: Book, engine: Engine, counted: Count) -> Iterator[str]:
    """Queries that find something where this one did not, the best first.

    A word the corpus does not know becomes the nearest one it does; a query with operators
    is offered without them; one word or quotation is looked for in titles, headings, authors,
    sources and tags, and a word as the beginning of others. Stops when the time is over.
    """
    with suppress(Late):
        for other in _others(query, names, engine):
            if counted(other):
                yield unparse(other)


def _others(query: Bag, names: Book, engine: Engine) -> Iterator[Bag]:
    def corrected(nodes: tuple[Node, ...]) -> Iterator[Node]:
        for node in nodes:
            word = node.word if isinstance(node, Suggested) else node
            yield (
                Word(_nearest(word.text, engine, names) or word.text)
                if isinstance(word, Word)
                else word
            )

    mended = rewrite(query, corrected)
    if mended != query:
        yield mended
    narrowing = tuple(node for node in query.nodes if filters(node))
    asked = [node for node in query.nodes if not narrows(node)]
    if len(asked) == 1:
        yield from (Bag((node, *narrowing)) for node in _elsewhere(asked[0]))
    found = (node for part in mended.nodes if not isinstance(part, Not) for node in walk(part))
    words = tuple(word for node in found for word in _words(node))
    if len(words) > 1 and Bag((*words, *narrowing)) != query:
        yield Bag((*words, *narrowing))


def _elsewhere(node: Node) -> Iterator[Node]:
    node = node.word if isinstance(node, Suggested) else node
    if isinstance(node, Word | Quoted):
        for name in _ELSEWHERE:
            yield Field(name, node)
    if isinstance(node, Word) and len(node.text) >= _SHORTEST and node.text.isalpha():
        yield Wild(f"{node.text}*")


def _words(node: Node) -> Iterator[Word]:
    match node:
        case Word():
            yield node
        case Quoted(text):
            yield from (Word(unit.text) for unit in units(text))
        case Mention():
            yield from map(Word, node.typed)
        case _:
            pass


def _meant(word: str, engine: Engine, names: Book, counted: Count) -> str:
    """The likeliest word for one that the corpus does not have; empty where it has it."""
    pieces = written(word)
    if len(pieces) != 1 or pieces[0].capitals or word.isupper():
        return ""
    if len(pieces[0].letters) < _SHORTEST_MEANT or engine.frequency(pieces[0].letters):
        return ""
    if counted(Bag((Word(word),))):
        return ""
    nearest = _nearest(pieces[0].letters, engine, names)
    return nearest.capitalize() if word[0].isupper() else nearest


def _nearest(word: str, engine: Engine, names: Book) -> str:
    """The known word fewest edits away, spelt alike first, then the most frequent.

    Its first sound is taken to be right: few misspell that, and it spares most of the words.
    """
    folded = fold(word)
    if len(folded) < _SHORTEST or not folded.isalpha():
        return ""
    limit = 2 if len(folded) >= _LONG else 1
    sound = skeleton(folded)
    firsts = [letter for letter in _LETTERS if skeleton(letter) == skeleton(folded[0])]
    terms = {
        term
        for first in firsts or [folded[0]]
        for term in (*engine.terms(first), *names.words(first))
    }
    found = []
    for distance, term in wildcards.close(folded, terms, limit + 1):
        alike = skeleton(term) == sound
        if 0 < distance <= limit + alike and (frequency := engine.frequency(term)):
            found.append((distance - alike, -frequency, term))
    return min(found)[2] if found else ""
