"""The contract of an engine."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.fields import Facts
from corpus_cli.engines.plan import Plan, Vocabulary
from corpus_cli.engines.scoring import TermFormula
from corpus_cli.model import Expansion, Header, Match, Passage, host
from corpus_cli.model.name_table import NameTable
from corpus_cli.query.nodes import Mention


class MatchCounts(NamedTuple):
    """The number of matches, and notes; a passage that matches only a suggestion is not counted."""

    total: int
    expanded: tuple[Expansion, ...] = ()
    notes: tuple[str, ...] = ()
    partial: bool = False


class WordCounts(NamedTuple):
    """How often texts contain each word.

    `has_removed` says that removed texts are counted too, because the time ended before they could
    be left out.
    """

    by_word: Mapping[str, int]
    has_removed: bool = False


class OrderedCandidates(Protocol):
    """Matching passages in an order."""

    def ranked(self) -> Iterator[tuple[str, float]]:
        """Yield passages with their scores, best first, ties by id; suggested ones are included."""

    def articles(self) -> Iterable[str]:
        """Return the articles, best first, without those that match only a suggestion."""

    def match(self, passage: str) -> Match | None:
        """Return what matched in a passage, or None if it does not match."""


class Candidates(OrderedCandidates, Protocol):
    """All passages of a snapshot that match a plan.

    `counts` has the number of matches, and notes. There may be too many matches to list them all.
    """

    counts: MatchCounts

    def count_articles(self) -> int:
        """Return the number of articles, without those that match only a suggestion."""

    def count_by_article(self) -> Mapping[str, int]:
        """Return how many passages of each article match; suggestions are not counted."""

    def count_names(self) -> Mapping[str, tuple[int, int]]:
        """Return how many of these passages and their articles mention each name, by its key.

        Only indexed mentions in the texts are counted; the key of passages without any is empty.
        """

    def passages_by_article(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield each of these articles with its passages, best article first."""

    def relevant(self) -> "Candidates":
        """Return those worth reading in an order that is not by score.

        These have enough of the bare words of the query, if the words decide what matches.
        """

    def worth(self, stem: str) -> TermFormula | None:
        """Return the score formula of a stem; None if fewer than two passages contain it."""


class Lag(NamedTuple):
    """What an index lacks of the store.

    `changes` is the number of changes that it lacks; if it `is_ahead`, it has changes that the
    store lacks; if it `must_be_rebuilt`, its content is of no use.
    """

    changes: int
    is_ahead: bool
    must_be_rebuilt: bool


class Snapshot(Vocabulary, Protocol):
    """One moment of an index: no commit changes what it answers."""

    def match(self, plan: Plan, clock: Clock) -> Candidates:
        """Return the passages that match a plan, ranked.

        If the time ends, the answer is what matched until then, marked `partial`.
        """

    def mentions(self, mention: Mention) -> Mapping[str, int]:
        """Return how often each passage's own text mentions a name, by passage id."""

    def mention_counts(
        self, keys: Collection[str] | None = None
    ) -> Mapping[str, Mapping[str, int]]:
        """Return how often the texts of each article mention each name, by key of the name.

        Only indexed mentions are counted, without those in titles and headings; `keys` of None
        means all names.
        """

    def names_of(self, passages: Iterable[str] | None) -> Mapping[str, Sequence[str]]:
        """Return the keys of the names that the text of each passage mentions, by position.

        Only indexed mentions are read; a passage that is not indexed is left out. `passages` of
        None means all.
        """

    def word_counts(self, clock: Clock) -> WordCounts:
        """Return how often the texts of all passages contain each word.

        Words are those of `words`; titles and headings are not counted.
        """

    def count_passages(self) -> int:
        """Return the number of passages."""

    def names_digest(self) -> str:
        """Return the digest of the names whose mentions are indexed."""

    def names(self) -> NameTable:
        """Return the names whose mentions are indexed."""

    def lag(self, log: "ChangeLog") -> Lag:
        """Return what this moment of the index lacks of the store."""


class Change(Protocol):
    """A change of the store to one article, which is `live` unless it was removed."""

    @property
    def article(self) -> str:
        """The id of the article."""

    @property
    def live(self) -> bool:
        """Whether the article is still there."""


class ChangeLog(Protocol):
    """The numbered changes of a store."""

    def last_change(self) -> int:
        """Return the number of the last change."""

    def count_changes(self, after: int) -> int:
        """Return how many articles have a later change."""

    def changes(self, after: int) -> Iterable[Change]:
        """Return the articles with a later change, each once."""


ArticleContent = tuple[Sequence[Passage], Facts]
"""The passages of an article, and the metadata to filter it by."""


class Writer(Protocol):
    """A transaction: all of its changes apply if the context closes without an error, else none."""

    def fill(self, articles: Iterable[ArticleContent], jobs: int) -> None:
        """Add all passages of some articles, each of which the index does not have.

        `jobs` parts of them are inverted at a time, and no more are read ahead. The language of a
        passage, if it has one, overrides that of the article.
        """

    def remove(self, article: str) -> None:
        """Remove every passage of an article; an unknown article is no error."""


class Engine(Protocol):
    """An index that finds and ranks passages by tokens and positions, without their texts."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Open the index as it is now.

        Raises `CorpusDamaged` if it cannot be read back, even if that shows only later.
        """

    def lag(self, log: ChangeLog, *, verify: bool = False) -> Lag:
        """Return what the index lacks of the store.

        With `verify`, every byte of the index is read and checked.
        """

    def lacking(self, log: ChangeLog) -> Iterable[Change]:
        """Return the changes of the store that the index lacks; all if it must be rebuilt."""

    def writer(
        self,
        upto: int,
        *,
        fresh: bool = False,
        names: NameTable | None = None,
        is_last: bool = True,
    ) -> AbstractContextManager[Writer]:
        """Return a transaction, after which the index has all changes of the store up to `upto`.

        A `fresh` one starts with an empty index and replaces the previous one. Mentions of
        `names` are indexed, in all articles; None means the names that the index was made with.
        One that is not the last of an ingest may leave work to it that only makes searches faster.
        """

    def names_digest(self) -> str:
        """Return the digest of the names whose mentions are indexed; empty if it is damaged."""

    def tidy(self) -> None:
        """Remove the files that a killed writer left behind."""

    def is_empty(self) -> bool:
        """Return whether the index has never had an article, or cannot be read back."""

    def close(self) -> None:
        """Release files and memory."""


def measure_lag(upto: int, log: ChangeLog) -> Lag:
    """Return the lag of an index with all changes up to a number; 0 if it must be rebuilt."""
    last = log.last_change()
    is_ahead, is_missing = upto > last, last > upto == 0
    return Lag(log.count_changes(upto), is_ahead, must_be_rebuilt=is_ahead or is_missing)


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
        "modified": (header.modified,) if header.modified else (),
    }
