"""The engine in memory, the reference that tests compare with."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.fields import (
    HEADING,
    FieldName,
    InvertedField,
    by_language,
    count_own,
    decode,
    invert,
    starts_in_text,
    weight,
)
from corpus_cli.engines.index_snapshot import IndexSnapshot
from corpus_cli.engines.mentions import mention_finder
from corpus_cli.engines.port import (
    ArticleContent,
    Change,
    ChangeLog,
    Engine,
    Lag,
    Writer,
    measure_lag,
)
from corpus_cli.engines.postings import NO_POSTINGS, Postings, places
from corpus_cli.engines.scoring import LENGTHS, length_code, total_length
from corpus_cli.engines.term_forms import TermForm
from corpus_cli.model import article_of
from corpus_cli.model.name_table import NO_NAMES, NameTable
from corpus_cli.system.overriding import override


class _MemoryPassage(NamedTuple):
    id: str
    stems: InvertedField
    words: InvertedField
    facts: InvertedField
    names: InvertedField


class MemoryEngine(Engine):
    """An engine whose postings are in memory only."""

    def __init__(self) -> None:
        self._articles: dict[str, list[_MemoryPassage]] = {}
        self._index = _MemoryIndex([])
        self._names = NO_NAMES
        self._upto = 0

    @contextmanager
    @override
    def snapshot(self) -> Iterator[IndexSnapshot]:
        names = self._names
        yield IndexSnapshot(self._index, self._upto, names.digest, lambda: names)

    @override
    def lag(self, log: ChangeLog, *, verify: bool = False) -> Lag:
        return measure_lag(self._upto, log)

    @override
    def lacking(self, log: ChangeLog) -> Iterable[Change]:
        return log.changes(self._upto)

    @override
    def is_empty(self) -> bool:
        return not self._upto

    @contextmanager
    @override
    def writer(
        self,
        upto: int,
        *,
        fresh: bool = False,
        names: NameTable | None = None,
        is_last: bool = True,
    ) -> "Iterator[_MemoryWriter]":
        base_names = NO_NAMES if fresh else self._names
        names = base_names if names is None else names
        writer = _MemoryWriter({} if fresh else dict(self._articles), names)
        yield writer
        if names != base_names:
            writer.update_old_articles()
        self._names = names
        self._upto = upto
        self._articles = writer.articles
        self._index = _MemoryIndex(
            [entry for entries in self._articles.values() for entry in entries]
        )

    @override
    def names_digest(self) -> str:
        return self._names.digest

    @override
    def tidy(self) -> None:
        """Do nothing, because no file is left behind."""

    @override
    def close(self) -> None:
        """Do nothing, because no file is open."""


@dataclass
class _MemoryWriter(Writer):
    articles: dict[str, list[_MemoryPassage]]
    names: NameTable
    old_articles: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.old_articles = set(self.articles)

    @override
    def fill(self, articles: Iterable[ArticleContent], jobs: int) -> None:
        for passages, facts in articles:
            if not passages:
                continue
            article = passages[0].article
            self.old_articles.discard(article)
            facts_by_language = by_language(facts, passages)
            inverted = [invert(passage) for passage in passages]
            names = mention_finder(self.names).invert(
                article, [one.positions_by_word for one in inverted]
            )
            self.articles[article] = [
                _MemoryPassage(
                    passage.id,
                    one.stems,
                    one.words,
                    facts_by_language[passage.language],
                    InvertedField(postings, length_code(0)),
                )
                for passage, one, postings in zip(passages, inverted, names, strict=True)
            ]

    @override
    def remove(self, article: str) -> None:
        self.articles.pop(article, None)
        self.old_articles.discard(article)

    def update_old_articles(self) -> None:
        """Find the mentions of the names in the articles that were there before."""
        finder = mention_finder(self.names)
        for article in self.old_articles:
            entries = self.articles[article]
            positions = (
                {term: decode(value) for term, (_, value) in entry.words.postings.items()}
                for entry in entries
            )
            names = finder.invert(article, [*positions])
            self.articles[article] = [
                entry._replace(names=InvertedField(postings, length_code(0)))
                for entry, postings in zip(entries, names, strict=True)
            ]


class _MemoryChunk:
    """All postings of a term, as one chunk."""

    def __init__(self, values: Mapping[int, bytes]) -> None:
        self._values = values
        self.numbers = list(values)
        self.first, self.count = self.numbers[0], len(values)

    @cached_property
    def weights(self) -> Sequence[int]:
        return [int(weight(decode(value))) for value in self._values.values()]

    def own(self) -> dict[int, int]:
        counts = {n: bisect_left(decode(value), HEADING) for n, value in self._values.items()}
        return {n: count for n, count in counts.items() if count}

    def count_own(self) -> int:
        return sum(self.own().values())

    def first_bytes(self) -> Iterable[int]:
        return (value[0] for value in self._values.values())

    def value(self, number: int) -> bytes:
        return self._values.get(number, b"")

    def values(self) -> Iterator[bytes]:
        return iter(self._values.values())


class _MemoryIndex:
    """The passages and the positions of each term.

    A writer builds it, because that would take too long during a search.
    """

    def __init__(self, entries: Sequence[_MemoryPassage]) -> None:
        self._entries = entries
        self._values: dict[FieldName, defaultdict[str, dict[int, bytes]]] = {
            "stems": defaultdict(dict),
            "words": defaultdict(dict),
            "facts": defaultdict(dict),
            "names": defaultdict(dict),
        }
        for passage, entry in enumerate(entries):
            for name, table in self._values.items():
                for term, (_, value) in getattr(entry, name).postings.items():
                    table[term][passage] = value

    @cached_property
    def _sorted(self) -> dict[FieldName, list[str]]:
        return {name: sorted(table) for name, table in self._values.items()}

    def postings(self, field: FieldName, term: str) -> Postings:
        values = self._values[field].get(term)
        return Postings((_MemoryChunk(values),)) if values else NO_POSTINGS

    def places(self, form: TermForm) -> Mapping[int, Sequence[int]]:
        return places(self, form)

    def has(self, field: FieldName, term: str) -> bool:
        return term in self._values[field]

    def frequency(self, field: FieldName, term: str) -> int:
        return len(self.postings(field, term).passages)

    document_frequency = frequency

    def tally(self, field: FieldName, term: str) -> tuple[int, float]:
        postings = self.postings(field, term)
        return len(postings.passages), sum(postings.counts)

    def terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        terms = self._sorted[field]
        for at in range(bisect_left(terms, prefix), len(terms)):
            if not terms[at].startswith(prefix):
                break
            yield terms[at]

    def postings_by_term(self, field: FieldName, prefix: str) -> Iterator[tuple[str, Postings]]:
        return ((term, self.postings(field, term)) for term in self.terms(field, prefix))

    def own_frequencies(self, _clock: Clock) -> tuple[Mapping[str, int], bool]:
        counts: Counter[str] = Counter()
        for entry in self._entries:
            for term, (_, value) in entry.words.postings.items():
                counts[term] += count_own(value)
        return counts, False

    def passages(self) -> Sequence[int]:
        return range(len(self._entries))

    def passages_of_runs(self, runs: Iterable[int]) -> Iterator[int]:
        return iter(runs)

    @cached_property
    def _mates(self) -> Mapping[str, Sequence[int]]:
        numbers_by_article: defaultdict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            numbers_by_article[article_of(entry.id)].append(number)
        return numbers_by_article

    @cached_property
    def _names(self) -> Sequence[str]:
        return list(self._mates)

    def articles(self) -> int:
        return len(self._mates)

    @cached_property
    def _owners(self) -> Mapping[int, int]:
        return {
            passage: n for n, passages in enumerate(self._mates.values()) for passage in passages
        }

    def owner(self, passage: int) -> int:
        return self._owners[passage]

    def owners(self, passages: Collection[int]) -> Iterable[int]:
        return map(self.owner, passages)

    def article(self, owner: int) -> str:
        return self._names[owner]

    def mates(self, passage: int) -> Sequence[int]:
        return self._mates[article_of(self.id(passage))]

    @cached_property
    def _averages(self) -> dict[FieldName, float]:
        count = len(self._entries)
        return {name: total_length(codes) / count for name, codes in self._codes.items()}

    def average(self, field: FieldName) -> float:
        return self._averages[field]

    @cached_property
    def _codes(self) -> dict[FieldName, bytes]:
        return {
            name: bytes(getattr(entry, name).length_code for entry in self._entries)
            for name in self._values
        }

    def codes(self, field: FieldName) -> bytes:
        return self._codes[field]

    def length(self, field: FieldName) -> Callable[[int], int]:
        codes = self.codes(field)
        return lambda passage: LENGTHS[codes[passage]]

    def id(self, passage: int) -> str:
        return self._entries[passage].id

    def name_terms(self, passage: int) -> Sequence[str]:
        first_positions = {
            term: decode(value)[0]
            for term, (_, value) in self._entries[passage].names.postings.items()
            if starts_in_text(value)
        }
        return sorted(first_positions, key=lambda term: (first_positions[term], term))

    def names_by_passage(self) -> Iterator[tuple[str, Sequence[str]]]:
        for number, entry in enumerate(self._entries):
            yield entry.id, self.name_terms(number)

    def names_by_article(self) -> Iterator[tuple[int, Sequence[str], Sequence[int]]]:
        for owner, passages in enumerate(self._mates.values()):
            counts = [
                (term, bisect_left(decode(value), HEADING))
                for passage in passages
                for term, (_, value) in self._entries[passage].names.postings.items()
                if starts_in_text(value)
            ]
            yield owner, [term for term, _ in counts], [count for _, count in counts]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {entry.id: number for number, entry in enumerate(self._entries)}

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        return frozenset(self._numbers[name] for name in ids if name in self._numbers)
