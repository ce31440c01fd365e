"""What was probably meant, and what to type instead."""

from collections.abc import Iterator
from contextlib import suppress

from corpus_cli.engines import wildcards
from corpus_cli.engines.clock import Clock, CountMatches, TimeOver, count_within
from corpus_cli.engines.port import Engine
from corpus_cli.names.lookup import NameLookup
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

_OTHER_FIELDS: tuple[FieldName, ...] = ("title", "heading", "author", "source", "tag")
_MIN_LETTERS = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIN_LETTERS_SUGGESTED = 5
_MIN_LETTERS_TWO_EDITS = 8


def add_suggestions(
    query: Bag, names: NameLookup, engine: Engine, clock: Clock, *, loose: bool
) -> Bag:
    """The query with each word that the corpus does not have beside what was probably meant.

    Only a word of five letters or more, in no capitals: an abbreviation is too short to
    be sure of. Words for which there is no time stay alone.
    """
    counted = count_within(engine, clock, {})

    def with_suggestions(nodes: tuple[Node, ...]) -> Iterator[Node]:
        for node in nodes:
            replacement: Node | None = None
            if isinstance(node, Word):
                with suppress(TimeOver):
                    clock.check()
                    if likely_word := _likely_word(node.text, engine, names, counted):
                        likely_query = Bag((Word(likely_word),))
                        (replacement,) = expand(
                            likely_query, names, engine, counted, loose=loose
                        ).query.nodes
            if isinstance(node, Word) and isinstance(replacement, Word | Mention):
                yield Suggested(node, replacement)
            else:
                yield node

    return rewrite(query, with_suggestions, excluded=False)


def suggest_queries(
    query: Bag, names: NameLookup, engine: Engine, counted: CountMatches
) -> Iterator[str]:
    """Queries that find something where this one did not, the best first.

    A word the corpus does not know becomes the nearest one it does; a query with operators
    is offered without them; one word or quotation is looked for in titles, headings, authors,
    sources and tags, and a word as the beginning of others. Stops when the time is over.
    """
    with suppress(TimeOver):
        for alternative in _alternatives(query, names, engine):
            if counted(alternative):
                yield unparse(alternative)


def _alternatives(query: Bag, names: NameLookup, engine: Engine) -> Iterator[Bag]:
    def corrected(nodes: tuple[Node, ...]) -> Iterator[Node]:
        for node in nodes:
            word = node.word if isinstance(node, Suggested) else node
            yield (
                Word(_nearest_word(word.text, engine, names) or word.text)
                if isinstance(word, Word)
                else word
            )

    corrected_query = rewrite(query, corrected)
    if corrected_query != query:
        yield corrected_query
    narrowing = tuple(node for node in query.nodes if filters(node))
    searched = [node for node in query.nodes if not narrows(node)]
    if len(searched) == 1:
        yield from (Bag((node, *narrowing)) for node in _in_other_fields(searched[0]))
    inner_nodes = (
        node for part in corrected_query.nodes if not isinstance(part, Not) for node in walk(part)
    )
    words = tuple(word for node in inner_nodes for word in _words(node))
    if len(words) > 1 and Bag((*words, *narrowing)) != query:
        yield Bag((*words, *narrowing))


def _in_other_fields(node: Node) -> Iterator[Node]:
    node = node.word if isinstance(node, Suggested) else node
    if isinstance(node, Word | Quoted):
        for name in _OTHER_FIELDS:
            yield Field(name, node)
    if isinstance(node, Word) and len(node.text) >= _MIN_LETTERS and node.text.isalpha():
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


def _likely_word(word: str, engine: Engine, names: NameLookup, counted: CountMatches) -> str:
    """The likeliest word for one that the corpus does not have; empty where it has it."""
    written_words = written(word)
    if len(written_words) != 1 or written_words[0].capitals or word.isupper():
        return ""
    if len(written_words[0].letters) < _MIN_LETTERS_SUGGESTED or engine.frequency(
        written_words[0].letters
    ):
        return ""
    if counted(Bag((Word(word),))):
        return ""
    nearest = _nearest_word(written_words[0].letters, engine, names)
    return nearest.capitalize() if word[0].isupper() else nearest


def _nearest_word(word: str, engine: Engine, names: NameLookup) -> str:
    """The known word fewest edits away, spelt alike first, then the most frequent.

    Its first sound is taken to be right: few misspell that, and it spares most of the words.
    """
    folded = fold(word)
    if len(folded) < _MIN_LETTERS or not folded.isalpha():
        return ""
    limit = 2 if len(folded) >= _MIN_LETTERS_TWO_EDITS else 1
    sound = skeleton(folded)
    first_letters = [letter for letter in _LETTERS if skeleton(letter) == skeleton(folded[0])]
    terms = {
        term
        for first in first_letters or [folded[0]]
        for term in (*engine.terms(first), *names.words_with_prefix(first))
    }
    candidates = []
    for distance, term in wildcards.terms_within(folded, terms, limit + 1):
        sounds_alike = skeleton(term) == sound
        if 0 < distance <= limit + sounds_alike and (frequency := engine.frequency(term)):
            candidates.append((distance - sounds_alike, -frequency, term))
    return min(candidates)[2] if candidates else ""
