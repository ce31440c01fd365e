"""The leaves of a query: where each word stands, its worth."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from math import log2
from typing import NamedTuple, Protocol, assert_never

from corpus_cli.engines import term_forms, wildcards
from corpus_cli.engines.fields import ANYWHERE, OWN, FieldName, Region, as_text
from corpus_cli.engines.name_matches import Mentions
from corpus_cli.engines.postings import Index, Occurrences, Starts
from corpus_cli.engines.scoring import UNSTEMMED, Table, Worth, inexpb2
from corpus_cli.engines.term_forms import Form, Forms
from corpus_cli.model import Mark, Part
from corpus_cli.query.nodes import Dates, Fuzzy, Mention, Quoted, Wild, Word
from corpus_cli.text.normalise import fold

Scores = dict[int, float]

ADJECTIVE = 0.5
"""What Afghan counts for who asks for Afghanistan, as a part of one, and the other way round."""

STRAY = 0.1
"""What the typed form counts as part of a longer name."""

BOTH = 1.0 + UNSTEMMED
"""What a reading counts that stands for the stemmed and the unstemmed field at once."""


_BETWEEN = 1_000
"""Terms of the index that are compared between two looks at the clock."""


class Scope(NamedTuple):
    """Where a node is looked for: a region of the text, or a field of the metadata."""

    region: Region = OWN
    prefix: str = ""


class Group(Protocol):
    """Places that are scored and marked as one term."""

    @property
    def counts(self) -> Mapping[int, float]:
        """How often it counts in each passage."""

    def body(self, passage: int) -> float:
        """How often it counts in a passage but for the title."""

    def title(self, passage: int) -> float:
        """How often it counts in the title, which every passage of an article repeats."""

    def starts(self, passage: int) -> Starts:
        """Where it stands in one passage."""


class Reading(NamedTuple):
    """One way to read a leaf: scored in its own field with its own weight.

    `why` is what its marks say. Without a weight it only marks.
    """

    group: Group
    field: FieldName
    weight: float
    why: str


class Leaf(NamedTuple):
    """What one word, name, quotation or pattern of a query stands for.

    `text` is as it was typed; `asked` tells that a passage without it lacks something. It earns
    only in passages that are in all of `within`: those for which the rest of its branch holds.
    """

    text: str
    readings: tuple[Reading, ...]
    asked: bool = True
    within: tuple[Container[int], ...] = ()

    def stands_in(self, passage: int) -> bool:
        """Whether any reading of it stands in a passage."""
        return any(passage in reading.group.counts for reading in self.readings)

    def starts(self, passage: int) -> Starts:
        """Where it stands in a passage, by any of its readings."""
        found: dict[int, int] = {}
        # A name is one group in both of its fields.
        for group in {id(reading.group): reading.group for reading in self.readings}.values():
            found.update(group.starts(passage))
        return found

    def marks(self, passage: int) -> Iterator[Mark]:
        """The same, each with its reason."""
        for reading in self.readings:
            for start, span in reading.group.starts(passage).items():
                yield Mark(start, span, reading.why, self.text)

    def passages(self) -> set[int]:
        """Every passage it stands in."""
        return set().union(*(reading.group.counts for reading in self.readings))

    def because(self, why: str) -> Leaf:
        """The same leaf with another reason for all of its marks."""
        return self._replace(readings=tuple(one._replace(why=why) for one in self.readings))

    def times(self, factor: float) -> Leaf:
        """The same leaf with another weight."""
        return self._replace(
            readings=tuple(one._replace(weight=factor * one.weight) for one in self.readings)
        )


class Pointing:
    """What means a name, and what only points to it, as one term."""

    def __init__(self, meant: Group, pointing: Group) -> None:
        self._parts = ((meant, 1.0), (pointing, ADJECTIVE))

    @cached_property
    def counts(self) -> Mapping[int, float]:
        """See `Group`."""
        return total(
            {passage: weight * count for passage, count in group.counts.items()}
            for group, weight in self._parts
            if weight
        )

    def body(self, passage: int) -> float:
        """See `Group`."""
        return sum(weight * group.body(passage) for group, weight in self._parts)

    def title(self, passage: int) -> float:
        """See `Group`."""
        return sum(weight * group.title(passage) for group, weight in self._parts)

    def starts(self, passage: int) -> Starts:
        """See `Group`."""
        return {at: span for group, _ in self._parts for at, span in group.starts(passage).items()}


class Windows:
    """Places where words stand near each other; the words themselves carry the marks."""

    def __init__(self, counts: Mapping[int, float]) -> None:
        self.counts = counts

    def body(self, passage: int) -> float:
        """See `Group`."""
        return self.counts.get(passage, 0.0)

    def title(self, passage: int) -> float:
        """See `Group`."""
        return 0.0

    def starts(self, passage: int) -> Starts:
        """See `Group`."""
        return {}


class Leaves:
    """Reads the leaves of a query against one index; notes what the user has to know."""

    def __init__(
        self, index: Index, note: Callable[[str], None], overdue: Callable[[], bool]
    ) -> None:
        self._index = index
        self._note = note
        self._overdue = overdue
        self._worth: dict[tuple[Group, FieldName, bool], Worth] = {}
        self.found: dict[Mention, Mentions] = {}

    def written(
        self, node: Word | Quoted | Wild | Fuzzy, region: Region, joined: Sequence[Forms] = ()
    ) -> Leaf:
        """A leaf in the words of the texts; `joined` are longer ones that hold a word."""
        match node:
            case Word(text):
                found = term_forms.bare(text, self._index.has)
                return self._bare(text, term_forms.together(found, *joined), region)
            case Quoted(text):
                leaf = self._single("phrase", text, term_forms.quoted(text), region)
                return leaf._replace(asked=False)
            case Wild(pattern):
                return self._single(f"wild:{pattern}", pattern, self._matching(pattern), region)
            case Fuzzy(text, distance):
                return self._single(f"fuzzy:{text}", text, self._similar(text, distance), region)
            case _:
                assert_never(node)

    def mention(self, node: Mention, region: Region) -> Leaf:
        """A name in all of its forms as one term, in which what only points to it counts less."""
        found = Mentions(self._index, node, region)
        name, adjective = f"name:{node.name.canonical}", f"adjective:{node.name.canonical}"
        main, why, other, pointing = found.meant, name, found.adjectives, adjective
        if node.role == "adjective":
            main, why, other, pointing = other, pointing, main, why
        readings: tuple[Reading, ...] = ()
        group: Group = main
        if node.typed and region == ANYWHERE and other.counts:
            group = Pointing(main, other)
            readings = (Reading(other, "words", 0.0, pointing),)
        readings += _both(group, 1.0, why)
        if found.stray.counts:
            readings += _both(found.stray, STRAY, "word")
        self.found[node] = found
        text = " ".join(node.typed)
        return Leaf(text or node.name.canonical, readings, bool(text))

    def joined(self, left: Word, right: Word) -> Forms | None:
        """Two words side by side as one, where the corpus knows it."""
        return term_forms.pair(left.text, right.text, self._index.has)

    def fact(self, node: Word | Quoted | Wild | Fuzzy, prefix: str) -> Scores:
        """The passages whose article has such a metadata value; they earn no score by it."""
        match node:
            case Word(text) | Quoted(text):
                written: Iterable[Form] = term_forms.quoted(text, "facts", prefix)
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
            for term in self._terms("facts", "date:")
            if low <= term and (not dates.high or term[: len(high)] <= high)
        )

    def scores(self, leaf: Leaf) -> Scores:
        """What each passage earns by a leaf: the sum over its readings."""
        return total(self._earned(reading) for reading in leaf.readings if reading.weight)

    def parts(self, leaf: Leaf, passage: int) -> Iterator[Part]:
        """The same for one passage, reading by reading."""
        for reading in leaf.readings if all(passage in one for one in leaf.within) else ():
            count = reading.group.counts.get(passage, 0) if reading.weight else 0
            if count:
                length = self._index.length(reading.field)(passage)
                score = reading.weight * self.worth(reading)(count, length)
                yield Part(reading.why, leaf.text, reading.field, score)

    def told(self, leaf: Leaf) -> float:
        """How much it tells that a leaf stands somewhere: log2((N + 1) / (n + 0.5))."""
        found = max((len(reading.group.counts) for reading in leaf.readings), default=0)
        return log2((len(self._index.passages()) + 1.0) / (found + 0.5))

    def worth(self, reading: Reading, *, article: bool = False) -> Worth:
        """The formula of a reading, before its weight: for a passage, or for a whole article."""
        group, field = reading.group, reading.field
        known = self._worth.get((group, field, article))
        if known is None:
            average = self._index.average(field)
            if article:
                average *= len(self._index.passages()) / max(self._index.articles(), 1)
            known = self._worth[group, field, article] = inexpb2(
                passages=len(self._index.passages()),
                average=average,
                found=len(group.counts),
                count=sum(group.counts.values()),
            )
        return known

    def _earned(self, reading: Reading) -> Scores:
        """InExpB2 of a group of forms as one term, times its weight."""
        counts = reading.group.counts
        if not counts:
            return {}
        table = Table(self.worth(reading), reading.weight)
        # Nothing here is done by Python posting by posting: a common word has very many.
        codes = map(self._index.codes(reading.field).__getitem__, counts)
        earned = map(table.__getitem__, zip(counts.values(), codes, strict=True))
        return dict(zip(counts, earned, strict=True))

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

    def _single(self, why: str, text: str, written: Sequence[Form], region: Region) -> Leaf:
        found = Occurrences(self._index, written, region)
        return Leaf(text, (Reading(found, "words", BOTH, why),))

    def _facts(self, written: Iterable[Form]) -> Scores:
        runs = Occurrences(self._index, tuple(written), ANYWHERE).counts
        return dict.fromkeys(self._index.held(runs), 0.0)

    def _matching(
        self, written: str, field: FieldName = "words", prefix: str = ""
    ) -> tuple[Form, ...]:
        folded = wildcards.pattern(written)
        begin = prefix + wildcards.beginning(folded)
        found = [
            Form(field, (term,), 1)
            for term in self._terms(field, begin)
            if not term.startswith("=") and wildcards.matches(folded, term[len(prefix) :])
        ]
        if len(found) > wildcards.MOST:
            self._note(
                f"{written} stands for {len(found):,} words: "
                f"only the first {wildcards.MOST:,} were looked for"
            )
        return tuple(found[: wildcards.MOST])

    def _globbed(self, pattern: str) -> Iterator[Form]:
        """The files whose whole path a pattern fits."""
        fits = wildcards.glob(as_text(pattern))
        for term in self._terms("facts", "file:"):
            if fits(term.removeprefix("file:")):
                yield Form("facts", (term,), 1)

    def _terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        """The terms that begin so, until the time is over: there may be millions."""
        for n, term in enumerate(self._index.terms(field, prefix), 1):
            if n % _BETWEEN == 0 and self._overdue():
                return
            yield term

    def _similar(
        self, text: str, distance: int, field: FieldName = "words", prefix: str = ""
    ) -> tuple[Form, ...]:
        terms = (term[len(prefix) :] for term in self._terms(field, prefix))
        close = sorted(wildcards.close(fold(text), terms, distance))
        return tuple(Form(field, (prefix + term,), 1) for _, term in islice(close, wildcards.MOST))


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
