"""Query terms: their occurrences, scores and marks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from math import log2
from typing import NamedTuple, Protocol

from corpus_cli.engines.fields import ANYWHERE, TITLE, FieldName, Region, is_in_title
from corpus_cli.engines.name_matches import NameMatches
from corpus_cli.engines.plan import PlannedName, PlannedTerm, PlannedWindow, TermSet
from corpus_cli.engines.postings import FormOccurrences, Index, Starts, TermGroup, find_windows
from corpus_cli.engines.scoring import UNSTEMMED_WEIGHT, ScoreTable, TermFormula, inexpb2
from corpus_cli.engines.term_lookup import TermLookup
from corpus_cli.model import Mark, Part

Scores = dict[int, float]

GroupKey = tuple[TermSet, Region] | tuple[PlannedName, str] | PlannedWindow

ADJECTIVE_WEIGHT = 0.5
"""The weight of Afghan in a query for Afghanistan, whose weight is 1, and vice versa."""

NEAR_WORDS_WEIGHT, MAX_WINDOW = 0.5, 10
"""The weight of the words of a name within a window of so many positions."""

WORD_WEIGHT = 0.3
"""The weight of a single word of a name in passages without the name."""

STRAY_WEIGHT = 0.1
"""The weight of typed words that only resemble the name: see `NameMatches`."""


class Statistics(Protocol):
    """The figures of a whole corpus that scores depend on.

    They are passed in, so that candidates of another engine can be scored by the same code.
    """

    @property
    def passages(self) -> int:
        """The number of passages."""

    @property
    def articles(self) -> int:
        """The number of articles."""

    def average(self, field: FieldName) -> float:
        """Return the mean length of a field in terms."""

    def document_frequency(self, reading: "FieldScore") -> int:
        """Return how many passages have an occurrence of a reading's group."""

    def collection_frequency(self, reading: "FieldScore") -> float:
        """Return the weighted number of occurrences of a reading's group."""


class IndexStatistics:
    """The statistics of everything that an index has."""

    def __init__(self, index: Index) -> None:
        self.passages = len(index.passages())
        self.articles = index.articles()
        self.average = index.average

    def document_frequency(self, reading: "FieldScore") -> int:
        return len(reading.group.counts)

    def collection_frequency(self, reading: "FieldScore") -> float:
        return sum(reading.group.counts.values())


class FieldScore(NamedTuple):
    """One reading of a query term, scored in its own field with its own weight.

    `reason` is the reason that its marks give. With a weight of 0 it marks and does not score.
    `key` is the part of the plan that the group was made for: equal for equal groups.
    """

    group: TermGroup
    key: GroupKey
    field: FieldName
    weight: float
    reason: str


class QueryTerm(NamedTuple):
    """One word, name, quotation or pattern of a query, with all that matches it.

    `text` is as typed; if `is_required`, a passage without it is reported as lacking it. It adds
    to the score only of passages in all of `branches`: those that match each branch of the query
    tree above it. A typed `name` also has its `words`, for passages without the name.
    """

    text: str
    field_scores: tuple[FieldScore, ...]
    is_required: bool = True
    branches: "tuple[Branch, ...]" = ()
    words: "tuple[QueryTerm, ...]" = ()
    name: NameMatches | None = None

    def occurs_in(self, passage: int, *, outside: bool = False) -> bool:
        """Return whether any reading occurs in text or heading, or else `outside` them."""
        return any(
            passage in reading.group.counts and (outside or reading.group.body(passage))
            for reading in self.field_scores
        )

    def starts(self, passage: int) -> Starts:
        """Return the position and the span of each occurrence in a passage, in any reading."""
        starts: dict[int, int] = {}
        for group in self._groups():
            starts.update(group.starts(passage))
        return starts

    def marks(self, passage: int) -> Iterator[Mark]:
        """Yield a mark with its reason for each occurrence in a passage."""
        for reading in self.field_scores:
            for start, span in reading.group.starts(passage).items():
                yield Mark(start, span, reading.reason, self.text)
        for word in self.words:
            if word.is_allowed(passage):
                yield from word.marks(passage)

    def is_allowed(self, passage: int) -> bool:
        """Return whether a passage is in all branches."""
        return all(passage in branch for branch in self.branches)

    def allowed(self, passages: set[int]) -> set[int]:
        """Return which of some passages are in all branches."""
        for branch in self.branches:
            passages = passages & branch
        return passages

    def passages(self) -> set[int]:
        """Return every passage with an occurrence."""
        return set().union(*(reading.group.counts for reading in self.field_scores))

    def below_title(self) -> set[int]:
        """Return the passages that have an occurrence in text or heading."""
        return set().union(*(group.below_title() for group in self._groups()))

    def _groups(self) -> Iterable[TermGroup]:
        """Return the groups of all readings; both readings of a name have the same one."""
        return {id(reading.group): reading.group for reading in self.field_scores}.values()

    def with_reason(self, why: str) -> "QueryTerm":
        """Return this query term with another reason for all of its marks."""
        return self._replace(
            field_scores=tuple(one._replace(reason=why) for one in self.field_scores),
            words=tuple(word.with_reason(why) for word in self.words),
        )

    def with_weight(self, factor: float) -> "QueryTerm":
        """Return this query term with all of its weights multiplied by a factor."""
        return self._replace(
            field_scores=tuple(
                one._replace(weight=factor * one.weight) for one in self.field_scores
            ),
            words=tuple(word.with_weight(factor) for word in self.words),
        )


