"""Count what matches a query over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise, takewhile
from typing import Literal, NamedTuple, assert_never

from corpus_cli.explore.answer import About, about_matches, merge_about
from corpus_cli.explore.examples import CitedExample, find_matches, read_examples
from corpus_cli.explore.mentioned_dates import find_dates
from corpus_cli.explore.passage_words import ignore_progress, read_in_order
from corpus_cli.model import article_of
from corpus_cli.search.match_query import QueryMatches, match_query
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.plurals import plural

Period = Literal["day", "week", "month", "year"]
PERIODS: tuple[Period, ...] = ("day", "week", "month", "year")

Dates = Literal["published", "mentioned"]
DATES: tuple[Dates, ...] = ("published", "mentioned")

_ISO_LENGTHS: Mapping[Period, int] = {"day": 10, "week": 10, "month": 7, "year": 4}
_SNIPPET_WIDTH = 160


class TimelineOptions(NamedTuple):
    """The periods that are counted, and by which dates.

    `published` is the date of the article; `mentioned` are the dates in the text of the passages.
    """

    by: Period = "month"
    dates: Dates = "published"


class BestPassage(NamedTuple):
    """The best passage of a period, and its score."""

    score: float
    example: CitedExample


class TimelineRow(NamedTuple):
    """How many passages and articles match in a period, and the best passage of it.

    A `period` is `2015`, `2015-10`, `2015-W41` or `2015-10-03`; it is empty for passages without
    a date, or with one that is not as precise as the period.
    """

    period: str
    passages: int
    articles: int
    best: BestPassage | None = None


class Timeline(NamedTuple):
    """The periods from the first to the last that has matches; passages without a date last."""

    about: About
    by: Period
    dates: Dates
    rows: tuple[TimelineRow, ...]
    passages: int
    articles: int


def timeline(
    line: str, options: TimelineOptions, moment: Moment, request: SearchRequest
) -> Timeline:
    """Count the passages and articles that match a query by period.

    All words have to be in the article, unless the request says otherwise: so a passage counts that
    has one of them, in an article on all of them.
    """
    matches = match_query(line, moment, request.requiring_words("article"))
    ranked = list(matches.candidates.ranked())
    if options.dates == "published":
        periods_by_passage = _published_periods(ranked, options.by, moment)
    else:
        periods_by_passage = _mentioned_periods(ranked, options.by, moment, matches)
    rows = _count_rows(ranked, periods_by_passage, moment, matches)
    read = len(periods_by_passage)
    about = about_matches(line, matches, moment, read, len(ranked))
    undated = next((row for row in rows if not row.period), None)
    if undated and len(rows) > 1:
        have = plural(undated.passages, "passage has", "passages have")
        what = "no date" if options.dates == "published" else "no date in the text"
        about = about.with_note(f"{have} {what} that tells the {options.by}, and come last")
    articles = len({article_of(passage) for passage in periods_by_passage})
    return Timeline(about, options.by, options.dates, fill_gaps(rows, options.by), read, articles)


def merge(answers: Sequence[tuple[str, Timeline]]) -> Timeline:
    """Add up the timelines of several corpora; an article that is in several counts in each."""
    if len(answers) == 1:
        return answers[0][1]
    merged: dict[str, TimelineRow] = {}
    for name, answer in answers:
        for row in answer.rows:
            best = row.best and row.best._replace(example=row.best.example.within(name))
            before = merged.get(row.period, TimelineRow(row.period, 0, 0))
            merged[row.period] = TimelineRow(
                row.period,
                before.passages + row.passages,
                before.articles + row.articles,
                max(filter(None, (before.best, best)), key=lambda one: one.score, default=None),
            )
    first = answers[0][1]
    rows = [row for row in merged.values() if row.passages]
    return first._replace(
        about=merge_about((name, answer.about) for name, answer in answers),
        rows=fill_gaps(rows, first.by),
        passages=sum(answer.passages for _, answer in answers),
        articles=sum(answer.articles for _, answer in answers),
    )


def period_of(iso: str, by: Period) -> str:
    """Return the period of a date in ISO 8601; empty if it is none, or not as precise."""
    if len(iso) < _ISO_LENGTHS[by]:
        return ""
    try:
        # A year or a month is one of its first day.
        day = date.fromisoformat(f"{iso[:10]}{'0001-01-01'[len(iso) :]}")
    except ValueError:
        return ""
    match by:
        case "day" | "month" | "year":
            return day.isoformat()[: _ISO_LENGTHS[by]]
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case _:
            assert_never(by)


def fill_gaps(rows: Iterable[TimelineRow], by: Period) -> tuple[TimelineRow, ...]:
    """Return rows by date with a row for each period between; the row without a date is last."""
    dated = sorted((row for row in rows if row.period), key=lambda row: row.period)
    undated = [row for row in rows if not row.period]
    filled = list(dated[:1])
    for before, row in pairwise(dated):
        between = takewhile(row.period.__gt__, _periods_after(before.period, by))
        filled += [TimelineRow(period, 0, 0) for period in between]
        filled.append(row)
    return (*filled, *undated)


def _periods_after(period: str, by: Period) -> Iterator[str]:
    """Yield the periods that follow one, as long as the calendar has them."""
    match by:
        case "year":
            yield from (f"{year:04}" for year in range(int(period) + 1, date.max.year + 1))
        case "month":
            first = int(period[:4]) * 12 + int(period[5:7])
            for months in range(first, (date.max.year + 1) * 12):
                yield f"{months // 12:04}-{months % 12 + 1:02}"
        case "week" | "day":
            step = timedelta(days=7 if by == "week" else 1)
            day = (
                date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
                if by == "week"
                else date.fromisoformat(period)
            )
            while day < date.max - step:
                day += step
                yield period_of(day.isoformat(), by)
        case _:
            assert_never(by)


def _published_periods(
    ranked: Sequence[tuple[str, float]], by: Period, moment: Moment
) -> Mapping[str, Sequence[str]]:
    """Return the period of each passage, by passage."""
    days = moment.store.metadata.values_of_field("published")
    return {
        passage: [period_of(next(iter(days.get(article_of(passage), ())), ""), by)]
        for passage, _ in ranked
    }


def _mentioned_periods(
    ranked: Sequence[tuple[str, float]], by: Period, moment: Moment, matches: QueryMatches
) -> Mapping[str, Sequence[str]]:
    """Return the periods that each passage mentions; those read in time, the best first."""
    days = moment.store.metadata.values_of_field("published")
    periods: dict[str, Sequence[str]] = {}
    ids = [passage for passage, _ in ranked]
    for passage in read_in_order(ids, moment, matches.clock, ignore_progress):
        published = next(iter(days.get(passage.article, ())), "")
        dates = find_dates(passage.text, published)
        mentioned = dict.fromkeys(filter(None, (period_of(one.iso, by) for one in dates)))
        periods[passage.id] = list(mentioned) or [""]
    return periods


def _count_rows(
    ranked: Sequence[tuple[str, float]],
    periods_by_passage: Mapping[str, Sequence[str]],
    moment: Moment,
    matches: QueryMatches,
) -> list[TimelineRow]:
    """Return a row for each period that has passages."""
    passages: dict[str, int] = {}
    articles: dict[str, set[str]] = {}
    best: dict[str, tuple[str, float]] = {}
    for passage, score in ranked:
        for period in periods_by_passage.get(passage, ()):
            passages[period] = passages.get(period, 0) + 1
            articles.setdefault(period, set()).add(article_of(passage))
            best.setdefault(period, (passage, score))

    passage_by_period = {period: passage for period, (passage, _) in best.items()}
    examples = read_examples(passage_by_period, moment, find_matches(matches), _SNIPPET_WIDTH)
    return [
        TimelineRow(
            period,
            count,
            len(articles[period]),
            BestPassage(best[period][1], examples[period]) if period in examples else None,
        )
        for period, count in passages.items()
    ]
