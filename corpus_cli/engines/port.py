"""What an engine promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, TypeVar

from corpus_cli.engines.scoring import TermFormula
from corpus_cli.model import Expansion, Header, Match, Passage, host
from corpus_cli.query.nodes import Bag, Exact, Mention

_T = TypeVar("_T")

DEADLINE = 5.0
"""Seconds after which a search answers with the best so far, and says so."""

Facts = Mapping[str, tuple[str, ...]]
"""Metadata a query may ask for: author, source, tag, lang, path, file, date → its values.

`path` is read as words, `file` holds the same paths whole.
"""

Verified = Mapping[Exact, frozenset[str]]
"""For each `exact:` of a query the ids of the passages whose characters were compared."""


class MatchCounts(NamedTuple):
    """How many passages matched, what only a suggestion found not counted."""

    total: int
    expanded: tuple[Expansion, ...] = ()
    notes: tuple[str, ...] = ()
    partial: bool = False


class OrderedCandidates(Protocol):
    """What matches in an order."""

    def ranked(self) -> Iterator[tuple[str, float]]:
        """Passages with their scores, the best first, ties by id; the suggested among them."""

    def articles(self) -> Sequence[str]:
        """The articles they stand in, the best first, but for what only a suggestion found."""

    def match(self, passage: str) -> Match | None:
        """What matched in a passage; None where nothing did."""


class Candidates(OrderedCandidates, Protocol):
    """All that matches, while the index is open."""

    def grouped(self) -> Candidates:
        """The same, where each passage stands for its article: the whole of it counts as well."""

    def worth(self, stem: str) -> TermFormula | None:
        """What a stem would be worth as a word of the query; None where it is in one passage."""


Chosen_co = TypeVar("Chosen_co", covariant=True)


class Selector(Protocol[Chosen_co]):
    """Picks from what matches; it may be asked again when the index was written meanwhile."""

    def __call__(self, candidates: Candidates, /) -> Chosen_co:
        """What is wanted of them."""


ReadArticle = Callable[[str], tuple[Sequence[Passage], Facts]]
"""The passages of an article by its id, with the metadata it can be filtered by."""


class Writer(Protocol):
    """Takes changes; all of them land when the context closes without an error, or none."""

    def fill(self, articles: Sequence[str], read: ReadArticle, jobs: int) -> None:
        """Add all passages of some articles, `jobs` parts of them at a time.

        A passage whose language is known has that, and not the article's.
        """

    def remove(self, article: str) -> None:
        """Take every passage of an article out; an unknown one is no error."""


class Engine(Protocol):
    """Finds and ranks passages by their words; it knows tokens and positions, not texts."""

    def search(
        self, query: Bag, choose: Selector[_T], verified: Verified, seconds: float = 0.0
    ) -> tuple[MatchCounts, _T]:
        """What matches a query, and what was chosen of it.

        After so many seconds the answer is what was found by then, marked `partial`; 0 waits.
        So it is where an `exact:` of the query is not among the verified.
        """

    def mentions(self, node: Mention) -> Mapping[str, int]:
        """How often a name is meant, by the id of each passage whose own text means it."""

    def writer(self, upto: int, *, fresh: bool = False) -> AbstractContextManager[Writer]:
        """One transaction: with it the engine holds every change of the store up to `upto`.

        A `fresh` one starts from nothing and replaces all there was.
        """

    def tidy(self) -> None:
        """Remove what a writer left behind that was killed."""

    def upto(self, *, verify: bool = False) -> int:
        """The last change of the store that it holds; 0 where it has to start anew.

        With `verify` every byte is read to find that out.
        """

    def terms(self, prefix: str) -> Iterator[str]:
        """Words as written in the texts, folded, in order."""

    def frequency(self, term: str) -> int:
        """In how many passages such a word stands."""

    def close(self) -> None:
        """Let go of files and memory."""


def article_facts(header: Header, base: str) -> Facts:
    """What a query can filter an article by; `base` is left off its paths."""
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
