"""The contract of an engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, TypeVar

from corpus_cli.engines.scoring import TermFormula
from corpus_cli.model import Expansion, Header, Match, Passage, host
from corpus_cli.model.name_table import NameTable
from corpus_cli.query.nodes import Bag, Exact, Mention

_T = TypeVar("_T")

DEADLINE = 5.0
"""Seconds after which a search returns the best passages so far, and says so."""

Facts = Mapping[str, tuple[str, ...]]
"""Metadata that a query can filter by: author, source, tag, lang, path, file, date → values.

`path` and `file` have the same values: `path` is indexed as words, `file` as whole paths.
"""

Verified = Mapping[Exact, frozenset[str]]
"""The ids of the passages that contain the characters of each `exact:` of a query."""


class MatchCounts(NamedTuple):
    """The number of matches, and notes; a passage that matches only a suggestion is not counted."""

    total: int
    expanded: tuple[Expansion, ...] = ()
    notes: tuple[str, ...] = ()
    partial: bool = False


class OrderedCandidates(Protocol):
    """Matching passages in an order."""

    def ranked(self) -> Iterator[tuple[str, float]]:
        """Yield passages with their scores, best first, ties by id; suggested ones are included."""

    def articles(self) -> Sequence[str]:
        """Return the articles, best first, without those that match only a suggestion."""

    def match(self, passage: str) -> Match | None:
        """Return what matched in a passage, or None if it does not match."""


class Candidates(OrderedCandidates, Protocol):
    """All matching passages, while the index is open."""

    def grouped(self) -> Candidates:
        """Return these passages, each with the score of its whole article added to its own."""

    def worth(self, stem: str) -> TermFormula | None:
        """Return the score formula of a stem; None if fewer than two passages contain it."""


Chosen_co = TypeVar("Chosen_co", covariant=True)


class Selector(Protocol[Chosen_co]):
    """A function that selects from the candidates; a call is repeated if the index changes."""

    def __call__(self, candidates: Candidates, /) -> Chosen_co:
        """Return the selection."""


ReadArticle = Callable[[str], tuple[Sequence[Passage], Facts]]
"""A function from an article's id to its passages and the metadata to filter it by."""


class Writer(Protocol):
    """A transaction: all of its changes apply if the context closes without an error, else none."""

    def fill(self, articles: Sequence[str], read: ReadArticle, jobs: int) -> None:
        """Add all passages of some articles, `jobs` parts of them at a time.

        The language of a passage, if it has one, overrides that of the article.
        """

    def remove(self, article: str) -> None:
        """Remove every passage of an article; an unknown article is no error."""

    def outdated_articles(self) -> Sequence[str]:
        """Return the articles whose indexed mentions may not be those of the writer's names.

        They are out of date until they are removed and filled in again.
        """


class Engine(Protocol):
    """An index that finds and ranks passages by tokens and positions, without their texts."""

    def search(
        self, query: Bag, choose: Selector[_T], verified: Verified, seconds: float = 0.0
    ) -> tuple[MatchCounts, _T]:
        """Return the counts of a query's matches, and what `choose` selects from them.

        After `seconds` (0: no limit) the answer is what matched until then, marked `partial`. It
        is also partial if an `exact:` of the query is missing from `verified`.
        """

    def mentions(self, node: Mention) -> Mapping[str, int]:
        """Return how often each passage's own text mentions a name, by passage id."""

    def mention_counts(
        self, keys: Collection[str] | None = None
    ) -> Mapping[str, Mapping[str, int]]:
        """Return how often the texts of each article mention each name, by key of the name.

        Only indexed mentions are counted, without those in titles and headings; `keys` of None
        means all names.
        """

    def names_of(self, passages: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Return the keys of the names that the text of each passage mentions, by position.

        Only indexed mentions are read; a passage that is not indexed is left out.
        """

    def writer(
        self, upto: int, *, fresh: bool = False, names: NameTable | None = None
    ) -> AbstractContextManager[Writer]:
        """Return a transaction, after which the index has all changes of the store up to `upto`.

        A `fresh` one starts with an empty index and replaces the previous one. Mentions of
        `names` are indexed; None means the names that the index was made with.
        """

    def names_digest(self) -> str:
        """Return the digest of the names whose mentions are indexed; empty if there are none."""

    def names(self) -> NameTable:
        """Return the names whose mentions are indexed."""

    def tidy(self) -> None:
        """Remove the files that a killed writer left behind."""

    def upto(self, *, verify: bool = False) -> int:
        """Return the last change of the store that the index has; 0 if it must be rebuilt.

        With `verify`, every byte of the index is read and checked.
        """

    def terms(self, prefix: str) -> Iterator[str]:
        """Yield the folded words of the texts that start with a prefix, in order."""

    def frequency(self, term: str) -> int:
        """Return how many passages contain a folded word."""

    def close(self) -> None:
        """Release files and memory."""


def article_facts(header: Header, base: str) -> Facts:
    """Return the metadata that a query can filter by; paths below `base` are relative to it."""
    paths = tuple(source.name.removeprefix(base) for source in header.sources)
    return {
        "author": header.authors,
        "source": (header.source, host(header.url), header.url),
        "tag": header.tags,
        "lang": (header.language,),
        "path": paths,
        "file": paths,
        "date": (header.published,) if header.published else (),
    }
