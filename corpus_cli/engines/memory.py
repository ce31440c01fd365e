"""The exact reference, and the engine without an index."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeVar

from corpus_cli.engines import matching
from corpus_cli.engines.fields import FieldName, Inverted, by_language, invert
from corpus_cli.engines.occurrences import NOTHING, Postings
from corpus_cli.engines.port import DEADLINE, Choose, Facts, Found, Verified
from corpus_cli.model import Passage, article_of
from corpus_cli.query.nodes import Bag, Mention

_T = TypeVar("_T")


class _Entry(NamedTuple):
    id: str
    stems: Inverted
    words: Inverted
    facts: Inverted


class MemoryEngine:
    """Holds its postings in memory; nothing is kept."""

    def __init__(self) -> None:
        self._articles: dict[str, list[_Entry]] = {}
        self._index = _MemoryIndex([])
        self._upto = 0

    def search(
        self, query: Bag, choose: Choose[_T], verified: Verified, seconds: float = DEADLINE
    ) -> tuple[Found, _T]:
        """See `port.Engine`."""
        return matching.search(self._index, query, choose, verified, seconds)

    def mentions(self, node: Mention) -> Mapping[str, int]:
        """See `port.Engine`."""
        return matching.mentions(self._index, node)

    @contextmanager
    def writer(self, upto: int, *, fresh: bool = False) -> "Iterator[_MemoryWriter]":
        """See `port.Engine`."""
        writer = _MemoryWriter({} if fresh else dict(self._articles))
        yield writer
        self._upto = upto
        self._articles = writer.articles
        self._index = _MemoryIndex([entry for held in self._articles.values() for entry in held])

    def terms(self, prefix: str) -> Iterator[str]:
        """See `port.Engine`."""
        return (term for term in self._index.terms("words", prefix) if term[0] != "=")

    def frequency(self, term: str) -> int:
        """See `port.Engine`."""
        return len(self._index.postings("words", term).passages)

    def tidy(self) -> None:
        """See `port.Engine`."""

    def upto(self, *, verify: bool = False) -> int:
        """See `port.Engine`."""
        return self._upto

    def close(self) -> None:
        """See `port.Engine`."""


@dataclass
class _MemoryWriter:
    articles: dict[str, list[_Entry]] = field(default_factory=dict)

    def put(self, passages: Sequence[Passage], facts: Facts) -> None:
        known = by_language(facts, passages)
        for passage in passages:
            entry = _Entry(passage.id, *invert(passage), known[passage.language])
            self.articles.setdefault(passage.article, []).append(entry)

    def remove(self, article: str) -> None:
        self.articles.pop(article, None)


class _MemoryIndex:
    """What is held, inverted when the first question comes."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._entries = entries

    @cached_property
    def _postings(self) -> dict[FieldName, dict[str, Postings]]:
        found: dict[FieldName, defaultdict[str, list[tuple[int, float, bytes]]]] = {
            "stems": defaultdict(list),
            "words": defaultdict(list),
            "facts": defaultdict(list),
        }
        for passage, entry in enumerate(self._entries):
            for name, table in found.items():
                for posting in getattr(entry, name).postings:
                    table[posting.term].append((passage, float(posting.weight), posting.value))
        return {
            name: {term: Postings(*zip(*rows, strict=True)) for term, rows in table.items()}
            for name, table in found.items()
        }

    @cached_property
    def _sorted(self) -> dict[FieldName, list[str]]:
        return {name: sorted(table) for name, table in self._postings.items()}

    @cached_property
    def _lengths(self) -> dict[FieldName, list[int]]:
        return {
            name: [getattr(entry, name).length for entry in self._entries]
            for name in self._postings
        }

    def postings(self, field: FieldName, term: str) -> Postings:
        return self._postings[field].get(term, NOTHING)

    def has(self, field: FieldName, term: str) -> bool:
        return term in self._postings[field]

    def frequency(self, field: FieldName, term: str) -> int:
        return len(self.postings(field, term).passages)

    def tally(self, field: FieldName, term: str) -> tuple[int, float]:
        found = self.postings(field, term)
        return len(found.passages), sum(found.counts)

    def values(self, field: FieldName, term: str, passages: Sequence[int]) -> Mapping[int, bytes]:
        table = self.postings(field, term).table
        return {passage: table[passage] for passage in passages if passage in table}

    def terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        terms = self._sorted[field]
        for at in range(bisect_left(terms, prefix), len(terms)):
            if not terms[at].startswith(prefix):
                break
            yield terms[at]

    def passages(self) -> Sequence[int]:
        return range(len(self._entries))

    @cached_property
    def _mates(self) -> Mapping[str, Sequence[int]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            found[article_of(entry.id)].append(number)
        return found

    def articles(self) -> int:
        return len(self._mates)

    def mates(self, passage: int) -> Sequence[int]:
        return self._mates[article_of(self.id(passage))]

    @cached_property
    def _averages(self) -> dict[FieldName, float]:
        return {name: sum(lengths) / len(lengths) for name, lengths in self._lengths.items()}

    def average(self, field: FieldName) -> float:
        return self._averages[field]

    def length(self, field: FieldName) -> Callable[[int], int]:
        return self._lengths[field].__getitem__

    def id(self, passage: int) -> str:
        return self._entries[passage].id

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {entry.id: number for number, entry in enumerate(self._entries)}

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        return frozenset(self._numbers[name] for name in ids if name in self._numbers)
