"""Align the words of an extract with the blocks of its page."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

_RUN_LENGTHS = (5, 2, 1)
_GRAM_LENGTH = 4


def mark_extracted(blocks: Sequence[str], extract: str) -> list[bool]:
    """Return for each block whether most of its words are in the extract.

    Comparing words makes blanks and paragraph breaks irrelevant. First the words of both are
    aligned in order; then the words of the extract without a counterpart are searched for in
    all blocks, in runs of four.
    """
    word_numbers: dict[str, int] = {}
    words_by_block = [_number_words(text, word_numbers) for text in blocks]
    extract_words = _number_words(extract, word_numbers)
    page_words = [number for words in words_by_block for number in words]
    page_matches, extract_matches = _match_words(page_words, extract_words)
    leftover = _count_grams(
        [
            number
            for number, is_matched in zip(extract_words, extract_matches, strict=True)
            if not is_matched
        ]
    )
    extracted, start = [], 0
    for words in words_by_block:
        match_count = sum(page_matches[start : start + len(words)])
        extracted.append(match_count * 2 > len(words) or _take_leftover(words, leftover))
        start += len(words)
    return extracted


def _number_words(text: str, word_numbers: dict[str, int]) -> list[int]:
    words = re.findall(r"\w+", text.casefold())
    return [word_numbers.setdefault(word, len(word_numbers)) for word in words]


def _iter_grams(words: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return (tuple(words[i : i + _GRAM_LENGTH]) for i in range(len(words) - _GRAM_LENGTH + 1))


def _count_grams(words: Sequence[int]) -> Counter[tuple[int, ...]]:
    return Counter(_iter_grams(words))


def _take_leftover(words: Sequence[int], leftover: Counter[tuple[int, ...]]) -> bool:
    """Return whether most runs of a block are in `leftover`, and subtract them if so."""
    if leftover.keys().isdisjoint(_iter_grams(words)):
        return False
    block_grams = _count_grams(words)
    shared_grams = block_grams & leftover
    if shared_grams.total() * 2 <= block_grams.total():
        return False
    leftover.subtract(shared_grams)
    return True


def _match_words(
    page_words: Sequence[int], extract_words: Sequence[int]
) -> tuple[bytearray, bytearray]:
    """Align two texts in order; return a flag for each word of the page and of the extract.

    As in patience diff, runs that both have only once are anchors. Shorter runs then align
    what is between them: 5 words, 2 words, 1 word.
    """
    page_matches, extract_matches = bytearray(len(page_words)), bytearray(len(extract_words))
    pending = [(0, len(page_words), 0, len(extract_words), 0)]
    while pending:
        page_start, page_end, extract_start, extract_end, level = pending.pop()
        for i, j, size in _find_common_runs(
            page_words,
            extract_words,
            (page_start, page_end, extract_start, extract_end),
            _RUN_LENGTHS[level],
        ):
            page_matches[i : i + size] = extract_matches[j : j + size] = b"\1" * size
            if level + 1 < len(_RUN_LENGTHS) and page_start < i and extract_start < j:
                pending.append((page_start, i, extract_start, j, level + 1))
            page_start, extract_start = i + size, j + size
        if level + 1 < len(_RUN_LENGTHS) and page_start < page_end and extract_start < extract_end:
            pending.append((page_start, page_end, extract_start, extract_end, level + 1))
    return page_matches, extract_matches


def _find_common_runs(
    page_words: Sequence[int],
    extract_words: Sequence[int],
    ranges: tuple[int, int, int, int],
    size: int,
) -> Iterator[tuple[int, int, int]]:
    """Yield runs that two ranges share, in order and extended both ways.

    A run is its start in the page, its start in the extract, and its length in words.
    `ranges` are start and end in the page, then in the extract.
    """
    page_start, page_end, extract_start, extract_end = ranges
    page_runs, extract_runs = (
        _find_unique_runs(page_words, page_start, page_end, size),
        _find_unique_runs(extract_words, extract_start, extract_end, size),
    )
    pairs = [(i, extract_runs[run]) for run, i in page_runs.items() if run in extract_runs]
    for i, j in [(page_start, extract_start), *_find_rising_pairs(pairs), (page_end, extract_end)]:
        if i < page_start or j < extract_start:
            continue
        backward = 0
        while (
            i - backward > page_start
            and j - backward > extract_start
            and page_words[i - backward - 1] == extract_words[j - backward - 1]
        ):
            backward += 1
        forward = 0
        while (
            i + forward < page_end
            and j + forward < extract_end
            and page_words[i + forward] == extract_words[j + forward]
        ):
            forward += 1
        if backward + forward:
            yield i - backward, j - backward, backward + forward
            page_start, extract_start = i + forward, j + forward


def _find_unique_runs(
    words: Sequence[int], start: int, end: int, size: int
) -> dict[tuple[int, ...], int]:
    """Return the start of each run of `size` words that a range has only once, in order."""
    starts: dict[tuple[int, ...], int] = {}
    for i in range(start, end - size + 1):
        run = tuple(words[i : i + size])
        starts[run] = -1 if run in starts else i
    return {run: i for run, i in starts.items() if i >= 0}


def _find_rising_pairs(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of pairs whose second numbers rise.

    The pairs are sorted by their first numbers. This is patience sorting.
    """
    tails: list[int] = []
    tail_numbers: list[int] = []
    predecessors: list[int] = []
    for n, (_, j) in enumerate(pairs):
        position = bisect_left(tails, j)
        tails[position : position + 1] = [j]
        tail_numbers[position : position + 1] = [n]
        predecessors.append(tail_numbers[position - 1] if position else -1)
    chain, n = [], tail_numbers[-1] if tail_numbers else -1
    while n >= 0:
        chain.append(pairs[n])
        n = predecessors[n]
    return chain[::-1]
