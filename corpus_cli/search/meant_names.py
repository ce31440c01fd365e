"""The names that texts mention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice

from corpus_cli.engines.fields import invert
from corpus_cli.engines.indexed_mentions import names_in_fields
from corpus_cli.engines.mentions import mention_finder
from corpus_cli.engines.port import Candidates
from corpus_cli.model import article_of
from corpus_cli.search.changed_names import changed_names
from corpus_cli.search.expand import build_mention
from corpus_cli.search.moment import Moment
from corpus_cli.text.tokenise import key

_BATCH = 500
"""The number of passages whose names are looked up at a time."""


class MeantNames:
    """The mentions of names in the passages of a corpus.

    Mentions are indexed with the names of that time. Of names that changed since, they are found
    at query time, until the next writer brings the index up to date.
    """

    def __init__(self, moment: Moment) -> None:
        self._names = moment.names
        self._store = moment.store
        self._index = moment.index
        self._canonical = lru_cache(None)(self._read_canonical)

    @cached_property
    def stale_names(self) -> frozenset[str]:
        """The keys of the names whose indexed mentions may be outdated."""
        return changed_names(self._index, self._names)

    def names_reader(self, passages: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
        """Return a function from the id of one of these passages to the names in its text.

        Names are canonical forms, by first position.
        """
        if not self.stale_names:
            return self._indexed_reader(passages)
        return self.names_at_query_time()

    def names_at_query_time(self) -> Callable[[str], tuple[str, ...]]:
        """Return a function from the id of a passage to the names in its text, which it reads."""
        read_article = lru_cache(64)(self._read_article)
        return lambda passage: self._canonical_forms(
            read_article(article_of(passage)).get(passage, ())
        )

    def count_passages(self, candidates: Candidates) -> Mapping[str, tuple[int, int]]:
        """Return how many passages and articles mention each name, as the index has them.

        Those without names are counted for an empty name.
        """
        counts = candidates.count_names()
        return {self._canonical(key) if key else "": counts[key] for key in counts}

    def _indexed_reader(self, passages: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
        """Return a reader that looks passages up by batches, so that it can be left at any time."""
        remaining = iter(passages)
        names_by_passage: dict[str, Sequence[str]] = {}

        def read(passage: str) -> tuple[str, ...]:
            while passage not in names_by_passage and (batch := [*islice(remaining, _BATCH)]):
                names_by_passage.update(dict.fromkeys(batch, ()))
                names_by_passage.update(self._index.names_of(batch))
            return self._canonical_forms(names_by_passage.get(passage, ()))

        return read

    def read_names(self, passages: Iterable[str] | None) -> dict[str, tuple[str, ...]]:
        """Return the names in the text of each passage, as canonical forms.

        `passages` of None means all. No text is read: names that changed since they were indexed
        are found by their forms, and come after the others.
        """
        keys_by_passage = self._index.names_of(passages)
        stale = self.stale_names
        if not stale:
            return {
                passage: self._canonical_forms(keys) for passage, keys in keys_by_passage.items()
            }
        names_by_passage = {
            passage: self._canonical_forms([one for one in keys if one not in stale])
            for passage, keys in keys_by_passage.items()
        }
        for name_key in sorted(stale):
            number = self._names.find_key(name_key)
            if number is None:
                continue
            canonical = self._names.name(number).canonical
            for passage in self._index.mentions(build_mention(self._names, number)):
                if passage in names_by_passage:
                    names_by_passage[passage] = (*names_by_passage[passage], canonical)
        return names_by_passage

    def count_by_article(self, numbers: Sequence[int]) -> Iterator[tuple[int, Mapping[str, int]]]:
        """Yield the number of each mentioned name with its mentions by article; none means all."""
        keys = [key(self._names.name(number).canonical) for number in numbers]
        counts = self._index.mention_counts(keys if numbers else None)
        stale = self.stale_names.intersection(keys) if numbers else self.stale_names
        for name_key in dict.fromkeys((*counts, *stale)):
            number = self._names.find_key(name_key)
            if number is None:
                continue
            by_article = counts.get(name_key, {})
            if name_key in stale:
                by_article = self._count_at_query_time(number)
            if by_article:
                yield number, by_article

    def _count_at_query_time(self, number: int) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for passage, count in self._index.mentions(build_mention(self._names, number)).items():
            counts[article_of(passage)] += count
        return counts

    def _read_article(self, article: str) -> Mapping[str, Sequence[str]]:
        """Return the keys of the names in the texts of an article, by passage."""
        passages = self._store.passages(article)
        words = [invert(passage).positions_by_word for passage in passages]
        fields = mention_finder(self._names.table()).invert(article, words)
        return {
            passage.id: names_in_fields(postings)
            for passage, postings in zip(passages, fields, strict=True)
        }

    def _canonical_forms(self, keys: Sequence[str]) -> tuple[str, ...]:
        return tuple(filter(None, map(self._canonical, keys)))

    def _read_canonical(self, name_key: str) -> str:
        """Return the canonical form of a name; empty if there is no such name any more."""
        number = self._names.find_key(name_key)
        return "" if number is None else self._names.name(number).canonical