class WeightedGroups:
    """Several groups as one term, each with its weight."""

    def __init__(self, *parts: tuple[TermGroup, float]) -> None:
        self._parts = parts

    @cached_property
    def counts(self) -> Mapping[int, float]:
        return sum_scores(
            {passage: weight * count for passage, count in group.counts.items()}
            for group, weight in self._parts
            if weight
        )

    def below_title(self) -> set[int]:
        return set().union(*(group.below_title() for group, _ in self._parts))

    def body(self, passage: int) -> float:
        return sum(weight * group.body(passage) for group, weight in self._parts)

    def title(self, passage: int) -> float:
        return sum(weight * group.title(passage) for group, weight in self._parts)

    def starts(self, passage: int) -> Starts:
        return {at: span for group, _ in self._parts for at, span in group.starts(passage).items()}


class Windows:
    """Windows in which words are near each other; the words themselves have the marks.

    `starts` are the positions of the windows by passage.
    """

    def __init__(self, starts: Mapping[int, Sequence[int]]) -> None:
        self.counts = {passage: float(len(positions)) for passage, positions in starts.items()}
        self._starts = starts

    def below_title(self) -> set[int]:
        return {p for p, positions in self._starts.items() if min(positions) < TITLE}

    def body(self, passage: int) -> float:
        return float(sum(start < TITLE for start in self._starts.get(passage, ())))

    def title(self, passage: int) -> float:
        return float(sum(map(is_in_title, self._starts.get(passage, ()))))

    def starts(self, passage: int) -> Starts:
        return {}


def make_term(planned: PlannedTerm, index: Index, lookup: TermLookup) -> QueryTerm:
    """Return the query term of a planned word, quotation or pattern."""
    readings = (
        FieldScore(
            FormOccurrences(index, lookup.forms(reading.forms), planned.region, lookup.is_overdue),
            (reading.forms, planned.region),
            reading.field,
            reading.weight,
            reading.reason,
        )
        for reading in planned.readings
    )
    return QueryTerm(planned.text, tuple(readings), planned.is_required)


def find_term_windows(
    terms: Sequence[QueryTerm],
    distance: int,
    passages: Iterable[int],
    is_overdue: Callable[[], bool],
) -> Windows:
    """Return the windows of some terms in passages: see `find_windows`."""
    starts_by_passage: dict[int, Sequence[int]] = {}
    for passage in passages:
        if is_overdue():
            break
        windows = find_windows([term.starts(passage) for term in terms], distance)
        if windows:
            starts_by_passage[passage] = tuple(windows)
    return Windows(starts_by_passage)


class Branch(Protocol):
    """The passages that match a branch of the query tree."""

    def __contains__(self, passage: object, /) -> bool:
        """Return whether a passage matches the branch."""

    def __rand__(self, passages: set[int], /) -> set[int]:
        """Return which of some passages match the branch."""


class _WordBranch:
    """The passages in which the words of a name count: those `inside` a set, or all others."""

    def __init__(self, passages: AbstractSet[int], *, inside: bool) -> None:
        self._passages = passages
        self._inside = inside

    def __contains__(self, passage: object, /) -> bool:
        return (passage in self._passages) == self._inside

    def __rand__(self, passages: set[int], /) -> set[int]:
        return passages & self._passages if self._inside else passages - self._passages


def make_name(
    planned: PlannedName, matches: NameMatches, index: Index, lookup: TermLookup
) -> QueryTerm:
    """Return the query term of a name in all of its forms; adjectives have less weight."""
    mention = planned.mention
    name, adjective = f"name:{mention.name.canonical}", f"adjective:{mention.name.canonical}"
    main_group, why, other_group, pointing = matches.names, name, matches.adjectives, adjective
    if mention.role == "adjective":
        main_group, why, other_group, pointing = other_group, pointing, main_group, why
    readings: tuple[FieldScore, ...] = ()
    group: TermGroup = main_group
    if mention.typed and planned.region == ANYWHERE and other_group.counts:
        group = WeightedGroups((main_group, 1.0), (other_group, ADJECTIVE_WEIGHT))
        readings = (FieldScore(other_group, (planned, "other"), "words", 0.0, pointing),)
    readings += _in_both_fields(group, (planned, "main"), 1.0, why)
    if matches.stray.counts:
        readings += _in_both_fields(matches.stray, (planned, "stray"), STRAY_WEIGHT, "word")
    near_readings, words = _name_words(
        planned, {*group.counts, *matches.stray.counts}, index, lookup
    )
    text = " ".join(mention.typed)
    is_required = bool(text) and planned.region == ANYWHERE
    return QueryTerm(
        text or mention.name.canonical,
        readings + near_readings,
        is_required,
        words=words,
        name=matches if text else None,
    )


