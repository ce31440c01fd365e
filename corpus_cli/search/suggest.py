"""Suggest corrected words, and queries that match."""

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
    """Return the query with a suggestion added to each word that the corpus lacks.

    Only words of five letters or more that are not in capitals get one: an abbreviation is too
    short to correct reliably. Words that are not checked before the time ends get none.
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
    """Yield queries that match something where this one did not, the best first.

    A word that the corpus lacks is replaced by the nearest word in it; a single word or quotation
    is searched in titles, headings, authors, sources and tags, and a single word as a prefix; a
    query with operators is tried without them. Stops when the time is over.
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
    """Return the likeliest correction of a word that the corpus lacks, else an empty string."""
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
    """Return the word of the corpus with the fewest edits, then the most frequent; else empty.

    A word that sounds alike counts one edit less. The first sound is assumed to be right: few
    people misspell it, and most words need not be compared.
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
