"""search() on one screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from corpus_cli.engines.candidates import DIGITS
from corpus_cli.engines.port import (
    Candidates,
    Clock,
    Engine,
    Late,
    Ordered,
    Verified,
    counting,
)
from corpus_cli.model import Header, Hit, Match, Part, Passage, Place, Results, Span, article_of
from corpus_cli.names.lookup import Book
from corpus_cli.names.recognise import mentions
from corpus_cli.query.filters import filtered
from corpus_cli.query.nodes import Bag, Dates, Exact, Quoted, Suggested, required, unparse, walk
from corpus_cli.query.parse import parse
from corpus_cli.search import freshness
from corpus_cli.search.choice import chosen
from corpus_cli.search.copies import Shown
from corpus_cli.search.expand import expand
from corpus_cli.search.feedback import reordered
from corpus_cli.search.options import Options
from corpus_cli.search.question_words import heard
from corpus_cli.search.snippets import located, snippet, title_spans
from corpus_cli.search.suggest import meant, suggest
from corpus_cli.store.articles import Store
from corpus_cli.text.tokenise import tokenise

_NO_TIME = "there was no time to look for all reasons: --timeout 0 takes it"


class Understood(NamedTuple):
    """A query as it is put to an engine, and what was mended in it."""

    query: Bag
    notes: tuple[str, ...]


def understood(
    line: str, engine: Engine, names: Book, options: Options, clock: Clock
) -> Understood:
    """Read a query: its operators, filters, names, and words that were probably meant.

    Where the time ends meanwhile the rest is left as typed; matching has no time then either,
    and says so.
    """
    parsed = parse(line, literal=options.literal)
    query, notes = filtered(parsed.query, options.filters), tuple[str, ...]()
    counted = counting(engine, clock, {})
    with suppress(Late):
        query, notes = expand(query, names, engine, counted, loose=options.names)
    query, left = heard(query, line, counted, literal=options.literal)
    if options.suggest:
        # No more than half of the time: the rest is for what was typed.
        query = meant(query, names, engine, Clock(clock.left() / 2), loose=options.names)
    if options.all_terms:
        query = required(query)
    return Understood(query, (*parsed.notes, *notes, *left))


class Asked(NamedTuple):
    """A question as it is put to an engine, what orders its answer, and what was mended in it."""

    query: Bag
    verified: Verified
    ordered: Callable[[Candidates], Ordered]
    notes: tuple[str, ...]


def asked(  # noqa: PLR0913, PLR0917 - a question, and where it is asked
    line: str, store: Store, engine: Engine, names: Book, options: Options, clock: Clock
) -> Asked:
    """Read a question, and find what its answer is ordered by beside its words."""
    query, notes = understood(line, engine, names, options, clock)
    known = verified(query, store, engine, clock)

    def ordered(candidates: Candidates) -> Ordered:
        return reordered(candidates, query, store, grouped=options.grouped)

    if not options.semantic:
        return Asked(query, known, ordered, notes)
    from corpus_cli.search.semantic import Fused, near

    found = near(line, query, store, engine, known, options, clock)
    return Asked(
        query, known, lambda candidates: Fused(ordered(candidates), found), (*notes, *found.notes)
    )


def search(line: str, store: Store, engine: Engine, names: Book, options: Options) -> Results:
    """Answer a question: the best passages, with what matched in each."""
    clock = Clock(options.seconds)
    query, known, ordered, notes = asked(line, store, engine, names, options, clock)

    def choose(candidates: Candidates) -> tuple[list[Shown], Sequence[str]]:
        if options.limit == 0 and not options.grouped:
            # Who only counts needs no order.
            return [], candidates.articles()
        best = ordered(candidates)
        return chosen(best, store, options), best.articles()

    found, (shown, articles) = engine.search(query, choose, known, clock.left())
    hits = tuple(_hits(shown, store, names if options.mentioned else None, options))
    stale = (*_undated(query, store), *(freshness.notes(store) if options.check else ()))
    suggested = tuple(dict.fromkeys(_suggested(query)))
    late = [*behind(store, engine)]
    missed = not found.total and not found.partial
    counted = counting(engine, clock, known)
    others = (
        _in_time(suggest(query, names, engine, counted))
        if missed and not (hits or (suggested and not options.limit))
        else ()
    )
    hints: list[str] = []
    if missed:
        from corpus_cli.search.no_hits import reasons

        hints += _in_time(reasons(query, store, counted, clock))
    return Results(
        query=line,
        parsed=unparse(query),
        hits=freshness.checked(hits, store),
        total=found.total,
        articles=living(articles, store) if late else tuple(articles),
        expanded=found.expanded,
        suggested=suggested,
        notes=(*notes, *found.notes, *late, *stale),
        hints=(*hints, *([_NO_TIME] if missed and clock.over else [])),
        suggestions=tuple(dict.fromkeys(others)),
        partial=found.partial,
    )


def _undated(query: Bag, store: Store) -> Iterator[str]:
    """Say what a date leaves out besides the articles of other days."""
    if any(isinstance(node, Dates) for node in walk(query)):
        dated, ids = store.metadata.known("published"), store.ids()
        if left := sum(not dated.get(article) for article in ids):
            yield f"{left:,} of {len(ids):,} articles have no date: a date leaves them out"


def standing(form: str, store: Store, engine: Engine) -> list[str]:
    """Words in this order as each passage that holds them writes them."""
    everything = Options(limit=None, duplicates=True)
    _, shown = engine.search(
        Bag((Quoted(form),)), lambda candidates: chosen(candidates, store, everything), {}
    )
    hits = _hits(shown, store, None, everything)
    return [hit.passage.text[span.start : span.end] for hit in hits for span in hit.spans[:1]]


def _suggested(query: Bag) -> Iterator[tuple[str, str]]:
    for node in walk(query):
        if isinstance(node, Suggested):
            yield node.word.text, unparse(node.instead)


def _in_time(parts: Iterable[str]) -> Iterator[str]:
    with suppress(Late):
        yield from parts


def verified(query: Bag, store: Store, engine: Engine, clock: Clock) -> Verified:
    """Compare the characters of every `exact:` with the texts of the passages that may have it.

    Those for which there is no time are left out.
    """
    found: dict[Exact, frozenset[str]] = {}
    with suppress(Late):
        for node in walk(query):
            if isinstance(node, Exact) and node not in found:
                found[node] = frozenset(_standing(node, store, engine, clock))
    return found


def _standing(node: Exact, store: Store, engine: Engine, clock: Clock) -> Iterator[str]:
    # The first and the last word may be parts of longer ones; what is between stands as it is.
    inner = [token for token in tokenise(node.text) if token.span == 1][1:-1]
    between = node.text[inner[0].start : inner[-1].end] if inner else ""
    if tokenise(between):
        asked = Bag((Quoted(between),))
        _, articles = engine.search(asked, lambda candidates: candidates.articles(), {}, 0)
    else:
        articles = store.ids()
    for article in articles:
        clock.check()
        for passage in store.passages(article):
            if node.text in passage.text:
                yield passage.id


def _hits(
    shown: Sequence[Shown], store: Store, names: Book | None, options: Options
) -> Iterator[Hit]:
    articles = list(dict.fromkeys(article_of(one.match.passage) for one in shown))
    headers, texts = store.headers(articles), store.texts(articles)
    beside = {one: store.passages(one) if options.context else () for one in articles}
    held = store.some(one.match.passage for one in shown)

    def texts_of(article: str) -> Iterator[str]:
        for passage in store.passages(article):
            yield from (passage.title, passage.text)

    @cache
    def told(article: str) -> Callable[[str], tuple[str, ...]]:
        return mentions(names, article, texts_of(article)) if names else lambda _: ()

    rank = options.offset
    for match, copies, matches in shown:
        # An article that was removed since the index was written has no passages any more.
        if match.passage in held:
            rank += 1
            passage, article = held[match.passage], article_of(match.passage)
            around = beside[article] or (passage,)
            at = around.index(passage)
            yield _hit(rank, match, passage, headers[article], texts[article])._replace(
                names=told(article)(passage.text),
                copies=copies,
                matches=matches,
                parts=tuple(_adding(match)) if options.explained else (),
                before=tuple(around[max(at - options.context, 0) : at]),
                after=tuple(around[at + 1 : at + 1 + options.context]),
            )


def _adding(match: Match) -> Iterator[Part]:
    """The parts of a score to its last digit: the largest takes what rounding leaves, no more."""
    shown = [part._replace(score=round(part.score, DIGITS)) for part in match.parts]
    left = match.score - sum(part.score for part in shown)
    if abs(left) > len(shown) * 10**-DIGITS:
        left = 0.0
    largest = max(range(len(shown)), key=lambda n: shown[n].score, default=0)
    for n, part in enumerate(shown):
        more = left if n == largest else 0.0
        yield part._replace(score=round(part.score + more, DIGITS))


def _hit(rank: int, match: Match, passage: Passage, header: Header, text: str) -> Hit:
    matched = located(passage.text, match.marks)
    return Hit(
        rank=rank,
        score=match.score,
        passage=passage,
        header=header,
        place=_place(text, passage, tuple(matched)),
        spans=tuple(matched),
        title_spans=title_spans(passage.title, match.marks),
        snippet=snippet(passage.text, matched),
        lacks=match.lacks,
        suggested=match.suggested,
    )


def _place(text: str, passage: Passage, matched: Sequence[Span]) -> Place:
    """The line and column of the first match, else of the passage."""
    at = passage.start + (matched[0].start if matched else 0)
    begin = text.rfind("\n", 0, at) + 1
    before = text[begin:at].encode("utf-8", "surrogatepass")
    line = passage.lines[0] + text.count("\n", passage.start, at)
    return Place(line, at - begin + 1, len(before) + 1)


def living(articles: Sequence[str], store: Store) -> tuple[str, ...]:
    """Those of some articles that are there: an index may hold others still."""
    return tuple(filter(set(store.ids()).__contains__, articles))


def behind(store: Store, engine: Engine) -> Iterator[str]:
    """Say that the index is not in step with the store."""
    upto = engine.upto()
    if upto > store.last_change():
        yield (
            "the index is of a later store: bring it in step with: "
            f"corpus reindex{freshness.index_option(store)}"
        )
    if count := store.behind(upto):
        articles = "1 article is" if count == 1 else f"{count:,} articles are"
        yield (
            f"{articles} not in the index yet: bring it up to date with: "
            f"corpus reindex{freshness.index_option(store)}"
        )
