"""One moment of an index that is read through its postings."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from corpus_cli.engines import matching, wildcards
from corpus_cli.engines.candidates import RankedCandidates
from corpus_cli.engines.clock import Clock
from corpus_cli.engines.indexed_mentions import mention_counts, names_by_passage
from corpus_cli.engines.plan import Plan
from corpus_cli.engines.port import ChangeLog, Lag, Snapshot, WordCounts, measure_lag
from corpus_cli.engines.postings import Index
from corpus_cli.model.name_table import NameTable
from corpus_cli.query.nodes import Mention
from corpus_cli.system.overriding import override


class IndexSnapshot(Snapshot):
    """An index that has all changes of the store up to `upto`.

    `names_digest` is that of the names whose mentions it has, and `read_names` reads these.
    """

    def __init__(
        self, index: Index, upto: int, names_digest: str, read_names: Callable[[], NameTable]
    ) -> None:
        self._index = index
        self._upto = upto
        self._names_digest = names_digest
        self._read_names = read_names

    @override
    def match(self, plan: Plan, clock: Clock) -> RankedCandidates:
        return matching.match(self._index, plan, clock)

    @override
    def mentions(self, mention: Mention) -> Mapping[str, int]:
        return matching.mentions(self._index, mention)

    @override
    def mention_counts(
        self, keys: Collection[str] | None = None
    ) -> Mapping[str, Mapping[str, int]]:
        return mention_counts(self._index, keys)

    @override
    def names_of(self, passages: Iterable[str] | None) -> Mapping[str, Sequence[str]]:
        return names_by_passage(self._index, passages)

    @override
    def word_counts(self, clock: Clock) -> WordCounts:
        counts, has_removed = self._index.own_frequencies(clock)
        by_word = {
            word: count for word, count in counts.items() if count and not word.startswith("=")
        }
        return WordCounts(by_word, has_removed)

    @override
    def count_passages(self) -> int:
        return len(self._index.passages())

    @override
    def names_digest(self) -> str:
        return self._names_digest

    @override
    def names(self) -> NameTable:
        return self._read_names()

    @override
    def lag(self, log: ChangeLog) -> Lag:
        return measure_lag(self._upto, log)

    @override
    def frequencies(self, words: Sequence[str]) -> Sequence[int]:
        return [self._index.document_frequency("words", word) for word in words]

    @override
    def words(self, prefix: str) -> Iterator[str]:
        for word, postings in self._index.postings_by_term("words", prefix):
            if postings and not word.startswith("="):
                yield word

    @override
    def similar(
        self, word: str, edits: int, initials: Collection[str]
    ) -> Iterator[tuple[int, str]]:
        for initial in initials:
            yield from wildcards.terms_within(word, self._index.terms("words", initial), edits)
