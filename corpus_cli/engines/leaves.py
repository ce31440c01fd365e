"""The leaves of a query: where each word stands, its worth."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, assert_never

from corpus_cli.engines import forms, vocabulary
from corpus_cli.engines.fields import ANYWHERE, OWN, FieldName, Region
from corpus_cli.engines.forms import Form, Forms
from corpus_cli.engines.mentions import Mentions
from corpus_cli.engines.occurrences import Index, Occurrences, Starts
from corpus_cli.engines.scoring import UNSTEMMED, inexpb2
from corpus_cli.model import Mark
from corpus_cli.query.nodes import Dates, Fuzzy, Mention, Quoted, Wild, Word
from corpus_cli.text.normalise import fold

Scores = dict[int, float]

ADJECTIVE = 0.5
"""What Afghan counts for who asks for Afghanistan, and the other way round."""

STRAY = 0.1
"""What the typed form counts as part of a longer name."""

BOTH = 1.0 + UNSTEMMED
"""What a reading counts that stands for the stemmed and the unstemmed field at once."""


class Scope(NamedTuple):
    """Where a node is looked for: a region of the text, or a field of the metadata."""

    region: Region = OWN
    prefix: str = ""


class Group(Protocol):
    """Places that are scored and marked as one term."""

    @property
    def counts(self) -> Mapping[int, float]:
        """How often it counts in each passage."""

    def starts(self, passage: int) -> Starts:
        """Where it stands in one passage."""


class Reading(NamedTuple):
    """One way to read a leaf: scored in its own field with its own weight.

    `why` is what its marks say.
    """

    group: Group
    field: FieldName
    weight: float
    why: str


class Leaf(NamedTuple):
    """What one word, name, quotation or pattern of a query stands for.

    `asked` is the word that a passage without it lacks, empty where nothing can be lacking.
    """

    asked: str
    readings: tuple[Reading, ...]

    def stands_in(self, passage: int) -> bool:
        """Whether any reading of it stands in a passage."""
        return any(passage in reading.group.counts for reading in self.readings)

    def starts(self, passage: int) -> Starts:
        """Where it stands in a passage, by any of its readings."""
        return {mark.position: mark.length for mark in self.marks(passage)}

    def marks(self, passage: int) -> Iterator[Mark]:
        """The same, each with its reason."""
        for reading in self.readings:
            for start, span in reading.group.starts(passage).items():
                yield Mark(start, span, reading.why)

    def passages(self) -> set[int]:
        """Every passage it stands in."""
        return set().union(*(reading.group.counts for reading in self.readings))

    def because(self, why: str) -> "Leaf":
        """The same leaf with another reason for all of its marks."""
        return self._replace(readings=tuple(one._replace(why=why) for one in self.readings))


class Leaves:
    """Reads the leaves of a query against one index; notes what the user has to know."""

    def __init__(self, index: Index, note: Callable[[str], None]) -> None:
        self._index = index
        self._note = note
        self.found: dict[Mention, Mentions] = {}

    def written(self, node: Word | Quoted | Wild | Fuzzy, region: Region) -> Leaf:
        """A leaf in the words of the texts."""
        match node:
            case Word(text):
                return self._bare(text, forms.bare(text, self._index.has), region)
            case Quoted(text):
                return self._single("phrase", "", forms.quoted(text), region)
            case Wild(pattern):
                return self._single(f"wild:{pattern}", pattern, self._matching(pattern), region)
            case Fuzzy(text, distance):
                return self._single(f"fuzzy:{text}", text, self._similar(text, distance), region)
            case _:
                assert_never(node)

    def mention(self, node: Mention, region: Region) -> Leaf:
        """A name in all of its forms; what only points to it where the words are ranked."""
        found = Mentions(self._index, node, region)
        name, adjective = f"name:{node.name.canonical}", f"adjective:{node.name.canonical}"
        readings = _both(found.meant, 1.0, name)
        if node.role == "adjective":
            readings = _both(found.adjectives, 1.0, adjective)
        if node.typed and region == ANYWHERE:
            pointing, why = found.adjectives, adjective
            if node.role == "adjective":
                pointing, why = found.meant, name
            if pointing.counts:
                readings += _both(pointing, ADJECTIVE, why)
        if found.stray.counts:
            readings += _both(found.stray, STRAY, "word")
        self.found[node] = found
        return Leaf(node.typed, readings)

    def pair(self, left: Word, right: Word, region: Region) -> Leaf | None:
        """Two words side by side that the corpus also writes as one."""
        joined = forms.pair(left.text, right.text, self._index.has)
        return joined and self._bare("", joined, region)

    def fact(self, node: Word | Quoted | Wild | Fuzzy, prefix: str) -> Scores:
        """The passages whose article has such a metadata value; they earn no score by it."""
        match node:
            case Word(text) | Quoted(text):
                written: Iterable[Form] = forms.quoted(text, "facts", prefix)
            case Wild(pattern) if prefix == "path:":
                written = self._globbed(pattern)
            case Wild(pattern):
                written = self._matching(pattern, "facts", prefix)
            case Fuzzy(text, distance):
                written = self._similar(text, distance, "facts", prefix)
            case _:
                assert_never(node)
        return self._facts(written)

    def dates(self, dates: Dates) -> Scores:
        """The passages of articles published in a range."""
        low, high = f"date:{dates.low}", f"date:{dates.high}"
        return self._facts(
            Form("facts", (term,), 1)
            for term in self._index.terms("facts", "date:")
            if low <= term and (not dates.high or term[: len(high)] <= high)
        )

    def scores(self, leaf: Leaf) -> Scores:
        """What each passage earns by a leaf: the sum over its readings."""
        return total(
            self.formula(reading.group.counts, reading.field, reading.weight)
            for reading in leaf.readings
        )

    def formula(self, counts: Mapping[int, float], field: FieldName, weight: float) -> Scores:
        """InExpB2 of a group of forms as one term, times its weight."""
        if not counts:
            return {}
        score = inexpb2(
            passages=len(self._index.passages()),
            average=self._index.average(field),
            found=len(counts),
            count=sum(counts.values()),
        )
        length = self._index.length(field)
        known: dict[tuple[float, int], float] = {}
        scores: Scores = {}
        for passage, count in counts.items():
            key = count, length(passage)
            if key not in known:
                known[key] = weight * score(*key)
            scores[passage] = known[key]
        return scores

    def _bare(self, text: str, found: Forms, region: Region) -> Leaf:
        if found.note:
            self._note(found.note)
        stemmed = Occurrences(self._index, found.stemmed, region)
        unstemmed = Occurrences(self._index, found.unstemmed, region)
        return Leaf(
            text,
            (
                Reading(stemmed, "stems", 1.0, "word"),
                Reading(unstemmed, "words", UNSTEMMED, "word"),
            ),
        )

    def _single(self, why: str, asked: str, written: Sequence[Form], region: Region) -> Leaf:
        found = Occurrences(self._index, written, region)
        return Leaf(asked, (Reading(found, "words", BOTH, why),))

    def _facts(self, written: Iterable[Form]) -> Scores:
        return dict.fromkeys(Occurrences(self._index, tuple(written), ANYWHERE).counts, 0.0)

    def _matching(
        self, written: str, field: FieldName = "words", prefix: str = ""
    ) -> tuple[Form, ...]:
        folded = vocabulary.pattern(written)
        begin = prefix + vocabulary.beginning(folded)
        found = [
            Form(field, (term,), 1)
            for term in self._index.terms(field, begin)
            if not term.startswith("=") and vocabulary.matches(folded, term[len(prefix) :])
        ]
        if len(found) > vocabulary.MOST:
            self._note(
                f"{written} stands for {len(found):,} words: "
                f"only the first {vocabulary.MOST:,} were looked for"
            )
        return tuple(found[: vocabulary.MOST])

    def _globbed(self, pattern: str) -> Iterator[Form]:
        """The files whose whole path a pattern fits."""
        fits = vocabulary.glob(pattern)
        for term in self._index.terms("facts", "file:"):
            if fits(term.removeprefix("file:")):
                yield Form("facts", (term,), 1)

    def _similar(
        self, text: str, distance: int, field: FieldName = "words", prefix: str = ""
    ) -> tuple[Form, ...]:
        terms = (term[len(prefix) :] for term in self._index.terms(field, prefix))
        close = sorted(vocabulary.close(fold(text), terms, distance))
        return tuple(Form(field, (prefix + term,), 1) for _, term in islice(close, vocabulary.MOST))


def _both(group: Group, weight: float, why: str) -> tuple[Reading, ...]:
    """A group read in both fields, as the words beside it in the query are."""
    return (
        Reading(group, "stems", weight, why),
        Reading(group, "words", weight * UNSTEMMED, why),
    )


def total(parts: Iterable[Scores]) -> Scores:
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
