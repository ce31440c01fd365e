"""Compare sources, authors or years by what is found in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Literal, NamedTuple

from corpus_cli.explore.answer import About, about_matches, limit_rows, merge_about
from corpus_cli.explore.examples import CitedExample, find_matches, in_order, read_examples
from corpus_cli.explore.keyness import TypicalWord, find_typical_words
from corpus_cli.explore.passage_words import (
    Progress,
    count_words,
    ignore_progress,
    read_passages,
)
from corpus_cli.search.facets import Values, article_values, count_articles, sort_facets
from corpus_cli.search.match_query import match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest

CompareBy = Literal["source", "author", "year", "month", "tag"]
COMPARE_BY: tuple[CompareBy, ...] = ("source", "author", "year", "month", "tag")

_LEAST_COUNT = 3
"""A word is typical from so many occurrences on."""


class CompareOptions(NamedTuple):
    """What is compared, and which rows and how many words of each are shown.

    Values with fewer than `minimum` passages are left out. At most `limit` values are shown, 0
    means all, and `words` words of each.
    """

    by: CompareBy = "source"
    minimum: int = 1
    limit: int = 0
    words: int = 6


class ComparedValue(NamedTuple):
    """What a query finds with one value: counts, typical words, and the first mention.

    `of` is the number of passages with this value whether the query matches or not; those that the
    filters leave. `typical` are the words that are more frequent here than in what is found with
    the other values. `first` is the earliest passage with a date.
    """

    value: str
    passages: int
    articles: int
    of: int
    typical: tuple[TypicalWord, ...] = ()
    first: CitedExample | None = None

    @property
    def rate(self) -> float:
        """Return how many of 1,000 passages with this value match."""
        return 1000 * self.passages / self.of


class ValueComparison(NamedTuple):
    """The values side by side: periods by date, others by passages; unknown values last.

    `word_counts` are the words of the passages found, by value, and `all_words` those of all
    together. `left_out` is the number of values that are not shown.
    """

    about: About
    by: CompareBy
    passages: int
    articles: int
    of: int
    rows: tuple[ComparedValue, ...]
    word_counts: Mapping[str, Counter[str]]
    all_words: Counter[str]
    left_out: int = 0


def compare(
    line: str,
    options: CompareOptions,
    moment: Moment,
    request: SearchRequest,
    progress: Progress = ignore_progress,
) -> ValueComparison:
    """Compare what a query finds in each source, or by each author, or in each year.

    All words of the query have to be in the passage. An article with several values counts with
    each. When the time ends, the typical words are those of the passages that could be read.
    """
    required = request.requiring_words("passage")
    matches = match_query(line, moment, required)
    values = article_values(options.by, moment)
    everything = match_query("", moment, required).candidates.count_by_article()
    all_values, of_all = count_articles(options.by, values, everything)
    of = {facet.value: facet.passages for facet in all_values}
    counted, of_matches = count_articles(options.by, values, matches.candidates.count_by_article())
    rows = [
        ComparedValue(facet.value, facet.passages, facet.articles, of[facet.value])
        for facet in counted
    ]
    passages_by_article = dict(matches.candidates.passages_by_article())
    word_counts: dict[str, Counter[str]] = {row.value: Counter() for row in rows}
    all_words: Counter[str] = Counter()
    read = 0
    ids = chain.from_iterable(passages_by_article.values())
    for passage in read_passages(ids, moment, matches.clock, progress):
        counts = count_words(passage.text)
        all_words.update(counts)
        for value in values(passage.article):
            word_counts[value].update(counts)
        read += 1
    comparison = _choose_rows(
        ValueComparison(
            about_matches(line, matches, moment, read, of_matches),
            options.by,
            of_matches,
            len(passages_by_article),
            of_all,
            tuple(rows),
            word_counts,
            all_words,
        ),
        options,
    )
    first = _find_first(passages_by_article, values, moment)
    shown = {row.value: first[row.value] for row in comparison.rows if row.value in first}
    examples = read_examples(shown, moment, find_matches(matches))
    return comparison._replace(
        rows=tuple(row._replace(first=examples.get(row.value)) for row in comparison.rows)
    )


def merge(
    answers: Sequence[tuple[str, ValueComparison]], options: CompareOptions
) -> ValueComparison:
    """Add up the comparisons of several corpora, each of which was asked for all values."""
    if len(answers) == 1:
        return answers[0][1]
    merged: dict[str, ComparedValue] = {}
    word_counts: dict[str, Counter[str]] = {}
    all_words: Counter[str] = Counter()
    for name, answer in answers:
        all_words.update(answer.all_words)
        for value, counts in answer.word_counts.items():
            word_counts.setdefault(value, Counter()).update(counts)
        for row in answer.rows:
            before = merged.get(row.value, ComparedValue(row.value, 0, 0, 0))
            first = row.first and row.first.within(name)
            merged[row.value] = ComparedValue(
                row.value,
                before.passages + row.passages,
                before.articles + row.articles,
                before.of + row.of,
                first=min(filter(None, (before.first, first)), key=_published, default=None),
            )
    answer = ValueComparison(
        merge_about((name, answer.about) for name, answer in answers),
        options.by,
        sum(answer.passages for _, answer in answers),
        sum(answer.articles for _, answer in answers),
        sum(answer.of for _, answer in answers),
        tuple(merged.values()),
        word_counts,
        all_words,
    )
    return _choose_rows(answer, options)


def _choose_rows(comparison: ValueComparison, options: CompareOptions) -> ValueComparison:
    """Return the values to show, in their order, with their typical words."""
    frequent = [row for row in comparison.rows if row.passages >= options.minimum]
    rows, left_out = limit_rows(sort_facets(options.by, frequent), options.limit)
    total = comparison.all_words.total()
    with_words = [
        row._replace(typical=_typical_words(comparison, row.value, total)[: options.words])
        for row in rows
    ]
    return comparison._replace(
        rows=tuple(with_words), left_out=left_out + len(comparison.rows) - len(frequent)
    )


def _typical_words(comparison: ValueComparison, value: str, total: int) -> tuple[TypicalWord, ...]:
    counts = comparison.word_counts[value]
    # Only these words are compared, so that many values do not each take all words.
    elsewhere = {word: comparison.all_words[word] - count for word, count in counts.items()}
    rest = total - counts.total()
    return tuple(find_typical_words(counts, elsewhere, rest, minimum=_LEAST_COUNT))


def _find_first(
    passages_by_article: Mapping[str, Sequence[str]], values: Values, moment: Moment
) -> Mapping[str, str]:
    """Return the first passage of the earliest article with each value, of those with a date."""
    days = moment.store.metadata.values_of_field("published")
    earliest: dict[str, tuple[str, str]] = {}
    for article in passages_by_article:
        for day in days.get(article, ())[:1]:
            for value in values(article):
                earliest[value] = min(earliest.get(value, (day, article)), (day, article))
    return {
        value: in_order(passages_by_article[article])[0] for value, (_, article) in earliest.items()
    }


def _published(example: CitedExample) -> str:
    return example.citation.header.published
