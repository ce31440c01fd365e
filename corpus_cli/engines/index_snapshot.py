"""One moment of an index that is read through its postings."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from corpus_cli.engines import matching, wildcards
from corpus_cli.engines.candidates import RankedCandidates
from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import Plan
from corpus_cli.engines.port import ChangeLog, Lag, Snapshot, measure_lag
from corpus_cli.engines.postings import Index
from corpus_cli.query.nodes import Mention
from corpus_cli.system.overriding import override


class IndexSnapshot(Snapshot):
    """An index that has all changes of the store up to `upto`."""

    def __init__(self, index: Index, upto: int) -> None:
        self._index = index
        self._upto = upto

    @override
    def match(self, plan: Plan, clock: Clock) -> RankedCandidates:
        return matching.match(self._index, plan, clock)

    @override
    def mentions(self, mention: Mention) -> Mapping[str, int]:
        return matching.mentions(self._index, mention)

    @override
    def lag(self, log: ChangeLog) -> Lag:
        return measure_lag(self._upto, log)

    @override
    def frequencies(self, words: Sequence[str]) -> Sequence[int]:
        return [self._index.document_frequency("words", word) for word in words]

    @override
    def words(self, prefix: str) -> Iterator[str]:
        for word in self._index.terms("words", prefix):
            if not word.startswith("=") and self._index.has("words", word):
                yield word

    @override
    def similar(
        self, word: str, edits: int, initials: Collection[str]
    ) -> Iterator[tuple[int, str]]:
        for initial in initials:
            yield from wildcards.terms_within(word, self._index.terms("words", initial), edits)
