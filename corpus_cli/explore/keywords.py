"""Find the words that are typical of what a query finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from corpus_cli.errors import UsageError
from corpus_cli.explore.answer import About, about_matches, limit_rows, merge_about
from corpus_cli.explore.examples import CitedExample, read_examples
from corpus_cli.explore.keyness import find_typical_words
from corpus_cli.explore.passage_words import (
    Progress,
    count_all_words,
    count_words,
    describe_counts,
    ignore_progress,
    read_passages,
)
from corpus_cli.model import Mark, Passage, Span, article_of
from corpus_cli.query.filters import Filters
from corpus_cli.search.match_query import match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.plurals import plural
from corpus_cli.text.tokenise import tokenise

REST, CORPUS = "rest", "corpus"
"""What to compare with: all other passages, or all passages."""


class KeywordOptions(NamedTuple):
    """What to compare with, and which words are shown: those that are frequent enough.

    `against` is `rest`, `corpus` or a query. At most `limit` words are shown, 0 means all. Stop
    words and single letters are left out unless `with_stop_words`.
    """

    against: str = REST
    minimum: int = 3
    limit: int = 0
    with_stop_words: bool = False


class Keyword(NamedTuple):
    """A word: how often it occurs, in how many articles, and how often in the reference.

    `log_ratio` is the size of the difference, `log_likelihood` how sure it is.
    """

    word: str
    frequency: int
    articles: int
    reference_count: int
    log_ratio: float
    log_likelihood: float
    example: CitedExample | None = None


class Keywords(NamedTuple):
    """The words that are more frequent in what a query finds than elsewhere, the surest first.

    `words` is the number of all words that a query finds, and `reference_words` of those that they
    are compared with. Of each word, `frequencies` and `reference_counts` say how often it is on
    either side, and `article_counts` in how many of the articles found. `left_out` is the number of
    words beyond the limit.
    """

    about: About
    against: str
    passages: int
    words: int
    reference_words: int
    rows: tuple[Keyword, ...]
    frequencies: Mapping[str, int]
    article_counts: Mapping[str, int]
    reference_counts: Mapping[str, int]
    left_out: int = 0


def keywords(
    line: str,
    options: KeywordOptions,
    moment: Moment,
    request: SearchRequest,
    progress: Progress = ignore_progress,
) -> Keywords:
    """Compare the words of the passages that match a query with those of others.

    All words of the query have to be in the passage. The filters of the request are for the query,
    not for `against`. Raises `UsageError` without a query and without filters.
    """
    if not line.strip() and request.filters == Filters():
        raise UsageError("give a query or a filter, whose words are compared with the rest")
    required = request.requiring_words("passage")
    matches = match_query(line, moment, required)
    ranked = [passage for passage, _ in matches.candidates.ranked()]
    counted = _Counted()
    for passage in read_passages(ranked, moment, matches.clock, progress):
        counted.add(passage)
    about = about_matches(line, matches, moment, counted.passages, len(ranked))
    reference_ids = _reference_passages(options.against, moment, required)
    counts = count_all_words(reference_ids, moment, matches.clock, progress)
    about = describe_counts(about, counts, len(reference_ids or ()), matches.clock)
    reference = counts.by_word
    if options.against == REST:
        reference.subtract(counted.by_word)
        reference = +reference
    if in_both := len(set(reference_ids or ()).intersection(ranked)):
        are = plural(in_both, "passage is", "passages are")
        about = about.with_note(f"{are} on both sides, and count on both")
    answer = _rate(about, options, counted, reference)
    passage_by_word = {row.word: counted.places[row.word] for row in answer.rows}
    examples = read_examples(passage_by_word, moment, _find_word)
    return answer._replace(
        rows=tuple(row._replace(example=examples.get(row.word)) for row in answer.rows)
    )


def merge(answers: Sequence[tuple[str, Keywords]], options: KeywordOptions) -> Keywords:
    """Add up the counts of several corpora, each of which was asked for all words."""
    if len(answers) == 1:
        return answers[0][1]
    counted = _Counted()
    reference: Counter[str] = Counter()
    examples: dict[str, CitedExample] = {}
    for name, answer in answers:
        counted.passages += answer.passages
        counted.words += answer.words
        reference.update(answer.reference_counts)
        counted.by_word.update(answer.frequencies)
        counted.article_counts.update(answer.article_counts)
        for row in answer.rows:
            if row.example:
                examples.setdefault(row.word, row.example.within(name))
    about = merge_about((name, answer.about) for name, answer in answers)
    merged = _rate(about, options, counted, reference)
    return merged._replace(
        rows=tuple(row._replace(example=examples.get(row.word)) for row in merged.rows)
    )


class _Counted:
    """The words that were read so far, and the first passage with each of them."""

    def __init__(self) -> None:
        self.passages = 0
        self.words = 0
        self.by_word: Counter[str] = Counter()
        self.article_counts: Counter[str] = Counter()
        self.places: dict[str, str] = {}
        self._article = ""
        self._words_of_article: set[str] = set()

    def add(self, passage: Passage) -> None:
        """Count the words of a passage; the passages of an article come together."""
        if article_of(passage.id) != self._article:
            self._article = article_of(passage.id)
            self._words_of_article = set()
        counts = count_words(passage.text)
        self.passages += 1
        self.words += counts.total()
        self.by_word.update(counts)
        for word in counts.keys() - self._words_of_article:
            self.article_counts[word] += 1
            self.places.setdefault(word, passage.id)
        self._words_of_article.update(counts)


def _reference_passages(against: str, moment: Moment, request: SearchRequest) -> list[str] | None:
    """Return the passages to compare with; None if they are the whole corpus or the rest of it.

    Raises `UsageError` if they are none.
    """
    if against in (REST, CORPUS):
        return None
    matches = match_query(against, moment, request._replace(filters=Filters()))
    ids = [passage for passage, _ in matches.candidates.ranked()]
    if not ids:
        raise UsageError(
            f"nothing matches {against!r}: --against takes {REST}, {CORPUS} or a query"
        )
    return ids


def _rate(
    about: About, options: KeywordOptions, counted: _Counted, reference: Mapping[str, int]
) -> Keywords:
    """Return the words that are frequent enough and more frequent than elsewhere."""
    reference_words = sum(reference.values())
    answer = Keywords(
        about,
        options.against,
        counted.passages,
        counted.words,
        reference_words,
        (),
        counted.by_word,
        counted.article_counts,
        reference,
    )
    if not counted.words:
        return answer
    if not reference_words:
        note = "there are no other passages to compare with"
        return answer._replace(about=about.with_note(note))
    words = find_typical_words(
        counted.by_word,
        reference,
        reference_words,
        minimum=options.minimum,
        with_stop_words=options.with_stop_words,
    )
    rows = [
        Keyword(
            one.word,
            one.frequency,
            counted.article_counts[one.word],
            one.reference_count,
            one.log_ratio,
            one.log_likelihood,
        )
        for one in words
    ]
    shown, left_out = limit_rows(rows, options.limit)
    return answer._replace(rows=shown, left_out=left_out)


def _find_word(word: str, passage: Passage) -> Mapping[Span, Mark]:
    return {
        Span(token.start, token.end, "word"): Mark(token.position, token.span, "word", word)
        for token in tokenise(passage.text)
        if token.term == word
    }
