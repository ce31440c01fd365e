"""Query terms: their occurrences, scores and marks."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from math import log2
from typing import NamedTuple, assert_never

from corpus_cli.engines import term_forms, wildcards
from corpus_cli.engines.fields import ANYWHERE, OWN, FieldName, Region, as_text
from corpus_cli.engines.name_matches import NameMatches
from corpus_cli.engines.postings import FormOccurrences, Index, Starts, TermGroup
from corpus_cli.engines.scoring import UNSTEMMED_WEIGHT, ScoreTable, TermFormula, inexpb2
from corpus_cli.engines.term_forms import TermForm, WordForms
from corpus_cli.model import Mark, Part
from corpus_cli.query.nodes import Dates, Fuzzy, Mention, Quoted, Wild, Word
from corpus_cli.text.normalise import fold

Scores = dict[int, float]

ADJECTIVE_WEIGHT = 0.5
"""The weight of Afghan in a query for Afghanistan, whose weight is 1, and vice versa."""

STRAY_WEIGHT = 0.1
"""The weight of typed words that only resemble the name: see `NameMatches`."""

BOTH_FIELDS = 1.0 + UNSTEMMED_WEIGHT
"""The weight of a reading that replaces one in the stemmed and one in the unstemmed field."""


_TERMS_BETWEEN_CHECKS = 1_000
"""The number of index terms that are read between two checks of the time limit."""


class Scope(NamedTuple):
    """The place where a node must match: a region of the text, or a field of the metadata."""

    region: Region = OWN
    prefix: str = ""


class FieldScore(NamedTuple):
    """One reading of a query term, scored in its own field with its own weight.

    `reason` is the reason that its marks give. With a weight of 0 it marks and does not score.
    """

    group: TermGroup
    field: FieldName
    weight: float
    reason: str


class QueryTerm(NamedTuple):
    """One word, name, quotation or pattern of a query, with all that matches it.

    `text` is as typed; if `is_required`, a passage without it is reported as lacking it. It adds
    to the score only of passages in all of `branches`: those that match each branch of the query
    tree above it.
    """

    text: str
    field_scores: tuple[FieldScore, ...]
    is_required: bool = True
    branches: tuple[Container[int], ...] = ()

    def occurs_in(self, passage: int) -> bool:
        """Return whether any reading occurs in a passage."""
        return any(passage in reading.group.counts for reading in self.field_scores)

    def starts(self, passage: int) -> Starts:
        """Return the position and the span of each occurrence in a passage, in any reading."""
        starts: dict[int, int] = {}
        # Both readings of a name have the same group.
        for group in {id(reading.group): reading.group for reading in self.field_scores}.values():
            starts.update(group.starts(passage))
        return starts

    def marks(self, passage: int) -> Iterator[Mark]:
        """Yield a mark with its reason for each occurrence in a passage."""
        for reading in self.field_scores:
            for start, span in reading.group.starts(passage).items():
                yield Mark(start, span, reading.reason, self.text)

    def passages(self) -> set[int]:
        """Return every passage with an occurrence."""
        return set().union(*(reading.group.counts for reading in self.field_scores))

    def with_reason(self, why: str) -> QueryTerm:
        """Return this query term with another reason for all of its marks."""
        return self._replace(
            field_scores=tuple(one._replace(reason=why) for one in self.field_scores)
        )

    def with_weight(self, factor: float) -> QueryTerm:
        """Return this query term with all of its weights multiplied by a factor."""
        return self._replace(
            field_scores=tuple(
                one._replace(weight=factor * one.weight) for one in self.field_scores
            )
        )


class NameWithAdjectives:
    """A name and its adjectives as one term; the group that was not typed has less weight."""

    def __init__(self, names: TermGroup, pointing: TermGroup) -> None:
        self._parts = ((names, 1.0), (pointing, ADJECTIVE_WEIGHT))

    @cached_property
    def counts(self) -> Mapping[int, float]:
        return sum_scores(
            {passage: weight * count for passage, count in group.counts.items()}
            for group, weight in self._parts
            if weight
        )

    def body(self, passage: int) -> float:
        return sum(weight * group.body(passage) for group, weight in self._parts)

    def title(self, passage: int) -> float:
        return sum(weight * group.title(passage) for group, weight in self._parts)

    def starts(self, passage: int) -> Starts:
        return {at: span for group, _ in self._parts for at, span in group.starts(passage).items()}


class Windows:
    """Windows in which words are near each other; the words themselves have the marks."""

    def __init__(self, counts: Mapping[int, float]) -> None:
        self.counts = counts

    def body(self, passage: int) -> float:
        return self.counts.get(passage, 0.0)

    def title(self, passage: int) -> float:
        return 0.0

    def starts(self, passage: int) -> Starts:
        return {}


class QueryTerms:
    """The query terms of one query over one index, with notes for the user."""

    def __init__(
        self, index: Index, note: Callable[[str], None], overdue: Callable[[], bool]
    ) -> None:
        self._index = index
        self._note = note
        self._is_overdue = overdue
        self._formulas: dict[tuple[TermGroup, FieldName, bool], TermFormula] = {}
        self.mentions: dict[Mention, NameMatches] = {}

    def text_term(
        self, node: Word | Quoted | Wild | Fuzzy, region: Region, joined: Sequence[WordForms] = ()
    ) -> QueryTerm:
        """Return the query term of a node in the texts; `joined` are joined forms of the word."""
        match node:
            case Word(text):
                forms = term_forms.bare_forms(text, self._index.has)
                return self._bare_term(text, term_forms.merge_forms(forms, *joined), region)
            case Quoted(text):
                leaf = self._single_term("phrase", text, term_forms.quoted_forms(text), region)
                return leaf._replace(is_required=False)
            case Wild(pattern):
                return self._single_term(
                    f"wild:{pattern}", pattern, self._matching(pattern), region
                )
            case Fuzzy(text, distance):
                return self._single_term(
                    f"fuzzy:{text}", text, self._similar(text, distance), region
                )
            case _:
                assert_never(node)

    def mention(self, node: Mention, region: Region) -> QueryTerm:
        """Return the query term of a name in all of its forms; adjectives have less weight."""
        matches = NameMatches(self._index, node, region)
        name, adjective = f"name:{node.name.canonical}", f"adjective:{node.name.canonical}"
        main_group, why, other_group, pointing = matches.names, name, matches.adjectives, adjective
        if node.role == "adjective":
            main_group, why, other_group, pointing = other_group, pointing, main_group, why
        readings: tuple[FieldScore, ...] = ()
        group: TermGroup = main_group
        if node.typed and region == ANYWHERE and other_group.counts:
            group = NameWithAdjectives(main_group, other_group)
            readings = (FieldScore(other_group, "words", 0.0, pointing),)
        readings += _in_both_fields(group, 1.0, why)
        if matches.stray.counts:
            readings += _in_both_fields(matches.stray, STRAY_WEIGHT, "word")
        self.mentions[node] = matches
        text = " ".join(node.typed)
        return QueryTerm(text or node.name.canonical, readings, bool(text))

    def joined_forms(self, left: Word, right: Word) -> WordForms | None:
        """Return two adjacent words as one joined word, or None if the corpus does not have it."""
        return term_forms.joined_pair(left.text, right.text, self._index.has)

    def match_fact(self, node: Word | Quoted | Wild | Fuzzy, prefix: str) -> Scores:
        """Return the passages whose article has a value of metadata, with a score of 0."""
        match node:
            case Word(text) | Quoted(text):
                written: Iterable[TermForm] = term_forms.quoted_forms(text, "facts", prefix)
            case Wild(pattern) if prefix == "path:":
                written = self._globbed(pattern)
            case Wild(pattern):
                written = self._matching(pattern, "facts", prefix)
            case Fuzzy(text, distance):
                written = self._similar(text, distance, "facts", prefix)
            case _:
                assert_never(node)
        return self._match_facts(written)

    def match_dates(self, dates: Dates) -> Scores:
        """Return the passages of articles published in a range, with a score of 0."""
        low, high = f"date:{dates.low}", f"date:{dates.high}"
        return self._match_facts(
            TermForm("facts", (term,), 1)
            for term in self._terms("facts", "date:")
            if low <= term and (not dates.high or term[: len(high)] <= high)
        )

    def scores(self, leaf: QueryTerm) -> Scores:
        """Return the score of a query term in each passage: the sum over its readings."""
        return sum_scores(
            self._score_field(reading) for reading in leaf.field_scores if reading.weight
        )

    def parts(self, leaf: QueryTerm, passage: int) -> Iterator[Part]:
        """Yield the score of a query term in one passage, reading by reading."""
        for reading in leaf.field_scores if all(passage in one for one in leaf.branches) else ():
            count = reading.group.counts.get(passage, 0) if reading.weight else 0
            if count:
                length = self._index.length(reading.field)(passage)
                score = reading.weight * self.worth(reading)(count, length)
                yield Part(reading.reason, leaf.text, reading.field, score)

    def rarity_bits(self, leaf: QueryTerm) -> float:
        """Return the rarity of a query term in bits: log2((N + 1) / (n + 0.5))."""
        passage_count = max((len(reading.group.counts) for reading in leaf.field_scores), default=0)
        return log2((len(self._index.passages()) + 1.0) / (passage_count + 0.5))

    def worth(self, reading: FieldScore, *, article: bool = False) -> TermFormula:
        """Return the score formula of a reading, without its weight, for passages or articles."""
        group, field = reading.group, reading.field
        formula = self._formulas.get((group, field, article))
        if formula is None:
            average = self._index.average(field)
            if article:
                average *= len(self._index.passages()) / max(self._index.articles(), 1)
            formula = self._formulas[group, field, article] = inexpb2(
                passages=len(self._index.passages()),
                average=average,
                document_frequency=len(group.counts),
                count=sum(group.counts.values()),
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

    def _bare_term(self, text: str, forms: WordForms, region: Region) -> QueryTerm:
        if forms.note:
            self._note(forms.note)
        stemmed = FormOccurrences(self._index, forms.stemmed, region)
        unstemmed = FormOccurrences(self._index, forms.unstemmed, region)
        return QueryTerm(
            text,
            (
                FieldScore(stemmed, "stems", 1.0, "word"),
                FieldScore(unstemmed, "words", UNSTEMMED_WEIGHT, "word"),
            ),
        )

    def _single_term(
        self, why: str, text: str, written: Sequence[TermForm], region: Region
    ) -> QueryTerm:
        occurrences = FormOccurrences(self._index, written, region)
        return QueryTerm(text, (FieldScore(occurrences, "words", BOTH_FIELDS, why),))

    def _match_facts(self, written: Iterable[TermForm]) -> Scores:
        runs = FormOccurrences(self._index, tuple(written), ANYWHERE).counts
        return dict.fromkeys(self._index.passages_of_runs(runs), 0.0)

    def _matching(
        self, written: str, field: FieldName = "words", prefix: str = ""
    ) -> tuple[TermForm, ...]:
        folded = wildcards.fold_pattern(written)
        begin = prefix + wildcards.literal_prefix(folded)
        forms = [
            TermForm(field, (term,), 1)
            for term in self._terms(field, begin)
            if not term.startswith("=") and wildcards.matches(folded, term[len(prefix) :])
        ]
        if len(forms) > wildcards.MAX_TERMS:
            self._note(
                f"{written} matches {len(forms):,} words: "
                f"only the first {wildcards.MAX_TERMS:,} were searched for"
            )
        return tuple(forms[: wildcards.MAX_TERMS])

    def _globbed(self, pattern: str) -> Iterator[TermForm]:
        """Yield the form of each file whose whole path matches a pattern."""
        fits = wildcards.glob(as_text(pattern))
        for term in self._terms("facts", "file:"):
            if fits(term.removeprefix("file:")):
                yield TermForm("facts", (term,), 1)

    def _terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        """Yield the terms with a prefix until the time is over, because there may be millions."""
        for n, term in enumerate(self._index.terms(field, prefix), 1):
            if n % _TERMS_BETWEEN_CHECKS == 0 and self._is_overdue():
                return
            yield term

    def _similar(
        self, text: str, distance: int, field: FieldName = "words", prefix: str = ""
    ) -> tuple[TermForm, ...]:
        terms = (term[len(prefix) :] for term in self._terms(field, prefix))
        close = sorted(wildcards.terms_within(fold(text), terms, distance))
        return tuple(
            TermForm(field, (prefix + term,), 1) for _, term in islice(close, wildcards.MAX_TERMS)
        )


def _in_both_fields(group: TermGroup, weight: float, why: str) -> tuple[FieldScore, ...]:
    """Return the readings of a group in both fields, like those of a bare word."""
    return (
        FieldScore(group, "stems", weight, why),
        FieldScore(group, "words", weight * UNSTEMMED_WEIGHT, why),
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
