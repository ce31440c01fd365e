"""Suggest corrected words, and queries that match."""

from collections.abc import Iterator
from contextlib import suppress

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.port import Snapshot
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
from corpus_cli.search.counts import CountMatches, count_within
from corpus_cli.search.expand import expand
from corpus_cli.search.moment import Moment
from corpus_cli.search.respell import Respeller
from corpus_cli.text.normalise import fold
from corpus_cli.text.spelling import skeleton
from corpus_cli.text.tokenise import units, written

_OTHER_FIELDS: tuple[FieldName, ...] = ("title", "heading", "author", "source", "tag")
_MIN_LETTERS = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIN_LETTERS_SUGGESTED = 5
_MIN_LETTERS_TWO_EDITS = 8


def add_suggestions(query: Bag, moment: Moment, clock: Clock, *, loose: bool) -> Bag:
    """Return the query with a suggestion added to each word that the corpus lacks.

    Only words of five letters or more that are not in capitals get one: an abbreviation is too
    short to correct reliably. A name is suggested if that is likely to be right. Words that are not
    checked before the time ends get none.
    """
    names, index = moment.names, moment.index
    counted = count_within(index, clock, {})
    respeller = Respeller(moment, counted)

    def with_suggestions(nodes: tuple[Node, ...]) -> Iterator[Node]:
        for node in nodes:
            replacement: Node | None = None
            if isinstance(node, Word):
                with suppress(TimeOver):
                    clock.check()
                    if likely_word := _likely_word(node.text, index, counted, respeller):
                        likely_query = Bag((Word(likely_word),))
                        (replacement,) = expand(
                            likely_query, names, index, counted, loose=loose
                        ).query.nodes
            if isinstance(node, Word) and isinstance(replacement, Word | Mention):
                yield Suggested(node, replacement)
            else:
                yield node

    return rewrite(query, with_suggestions, excluded=False)


def suggest_queries(query: Bag, moment: Moment, counted: CountMatches) -> Iterator[str]:
    """Yield queries that match something where this one did not, the best first.

    A word that the corpus lacks is replaced by the nearest word in it; a single word or quotation
    is searched in titles, headings, authors, sources and tags, and a single word as a prefix; a
    query with operators is tried without them. Stops when the time is over.
    """
    with suppress(TimeOver):
        for alternative in _alternatives(query, moment.index):
            if counted(alternative):
                yield unparse(alternative)


def _alternatives(query: Bag, index: Snapshot) -> Iterator[Bag]:
    def corrected(nodes: tuple[Node, ...]) -> Iterator[Node]:
        for node in nodes:
            word = node.word if isinstance(node, Suggested) else node
            if isinstance(word, Word) and not any(index.frequencies([fold(word.text)])):
                yield Word(_nearest_word(word.text, index) or word.text)
            else:
                yield word

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
    words = tuple(dict.fromkeys(word for node in inner_nodes for word in _words(node)))
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


def _likely_word(word: str, index: Snapshot, counted: CountMatches, respeller: Respeller) -> str:
    """Return the likeliest correction of a word that the corpus lacks, else an empty string."""
    written_words = written(word)
    if len(written_words) != 1 or written_words[0].capitals or word.isupper():
        return ""
    letters = written_words[0].letters
    if len(letters) < _MIN_LETTERS_SUGGESTED or any(index.frequencies([letters])):
        return ""
    if counted(Bag((Word(word),))):
        return ""
    if name := respeller.suggest(letters, _nearest_word(letters, index)):
        return name.capitalize() if word[0].isupper() else name
    # A word with a capital is hardly an ordinary word with a mistake in it.
    nearest = _nearest_word(letters, index, by_sound=False) if word[0].islower() else ""
    return nearest if nearest and not respeller.are_names([nearest]) else ""


def _nearest_word(misspelling: str, index: Snapshot, *, by_sound: bool = True) -> str:
    """Return the word of the corpus with the fewest edits, then the most frequent; else empty.

    With `by_sound`, a word that sounds alike counts one edit less. The first sound is assumed to be
    right: few people misspell it, and most words need not be compared.
    """
    folded = fold(misspelling)
    if len(folded) < _MIN_LETTERS or not folded.isalpha():
        return ""
    limit = 2 if len(folded) >= _MIN_LETTERS_TWO_EDITS else 1
    sound = skeleton(folded)
    first_letters = [letter for letter in _LETTERS if skeleton(letter) == skeleton(folded[0])]
    penalties = {}
    for distance, word in index.similar(folded, limit + 1, first_letters or [folded[0]]):
        sounds_alike = by_sound and skeleton(word) == sound
        if 0 < distance <= limit + sounds_alike:
            penalties[word] = distance - sounds_alike
    frequencies = index.frequencies(list(penalties))
    candidates = (
        (penalty, -frequency, word)
        for (word, penalty), frequency in zip(penalties.items(), frequencies, strict=True)
        if frequency
    )
    return min(candidates, default=(0, 0, ""))[2]
