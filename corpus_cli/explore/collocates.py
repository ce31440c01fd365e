"""Find the words near the matches of a query."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, assert_never

from corpus_cli.errors import UsageError
from corpus_cli.explore.answer import About, about_matches, limit_rows, merge_about
from corpus_cli.explore.association import log_dice, log_likelihood
from corpus_cli.explore.examples import CitedExample, read_examples
from corpus_cli.explore.kwic import join_spans
from corpus_cli.explore.name_units import passages_to_compare_with
from corpus_cli.explore.passage_words import (
    Progress,
    count_all_words,
    describe_counts,
    ignore_progress,
    is_stop_word,
    read_passages,
)
from corpus_cli.model import Mark, Passage, Span, article_of
from corpus_cli.search.match_query import match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.snippets import spans
from corpus_cli.text.tokenise import Token, tokenise

SortCollocates = Literal["dice", "likelihood", "near"]
SORTS: tuple[SortCollocates, ...] = ("dice", "likelihood", "near")

_WINDOW = re.compile(r"(\d{1,2})(?:/(\d{1,2}))?")


class Window(NamedTuple):
    """How many words to the left and to the right of a match are near it."""

    left: int = 5
    right: int = 5


class CollocateOptions(NamedTuple):
    """Which words are near, and which are shown: those that are near often enough.

    At most `limit` words are shown, 0 means all. Stop words and single letters are left out unless
    `with_stop_words`.
    """

    window: Window = Window()
    minimum: int = 3
    limit: int = 0
    with_stop_words: bool = False
    sort: SortCollocates = "dice"


class Collocate(NamedTuple):
    """A word: how often it is near a match, in how many articles, and how often it is anywhere."""

    word: str
    near: int
    articles: int
    total: int
    log_dice: float
    log_likelihood: float
    example: CitedExample | None = None


class Collocates(NamedTuple):
    """The words near the matches of a query, those that go with them most first.

    `near` is the number of words near the `matches`, `words` of all words that are compared, and
    `totals` how often each of these occurs. `left_out` is the number of words beyond the limit.
    """

    about: About
    matches: int
    near: int
    words: int
    rows: tuple[Collocate, ...]
    totals: Mapping[str, int]
    left_out: int = 0


def parse_window(text: str) -> Window:
    """Parse the size of a window: `5` on both sides, or `3/0` to the left and to the right.

    Raises `UsageError` for anything else, and for a window without words.
    """
    sides = _WINDOW.fullmatch(text.strip())
    window = Window(int(sides[1]), int(sides[2] or sides[1])) if sides else Window(0, 0)
    if not any(window):
        raise UsageError(
            f"--window takes a number of words, such as 5, or one to each side, such as 3/0; "
            f"not {text!r}"
        )
    return window


def collocates(
    line: str,
    options: CollocateOptions,
    moment: Moment,
    request: SearchRequest,
    progress: Progress = ignore_progress,
) -> Collocates:
    """Count the words near the matches of a query, and compare with all passages.

    All words of the query have to be in the passage. Words that are next to each other are one
    match, as in a concordance. A word that is near two matches counts once, and the words of a
    match itself do not count. Only what the filters leave is compared. Raises `UsageError` without
    a query.
    """
    if not line.strip():
        raise UsageError("give a query: collocates are the words near its matches")
    matches = match_query(line, moment, request.requiring_words("passage"))
    ranked = [passage for passage, _ in matches.candidates.ranked()]
    counted = _Counted()
    for passage in read_passages(ranked, moment, matches.clock, progress):
        if match := matches.candidates.match(passage.id):
            counted.add(passage, spans(passage.text, match.marks), options)
    about = about_matches(line, matches, moment, counted.passages, len(ranked))
    compared, is_partial = passages_to_compare_with(moment, request)
    counts = count_all_words(compared, moment, matches.clock, progress)
    about = about._replace(partial=about.partial or is_partial)
    about = describe_counts(about, counts, len(compared or ()), matches.clock)
    answer = _rate(about, options, counted, counts.by_word)
    places = {row.word: counted.places[row.word] for row in answer.rows}

    def find_spans(word: str, _passage: Passage) -> Mapping[Span, Mark]:
        _id, match, near = places[word]
        return {match: Mark(0, 1, match.why, "", 2.0), near: Mark(0, 1, "near", word)}

    passage_by_word = {word: place[0] for word, place in places.items()}
    examples = read_examples(passage_by_word, moment, find_spans)
    return answer._replace(
        rows=tuple(row._replace(example=examples.get(row.word)) for row in answer.rows)
    )


def merge(answers: Sequence[tuple[str, Collocates]], options: CollocateOptions) -> Collocates:
    """Add up the counts of several corpora, each of which was asked for all words."""
    if len(answers) == 1:
        return answers[0][1]
    counted = _Counted()
    totals: Counter[str] = Counter()
    examples: dict[str, CitedExample] = {}
    for name, answer in answers:
        counted.matches += answer.matches
        counted.near += answer.near
        totals.update(answer.totals)
        for row in answer.rows:
            counted.by_word[row.word] += row.near
            counted.article_counts[row.word] += row.articles
            if row.example:
                examples.setdefault(row.word, row.example.within(name))
    about = merge_about((name, answer.about) for name, answer in answers)
    merged = _rate(about, options, counted, totals)
    return merged._replace(
        rows=tuple(row._replace(example=examples.get(row.word)) for row in merged.rows)
    )


class _Counted:
    """What is near the matches that were read so far.

    `places` has for each word the first passage in which it is near a match, with the spans of
    the match and of the word.
    """

    def __init__(self) -> None:
        self.passages = 0
        self.matches = 0
        self.near = 0
        self.by_word: Counter[str] = Counter()
        self.article_counts: Counter[str] = Counter()
        self.places: dict[str, tuple[str, Span, Span]] = {}
        self._article = ""
        self._words_of_article: set[str] = set()

    def add(self, passage: Passage, matched: Iterable[Span], options: CollocateOptions) -> None:
        """Count the words near the matches of a passage; those of an article come together."""
        self.passages += 1
        if article_of(passage.id) != self._article:
            self._article = article_of(passage.id)
            self._words_of_article = set()
        nodes = list(join_spans(passage.text, matched))
        self.matches += len(nodes)
        tokens = tokenise(passage.text)
        node_of = _node_finder(nodes)
        near = _positions_near(tokens, node_of, options.window)
        counted: set[tuple[int, str]] = set()
        for token in tokens:
            position_and_word = token.position, token.term
            if token.position not in near or token.term.startswith("="):
                continue
            # A compound around a match is no word beside it.
            if position_and_word in counted or node_of(token):
                continue
            counted.add(position_and_word)
            self.near += 1
            self.by_word[token.term] += 1
            if token.term not in self._words_of_article:
                self._words_of_article.add(token.term)
                self.article_counts[token.term] += 1
            if token.term not in self.places:
                span = Span(token.start, token.end, "near")
                self.places[token.term] = passage.id, near[token.position], span


def _node_finder(nodes: Sequence[Span]) -> Callable[[Token], Span | None]:
    """Return a function from a token to the match that it overlaps."""
    starts = [node.start for node in nodes]

    def node_of(token: Token) -> Span | None:
        n = bisect_left(starts, token.end) - 1
        return nodes[n] if n >= 0 and nodes[n].end > token.start else None

    return node_of


def _positions_near(
    tokens: Sequence[Token], node_of: Callable[[Token], Span | None], window: Window
) -> dict[int, Span]:
    """Return the positions near a match, each with this match, without those inside of matches."""
    inside: dict[int, Span] = {}
    for token in tokens:
        node = node_of(token)
        # Of a compound only the part that matches is inside.
        if node and node.start <= token.start and token.end <= node.end:
            inside.setdefault(token.position, node)
    near: dict[int, Span] = {}
    for position, node in inside.items():
        for other in range(position - window.left, position + window.right + 1):
            if other not in inside:
                near.setdefault(other, node)
    return near


def _rate(
    about: About, options: CollocateOptions, counted: _Counted, totals: Mapping[str, int]
) -> Collocates:
    """Return the words that are near often enough, with their scores."""
    words = sum(totals.values())
    rows = []
    for word, near in counted.by_word.items():
        if near < options.minimum or (is_stop_word(word) and not options.with_stop_words):
            continue
        # Totals that were not read in time may lack words.
        total = max(totals.get(word, 0), near)
        rows.append(
            Collocate(
                word,
                near,
                counted.article_counts[word],
                total,
                log_dice(near, counted.matches, total),
                log_likelihood(near, counted.near, total, words),
            )
        )
    rows.sort(key=lambda row: (-_score(row, options.sort), -row.near, row.word))
    shown, left_out = limit_rows(rows, options.limit)
    return Collocates(about, counted.matches, counted.near, words, shown, totals, left_out)


def _score(row: Collocate, sort: SortCollocates) -> float:
    match sort:
        case "dice":
            return row.log_dice
        case "likelihood":
            return row.log_likelihood
        case "near":
            return row.near
        case _:
            assert_never(sort)
