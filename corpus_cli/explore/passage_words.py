"""Read the passages of an answer, and count their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from corpus_cli.engines.clock import Clock
from corpus_cli.model import Passage, article_of, parse_passage_id
from corpus_cli.search.moment import Moment
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import Term, place

Progress = Callable[[str, int, int], None]
"""Is told the title of the article that is read, how many passages or articles are read, and of how
many."""

_PASSAGES_PER_READ = 200

_LARGE_SHARE = 8
"""More than one passage in so many is counted faster by the index than by reading it."""


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


def count_all_words(
    ids: Sequence[str] | None, moment: Moment, clock: Clock, progress: Progress
) -> tuple[Counter[str], int]:
    """Return how often passages contain each word, and how many passages were read in time.

    `ids` of None means the whole corpus. The counts of many passages are those of the index, and
    no text is read.
    """
    if ids is None:
        return Counter(moment.index.word_counts()), moment.index.count_passages()
    if len(ids) * _LARGE_SHARE > moment.index.count_passages():
        return Counter(moment.index.word_counts(ids)), len(ids)
    counts: Counter[str] = Counter()
    read = 0
    for passage in read_passages(ids, moment, clock, progress):
        counts.update(count_words(passage.text))
        read += 1
    return counts, read
