"""Read the passages of an answer, and count their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.explore.answer import About
from corpus_cli.model import Passage, article_of, parse_passage_id
from corpus_cli.search.moment import Moment
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import Term, place

Progress = Callable[[str, int, int], None]
"""Is told the title of the article that is read, how many passages or articles are read, and of how
many."""

_PASSAGES_PER_READ = 200


def ignore_progress(_title: str, _done: int, _total: int) -> None:
    """Show no progress."""


def read_passages(
    ids: Iterable[str], moment: Moment, clock: Clock, progress: Progress
) -> Iterator[Passage]:
    """Yield passages until the time ends: articles in the order of the ids, each in its own order.

    See `read_in_order` for the rest.
    """
    by_article: dict[str, list[str]] = {}
    for passage_id in ids:
        by_article.setdefault(article_of(passage_id), []).append(passage_id)
    in_order = chain.from_iterable(sorted(one, key=parse_passage_id) for one in by_article.values())
    return read_in_order(list(in_order), moment, clock, progress)


def read_in_order(
    ids: Sequence[str], moment: Moment, clock: Clock, progress: Progress
) -> Iterator[Passage]:
    """Yield passages in the order of their ids, until the time ends.

    At least one batch is read. A passage that is gone from the store is left out.
    """
    for start in range(0, len(ids), _PASSAGES_PER_READ):
        if start and clock.is_over:
            return
        batch = ids[start : start + _PASSAGES_PER_READ]
        passages = moment.store.passages_by_id(batch)
        read = [passages[passage_id] for passage_id in batch if passage_id in passages]
        if read:
            progress(read[0].title, start, len(ids))
        yield from read


def is_stop_word(word: str) -> bool:
    """Return whether a word says nothing by itself: a stop word, or a single letter of ASCII."""
    return word in stop_words() or (len(word) == 1 and word.isascii() and word.isalpha())


def count_words(text: str) -> Counter[str]:
    """Return how often a text has each word, as the index counts them.

    Words are folded, and a compound counts as its parts and as a whole.
    """
    positions_by_term: dict[Term, list[int]] = {}
    place(text, positions_by_term)
    positions_by_word: dict[str, list[int]] = {}
    for term, positions in positions_by_term.items():
        if not term.word.startswith("="):
            before = positions_by_word.get(term.word)
            # A word can have several stems at the same position.
            merged = [*{*before, *positions}] if before else positions
            positions_by_word[term.word] = merged
    return Counter({word: len(positions) for word, positions in positions_by_word.items()})


class ReadCounts(NamedTuple):
    """How often passages contain each word, and how many passages could be read in time.

    `has_removed`: removed articles are counted too, see `engines.port.WordCounts`.
    """

    by_word: Counter[str]
    passages: int
    has_removed: bool = False


def count_all_words(
    ids: Sequence[str] | None, moment: Moment, clock: Clock, progress: Progress
) -> ReadCounts:
    """Return how often passages contain each word.

    `ids` of None means the whole corpus, whose words the index has counted.
    """
    if ids is None:
        counts, has_removed = moment.index.word_counts(clock)
        return ReadCounts(Counter(counts), moment.index.count_passages(), has_removed)
    counter: Counter[str] = Counter()
    read = 0
    for passage in read_passages(ids, moment, clock, progress):
        counter.update(count_words(passage.text))
        read += 1
    return ReadCounts(counter, read)


def describe_counts(about: About, counts: ReadCounts, total: int, clock: Clock) -> About:
    """Return what is said of an answer, with notes on the words that it is compared with.

    `total` is the number of passages whose words were to be counted.
    """
    if counts.has_removed:
        note = "removed articles still count among the words compared with; --timeout 0 leaves them"
        about = about.with_note(f"{note} out")._replace(partial=True)
    if clock.is_over and counts.passages < total:
        read = f"{counts.passages:,} of {total:,} passages"
        note = f"the words compared with are those of {read}; --timeout 0 reads all"
        about = about.with_note(note)._replace(partial=True)
    return about
