"""Show every match of a query in its context, aligned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from corpus_cli.errors import UsageError
from corpus_cli.explore.answer import About, Citation, about_matches, merge_about
from corpus_cli.explore.passage_words import ignore_progress, read_passages
from corpus_cli.model import Match, Span, article_of
from corpus_cli.search.match_query import QueryMatches, match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import select_hits
from corpus_cli.search.snippets import spans
from corpus_cli.text.plurals import plural
from corpus_cli.text.sentences import sentence_starts
from corpus_cli.text.tokenise import written

_SORT_KEY = re.compile(r"([LR])([1-9])|M")


class KwicOptions(NamedTuple):
    """How a concordance is cut and sorted.

    Each side has up to `width` characters of the passage, or with `sentence` the rest of the
    sentence. Lines are sorted by words: `L1` is the first word to the left of the match, `R2` the
    second to its right, `M` the match itself. Without keys the articles come as in a search, and
    the lines of each in the order of its text.
    """

    width: int = 60
    sentence: bool = False
    sort: tuple[str, ...] = ()


class ConcordanceLine(NamedTuple):
    """A match and the text before and after it; `why` is as in the span of a hit."""

    left: str
    match: str
    right: str
    why: str
    citation: Citation


class Concordance(NamedTuple):
    """Every match of a query, and how many passages and articles they are in.

    Its lines come by article unless `is_sorted` by words.
    """

    about: About
    lines: tuple[ConcordanceLine, ...]
    passages: int
    articles: int
    is_sorted: bool = False


def parse_sort(text: str) -> tuple[str, ...]:
    """Parse sort keys, `L1,R2,M`. Raises `UsageError` for a key that is none."""
    keys = tuple(filter(None, (key.strip().upper() for key in text.split(","))))
    for key in keys:
        if not _SORT_KEY.fullmatch(key):
            raise UsageError(
                f"--sort takes L1 to L9, R1 to R9 and M with commas between, not {key!r}"
            )
    return keys


def kwic(line: str, options: KwicOptions, moment: Moment, request: SearchRequest) -> Concordance:
    """Return every match of a query in its context.

    Near-copies of a passage are left out, unless the request has `duplicates`. All words of the
    query have to be in the passage, unless the request says otherwise. Words that are next to each
    other are one match.
    """
    matches = match_query(line, moment, request.requiring_words("passage"))
    everything = request._replace(limit=None)
    selected = select_hits(matches.candidates, moment.store, everything, matches.clock)
    selected_matches = [one.match for one in selected]
    lines = tuple(_cut_lines(selected_matches, options, moment, matches))
    read = {one.citation.passage.id for one in lines}
    about = about_matches(line, matches, moment, len(read), len(selected))
    if copies := sum(len(one.copies) for one in selected):
        are = plural(copies, "near-copy is", "near-copies are")
        about = about.with_note(f"{are} left out; --duplicates shows the matches in them too")
    return Concordance(
        about,
        sort_lines(lines, options.sort),
        len(read),
        len(set(map(article_of, read))),
        is_sorted=bool(options.sort),
    )


def merge(answers: Sequence[tuple[str, Concordance]], options: KwicOptions) -> Concordance:
    """Merge the concordances of several corpora, each with the name its lines get."""
    named = (
        one._replace(citation=one.citation._replace(corpus=name))
        for name, answer in answers
        for one in answer.lines
    )
    return Concordance(
        merge_about((name, answer.about) for name, answer in answers),
        sort_lines(tuple(named), options.sort),
        sum(answer.passages for _, answer in answers),
        sum(answer.articles for _, answer in answers),
        is_sorted=bool(options.sort),
    )


def sort_lines(
    lines: Sequence[ConcordanceLine], keys: Sequence[str]
) -> tuple[ConcordanceLine, ...]:
    """Return lines sorted by the words around the match; lines with equal words keep their order.

    A line without such a word comes first, as in other concordancers.
    """
    if not keys:
        return tuple(lines)

    def words(line: ConcordanceLine) -> tuple[str, ...]:
        left = [word.letters for word in written(line.left)][::-1]
        right = [word.letters for word in written(line.right)]
        match = " ".join(word.letters for word in written(line.match))
        sides = {"L": left, "R": right}
        return tuple(
            match if key == "M" else next(iter(sides[key[0]][int(key[1]) - 1 :]), "")
            for key in keys
        )

    return tuple(sorted(lines, key=words))


def _cut_lines(
    selected: Sequence[Match], options: KwicOptions, moment: Moment, matches: QueryMatches
) -> Iterator[ConcordanceLine]:
    """Yield the lines of each article in the order of its text, until the time ends."""
    match_by_passage = {match.passage: match for match in selected}
    headers = moment.store.headers([*dict.fromkeys(map(article_of, match_by_passage))])
    for passage in read_passages(match_by_passage, moment, matches.clock, ignore_progress):
        matched = spans(passage.text, match_by_passage[passage.id].marks)
        for span in join_spans(passage.text, matched):
            left, right = _context(passage.text, span, options)
            text = passage.text[span.start : span.end]
            citation = Citation(passage, headers[passage.article], passage.line_at(span.start))
            yield ConcordanceLine(left, text, right, span.why, citation)


def join_spans(text: str, matched: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans of matches in a text; those with only blanks between them are one."""
    joined: Span | None = None
    for span in matched:
        if joined and not text[joined.end : span.start].strip():
            joined = joined._replace(end=span.end)
            continue
        if joined:
            yield joined
        joined = span
    if joined:
        yield joined


def _context(text: str, span: Span, options: KwicOptions) -> tuple[str, str]:
    """Return the text on both sides of a match, cut at words, on one line each."""
    if options.sentence:
        starts = sentence_starts(text)
        start = max(cut for cut in starts if cut <= span.start)
        end = min((cut for cut in starts if cut >= span.end), default=len(text))
        end = len(text[:end].rstrip())
    else:
        start = _after_blank(text, span.start - options.width, span.start)
        end = _before_blank(text, span.end + options.width, span.end)
    return _flat(text[start : span.start]), _flat(text[span.end : end])


def _after_blank(text: str, at: int, most: int) -> int:
    """Return the start of the first whole word from a position on."""
    if at <= 0:
        return 0
    blank = text.find(" ", at - 1, most)
    return at if blank < 0 else blank + 1


def _before_blank(text: str, at: int, least: int) -> int:
    """Return the end of the last whole word before a position."""
    if at >= len(text):
        return len(text)
    blank = text.rfind(" ", least, at + 1)
    return at if blank < 0 else blank


def _flat(text: str) -> str:
    """Return a text with a blank for each line feed; blanks at its ends stay."""
    return text.replace("\n", " ").replace("\t", " ")
