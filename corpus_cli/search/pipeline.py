"""search() on one screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from corpus_cli.engines.port import Engine, Found, Verified
from corpus_cli.model import Header, Hit, Match, Passage, Results
from corpus_cli.names.book import Book
from corpus_cli.names.spotting import mentioned
from corpus_cli.query.nodes import Bag, Exact, Quoted, Suggested, required, unparse, walk
from corpus_cli.query.parse import parse
from corpus_cli.search.copies import Shown, folded
from corpus_cli.search.expand import expand
from corpus_cli.search.snippets import snippet, spans, title_spans
from corpus_cli.search.suggest import meant, suggest
from corpus_cli.store.articles import Store
from corpus_cli.text.tokenise import tokenise

_MANY = 1_000_000
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Options:
    """How to search: how many hits, `literal` without operators, `all_terms` all words required.

    Without `names` a name is only what was typed, without `suggest` a word that the corpus
    does not have finds nothing. With `mentioned` each hit tells the names in its text.
    """

    limit: int = 10
    literal: bool = False
    all_terms: bool = False
    names: bool = True
    suggest: bool = True
    mentioned: bool = False
    duplicates: bool = False


def search(line: str, store: Store, engine: Engine, names: Book, options: Options) -> Results:
    """Answer a question: the best passages, with what matched in each."""
    parsed = parse(line, literal=options.literal)
    query, notes = expand(parsed.query, names, engine, loose=options.names)
    if options.suggest:
        query = meant(query, names, engine, loose=options.names)
    if options.all_terms:
        query = required(query)
    found, shown = _found(query, store, engine, options)
    return Results(
        query=line,
        parsed=unparse(query),
        hits=tuple(_hits(shown, store, names if options.mentioned else None)),
        total=found.total,
        articles=found.articles,
        expanded=found.expanded,
        suggested=tuple(dict.fromkeys(_suggested(query))),
        notes=(*parsed.notes, *notes, *found.notes, *_behind(store, engine)),
        suggestions=() if found.matches or found.total else suggest(query, names, engine),
        partial=found.partial,
    )


def _found(
    query: Bag, store: Store, engine: Engine, options: Options
) -> tuple[Found, Sequence[Shown]]:
    """What matches, and of that what is shown: near-copies make room for what comes after."""
    verified = _verified(query, store, engine)
    depth = options.limit
    while True:
        found = engine.search(query, depth, verified)
        if options.duplicates:
            return found, [Shown(match) for match in found.matches]
        shown = folded(found.matches, store)[: options.limit]
        whole = len(shown) == options.limit and all(one.first for one in shown)
        if whole or len(found.matches) < depth or depth > _DEEPEST:
            return found, shown
        depth *= 2


def standing(form: str, store: Store, engine: Engine) -> list[str]:
    """Words in this order as each passage that holds them writes them."""
    found = engine.search(Bag((Quoted(form),)), _MANY, {})
    hits = _hits([Shown(match) for match in found.matches], store, None)
    return [hit.passage.text[span.start : span.end] for hit in hits for span in hit.spans[:1]]


def _suggested(query: Bag) -> Iterator[tuple[str, str]]:
    for node in walk(query):
        if isinstance(node, Suggested):
            yield node.word.text, unparse(node.instead)


def _verified(query: Bag, store: Store, engine: Engine) -> Verified:
    """Compare the characters of every `exact:` with the texts of the passages that may have it."""
    return {
        node: frozenset(_standing(node, store, engine))
        for node in walk(query)
        if isinstance(node, Exact)
    }


def _standing(node: Exact, store: Store, engine: Engine) -> Iterator[str]:
    # The first and the last word may be parts of longer ones; what is between stands as it is.
    inner = [token for token in tokenise(node.text) if token.span == 1][1:-1]
    between = node.text[inner[0].start : inner[-1].end] if inner else ""
    if tokenise(between):
        articles: Sequence[str] = engine.search(Bag((Quoted(between),)), 0, {}).articles
    else:
        articles = store.ids()
    for article in articles:
        for passage in store.passages(article):
            if node.text in passage.text:
                yield passage.id


def _hits(shown: Sequence[Shown], store: Store, names: Book | None) -> Iterator[Hit]:
    @cache
    def known(article: str) -> tuple[Header, Mapping[str, Passage]]:
        held = {passage.id: passage for passage in store.passages(article)}
        return store.header(article), held

    rank = 0
    for match, copies, _ in shown:
        header, held = known(match.passage.partition("#")[0])
        # An article that was removed since the index was written has no passages any more.
        if match.passage in held:
            rank += 1
            passage = held[match.passage]
            met: tuple[str, ...] = ()
            if names:
                texts = (passage.title, *(one.text for one in held.values()))
                met = mentioned(names, passage.text, passage.article, texts)
            yield replace(_hit(rank, match, passage, header, met), copies=copies)


def _hit(rank: int, match: Match, passage: Passage, header: Header, met: tuple[str, ...]) -> Hit:
    matched = spans(passage.text, match.marks)
    return Hit(
        rank=rank,
        score=match.score,
        passage=passage,
        header=header,
        spans=matched,
        title_spans=title_spans(passage.title, match.marks),
        snippet=snippet(passage.text, matched),
        lacks=match.lacks,
        names=met,
        suggested=match.suggested,
    )


def _behind(store: Store, engine: Engine) -> Iterator[str]:
    upto = engine.upto()
    if upto > store.last_change():
        yield "the index is of a later store: bring it in step with: corpus reindex"
    if count := store.behind(upto):
        articles = "1 article is" if count == 1 else f"{count:,} articles are"
        yield f"{articles} not in the index yet: bring it up to date with: corpus reindex"
