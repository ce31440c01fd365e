"""search() on one screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from corpus_cli.engines.port import Engine, Found, Verified
from corpus_cli.model import Header, Hit, Match, Passage, Results
from corpus_cli.query.nodes import Bag, Exact, Quoted, required, unparse, walk
from corpus_cli.query.parse import parse
from corpus_cli.search.snippets import snippet, spans, title_spans
from corpus_cli.search.suggest import suggest
from corpus_cli.store import Store
from corpus_cli.text.tokenise import tokenise


@dataclass(frozen=True, slots=True)
class Options:
    """How to search: how many hits, `literal` without operators, `all_terms` all words required."""

    limit: int = 10
    literal: bool = False
    all_terms: bool = False


def search(line: str, store: Store, engine: Engine, options: Options) -> Results:
    """Answer a question: the best passages, with what matched in each."""
    parsed = parse(line, literal=options.literal)
    query = required(parsed.query) if options.all_terms else parsed.query
    found = engine.search(query, options.limit, _verified(query, store, engine))
    return Results(
        query=line,
        parsed=unparse(query),
        hits=tuple(_hits(found, store)),
        total=found.total,
        articles=found.articles,
        notes=(*parsed.notes, *found.notes, *_behind(store, engine)),
        suggestions=() if found.total else suggest(query, engine),
        partial=found.partial,
    )


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


def _hits(found: Found, store: Store) -> Iterator[Hit]:
    @cache
    def known(article: str) -> tuple[Header, Mapping[str, Passage]]:
        held = {passage.id: passage for passage in store.passages(article)}
        return store.header(article), held

    rank = 0
    for match in found.matches:
        header, held = known(match.passage.partition("#")[0])
        # An article that was removed since the index was written has no passages any more.
        if match.passage in held:
            rank += 1
            yield _hit(rank, match, held[match.passage], header)


def _hit(rank: int, match: Match, passage: Passage, header: Header) -> Hit:
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
    )


def _behind(store: Store, engine: Engine) -> Iterator[str]:
    upto = engine.upto()
    if upto > store.last_change():
        yield "the index is of a later store: bring it in step with: corpus reindex"
    if count := store.behind(upto):
        articles = "1 article is" if count == 1 else f"{count:,} articles are"
        yield f"{articles} not in the index yet: bring it up to date with: corpus reindex"
