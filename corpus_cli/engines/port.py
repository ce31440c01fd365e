"""What an engine promises."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from corpus_cli.model import Expansion, Header, Match, Passage, host
from corpus_cli.query.nodes import Bag, Exact, Mention

Facts = Mapping[str, tuple[str, ...]]
"""Metadata a query may ask for: author, source, tag, lang, path, date → its values."""

Verified = Mapping[Exact, frozenset[str]]
"""For each `exact:` of a query the ids of the passages whose characters were compared."""


@dataclass(frozen=True, slots=True)
class Found:
    """What matched: the best passages, how many in all, and in which articles (best first).

    What only a suggestion found is among the passages, and not counted.
    """

    matches: tuple[Match, ...]
    total: int
    articles: tuple[str, ...]
    expanded: tuple[Expansion, ...] = ()
    notes: tuple[str, ...] = ()
    partial: bool = False


class Writer(Protocol):
    """Takes changes; all of them land when the context closes without an error, or none."""

    def put(self, passages: Sequence[Passage], facts: Facts) -> None:
        """Add the passages of one article, with the metadata they can be filtered by.

        A passage whose language is known has that, and not the article's.
        """

    def remove(self, article: str) -> None:
        """Take every passage of an article out; an unknown one is no error."""


class Engine(Protocol):
    """Finds and ranks passages by their words; it knows tokens and positions, not texts."""

    def search(self, query: Bag, depth: int, verified: Verified) -> Found:
        """The `depth` best passages for a query, scores descending, ties by id."""

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


def facts(header: Header, base: str) -> Facts:
    """What a query can filter an article by; `base` is left off its paths."""
    return {
        "author": header.authors,
        "source": (header.source, host(header.url), header.url),
        "tag": header.tags,
        "lang": (header.language,),
        "path": tuple(source.name.removeprefix(base) for source in header.sources),
        "date": (header.published,) if header.published else (),
    }