def _name_words(
    planned: PlannedName, named: AbstractSet[int], index: Index, lookup: TermLookup
) -> tuple[tuple[FieldScore, ...], tuple[QueryTerm, ...]]:
    """Return what the words of a name match in passages that are not `named`.

    These are readings of all words of a form near each other, and the single words. If the name is
    the whole query, the words only mark where they are near each other.
    """
    readings: tuple[FieldScore, ...] = ()
    words: list[QueryTerm] = []
    for n, planned_words in enumerate(planned.words):
        terms = [make_term(word, index, lookup) for word in planned_words]
        common = set.intersection(*(term.passages() for term in terms))
        passages = sorted(common - named)
        windows = find_term_windows(terms, MAX_WINDOW - len(terms), passages, lookup.is_overdue)
        if windows.counts:
            readings += _in_both_fields(windows, (planned, f"near{n}"), NEAR_WORDS_WEIGHT, "near")
        branch, weight = _WordBranch(named, inside=False), WORD_WEIGHT
        if planned.is_whole_query:
            branch, weight = _WordBranch(windows.counts.keys(), inside=True), 0.0
        words += [
            term._replace(is_required=False, branches=(branch,)).with_weight(weight)
            for term in terms
        ]
    return readings, tuple(words)


class TermScorer:
    """Score query terms over one index with the statistics of a corpus.

    `length_share` is how much the length of a passage counts: see `scoring.inexpb2`.
    """

    def __init__(self, index: Index, statistics: Statistics, length_share: float) -> None:
        self._index = index
        self._statistics = statistics
        self.length_share = length_share
        self._formulas: dict[tuple[TermGroup, FieldName, bool], TermFormula] = {}

    def scores(self, leaf: QueryTerm) -> Scores:
        """Return the score of a query term in each passage: the sum over its readings."""
        words = (
            {passage: scores[passage] for passage in word.allowed(set(scores))}
            for word in leaf.words
            if (scores := self.scores(word))
        )
        readings = (self._score_field(one) for one in leaf.field_scores if one.weight)
        return sum_scores((*readings, *words))

    def parts(self, leaf: QueryTerm, passage: int) -> Iterator[Part]:
        """Yield the score of a query term in one passage, reading by reading."""
        if not leaf.is_allowed(passage):
            return
        for reading in leaf.field_scores:
            count = reading.group.counts.get(passage, 0) if reading.weight else 0
            if count:
                score = reading.weight * self.worth(reading)(
                    count, self._index.length(reading.field)(passage)
                )
                yield Part(reading.reason, leaf.text, reading.field, score)
        for word in leaf.words:
            yield from self.parts(word, passage)

    def rarity_bits(self, leaf: QueryTerm) -> float:
        """Return the rarity of a query term in bits: log2((N + 1) / (n + 0.5))."""
        frequencies = map(self._statistics.document_frequency, leaf.field_scores)
        return log2((self._statistics.passages + 1.0) / (max(frequencies, default=0) + 0.5))

    def worth(self, reading: FieldScore, *, article: bool = False) -> TermFormula:
        """Return the score formula of a reading, without its weight, for passages or articles."""
        group, field = reading.group, reading.field
        formula = self._formulas.get((group, field, article))
        if formula is None:
            statistics = self._statistics
            average = statistics.average(field)
            if article:
                average *= statistics.passages / max(statistics.articles, 1)
            formula = self._formulas[group, field, article] = inexpb2(
                passages=statistics.passages,
                average=average,
                document_frequency=statistics.document_frequency(reading),
                count=statistics.collection_frequency(reading),
                length_share=1.0 if article else self.length_share,
            )
        return formula

    def _score_field(self, reading: FieldScore) -> Scores:
        """Return the scores of a reading: InExpB2 of its group as one term, times its weight."""
        counts = reading.group.counts
        if not counts:
            return {}
        table = ScoreTable(self.worth(reading), reading.weight)
        # A common word has very many postings, so no Python code runs for each of them.
        codes = map(self._index.codes(reading.field).__getitem__, counts)
        scores = map(table.__getitem__, zip(counts.values(), codes, strict=True))
        return dict(zip(counts, scores, strict=True))


def _in_both_fields(
    group: TermGroup, key: GroupKey, weight: float, why: str
) -> tuple[FieldScore, ...]:
    """Return the readings of a group in both fields, like those of a bare word."""
    return (
        FieldScore(group, key, "stems", weight, why),
        FieldScore(group, key, "words", weight * UNSTEMMED_WEIGHT, why),
    )


def sum_scores(parts: Iterable[Scores]) -> Scores:
    """Return the sum of several scores for each passage."""
    summed: Scores = {}
    for part in parts:
        if not summed:
            summed = dict(part)
            continue
        get = summed.get
        for passage, score in part.items():
            summed[passage] = get(passage, 0.0) + score
    return summed
