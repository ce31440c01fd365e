"""The leaves of a query: where each word stands, its worth."""

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
"""What Afghan counts for who asks for Afghanistan, as a part of one, and the other way round."""

STRAY_WEIGHT = 0.1
"""What the typed form counts as part of a longer name."""

BOTH_FIELDS = 1.0 + UNSTEMMED_WEIGHT
"""What a reading counts that stands for the stemmed and the unstemmed field at once."""


_TERMS_BETWEEN_CHECKS = 1_000
"""Terms of the index that are compared between two looks at the clock."""


class Scope(NamedTuple):
    """Where a node is looked for: a region of the text, or a field of the metadata."""

    region: Region = OWN
    prefix: str = ""


class FieldScore(NamedTuple):
    """One way to read a leaf: scored in its own field with its own weight.

    `reason` is what its marks say. Without a weight it only marks.
    """

    group: TermGroup
    field: FieldName
    weight: float
    reason: str


class QueryTerm(NamedTuple):
    """One word, name, quotation or pattern of a query, with all that matches it.

    `text` is as it was typed; a passage without it is incomplete if `is_required`. It adds to
    the score only of passages in all of `branches`, for which the rest of its branch holds.
    """

    text: str
    field_scores: tuple[FieldScore, ...]
    is_required: bool = True
    branches: tuple[Container[int], ...] = ()

    def occurs_in(self, passage: int) -> bool:
        """Whether any reading of it stands in a passage."""
        return any(passage in reading.group.counts for reading in self.field_scores)

    def starts(self, passage: int) -> Starts:
        """Where it stands in a passage, by any of its readings."""
        starts: dict[int, int] = {}
        # A name is one group in both of its fields.
        for group in {id(reading.group): reading.group for reading in self.field_scores}.values():
            starts.update(group.starts(passage))
        return starts

    def marks(self, passage: int) -> Iterator[Mark]:
        """The same, each with its reason."""
        for reading in self.field_scores:
            for start, span in reading.group.starts(passage).items():
                yield Mark(start, span, reading.reason, self.text)

    def passages(self) -> set[int]:
        """Every passage it stands in."""
        return set().union(*(reading.group.counts for reading in self.field_scores))

    def with_reason(self, why: str) -> QueryTerm:
        """The same leaf with another reason for all of its marks."""
        return self._replace(
            field_scores=tuple(one._replace(reason=why) for one in self.field_scores)
        )

    def with_weight(self, factor: float) -> QueryTerm:
        """The same leaf with another weight."""
        return self._replace(
            field_scores=tuple(
                one._replace(weight=factor * one.weight) for one in self.field_scores
            )
        )


class NameWithAdjectives:
    """What means a name, and what only points to it, as one term."""

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
    """Places where words stand near each other; the words themselves carry the marks."""

    def __init__(self, counts: Mapping[int, float]) -> None:
        self.counts = counts

    def body(self, passage: int) -> float:
        return self.counts.get(passage, 0.0)

    def title(self, passage: int) -> float:
        return 0.0

    def starts(self, passage: int) -> Starts:
        return {}


class QueryTerms:
    """Reads the leaves of a query against one index; notes what the user has to know."""

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
        """A leaf in the words of the texts; `joined` are longer ones that hold a word."""
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
        """A name in all of its forms as one term, in which what only points to it counts less."""
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
        """Two words side by side as one, where the corpus knows it."""
        return term_forms.joined_pair(left.text, right.text, self._index.has)

    def match_fact(self, node: Word | Quoted | Wild | Fuzzy, prefix: str) -> Scores:
        """The passages whose article has such a metadata value; they earn no score by it."""
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
        """The passages of articles published in a range."""
        low, high = f"date:{dates.low}", f"date:{dates.high}"
        return self._match_facts(
            TermForm("facts", (term,), 1)
            for term in self._terms("facts", "date:")
            if low <= term and (not dates.high or term[: len(high)] <= high)
        )

    def scores(self, leaf: QueryTerm) -> Scores:
        """What each passage earns by a leaf: the sum over its readings."""
        return sum_scores(
            self._score_field(reading) for reading in leaf.field_scores if reading.weight
        )

    def parts(self, leaf: QueryTerm, passage: int) -> Iterator[Part]:
        """The same for one passage, reading by reading."""
        for reading in leaf.field_scores if all(passage in one for one in leaf.branches) else ():
            count = reading.group.counts.get(passage, 0) if reading.weight else 0
            if count:
                length = self._index.length(reading.field)(passage)
                score = reading.weight * self.worth(reading)(count, length)
                yield Part(reading.reason, leaf.text, reading.field, score)

    def rarity_bits(self, leaf: QueryTerm) -> float:
        """How much it tells that a leaf stands somewhere: log2((N + 1) / (n + 0.5))."""
        passage_count = max((len(reading.group.counts) for reading in leaf.field_scores), default=0)
        return log2((len(self._index.passages()) + 1.0) / (passage_count + 0.5))

    def worth(self, reading: FieldScore, *, article: bool = False) -> TermFormula:
        """The formula of a reading, before its weight: for a passage, or for a whole article."""
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
        """InExpB2 of a group of forms as one term, times its weight."""
        counts = reading.group.counts
        if not counts:
            return {}
        table = ScoreTable(self.worth(reading), reading.weight)
        # Nothing here is done by Python posting by posting: a common word has very many.
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
                f"{written} stands for {len(forms):,} words: "
                f"only the first {wildcards.MAX_TERMS:,} were looked for"
            )
        return tuple(forms[: wildcards.MAX_TERMS])

    def _globbed(self, pattern: str) -> Iterator[TermForm]:
        """The files whose whole path a pattern fits."""
        fits = wildcards.glob(as_text(pattern))
        for term in self._terms("facts", "file:"):
            if fits(term.removeprefix("file:")):
                yield TermForm("facts", (term,), 1)

    def _terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        """The terms that begin so, until the time is over: there may be millions."""
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
    """A group read in both fields, as the words beside it in the query are."""
    return (
        FieldScore(group, "stems", weight, why),
        FieldScore(group, "words", weight * UNSTEMMED_WEIGHT, why),
    )


def sum_scores(parts: Iterable[Scores]) -> Scores:
    """The sum of several scores, passage by passage."""
    summed: Scores = {}
    for part in parts:
        if not summed:
            summed = dict(part)
            continue
        get = summed.get
        for passage, score in part.items():
            summed[passage] = get(passage, 0.0) + score
    return summed
