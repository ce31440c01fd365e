"""Align the words of an extract with the blocks of its page."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

_RUNS = (5, 2, 1)
_LEFT = 4


def chosen(blocks: Sequence[str], extract: str) -> list[bool]:
    """Return for each block whether most of its words are in the extract.

    Comparing words makes blanks and paragraph breaks irrelevant. First the words of both are
    aligned in order; then the words of the extract without a counterpart are looked for in any
    block, in runs of four.
    """
    numbers: dict[str, int] = {}
    pages = [_numbered(text, numbers) for text in blocks]
    found = _numbered(extract, numbers)
    page = [number for words in pages for number in words]
    here, there = _matched(page, found)
    left = _grams([number for number, seen in zip(found, there, strict=True) if not seen])
    verdicts, start = [], 0
    for words in pages:
        share = sum(here[start : start + len(words)])
        verdicts.append(share * 2 > len(words) or _taken(words, left))
        start += len(words)
    return verdicts


def _numbered(text: str, numbers: dict[str, int]) -> list[int]:
    words = re.findall(r"\w+", text.casefold())
    return [numbers.setdefault(word, len(numbers)) for word in words]


def _runs(words: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return (tuple(words[i : i + _LEFT]) for i in range(len(words) - _LEFT + 1))


def _grams(words: Sequence[int]) -> Counter[tuple[int, ...]]:
    return Counter(_runs(words))


def _taken(words: Sequence[int], left: Counter[tuple[int, ...]]) -> bool:
    """Return whether most runs of a block are in `leftover`, and subtract them if so."""
    if left.keys().isdisjoint(_runs(words)):
        return False
    own = _grams(words)
    both = own & left
    if both.total() * 2 <= own.total():
        return False
    left.subtract(both)
    return True


def _matched(page: Sequence[int], found: Sequence[int]) -> tuple[bytearray, bytearray]:
    """Align two texts in order; return a flag for each word of the page and of the extract.

    As in patience diff, runs that both have only once are anchors. Shorter runs then align
    what is between them: 5 words, 2 words, 1 word.
    """
    here, there = bytearray(len(page)), bytearray(len(found))
    work = [(0, len(page), 0, len(found), 0)]
    while work:
        a, b, c, d, level = work.pop()
        for i, j, size in _common(page, found, (a, b, c, d), _RUNS[level]):
            here[i : i + size] = there[j : j + size] = b"\1" * size
            if level + 1 < len(_RUNS) and a < i and c < j:
                work.append((a, i, c, j, level + 1))
            a, c = i + size, j + size
        if level + 1 < len(_RUNS) and a < b and c < d:
            work.append((a, b, c, d, level + 1))
    return here, there


def _common(
    page: Sequence[int], found: Sequence[int], between: tuple[int, int, int, int], size: int
) -> Iterator[tuple[int, int, int]]:
    """Yield runs that two ranges share, in order and extended both ways.

    A run is its start in the page, its start in the extract, and its length in words.
    `ranges` holds start and end in the page, then in the extract.
    """
    a, b, c, d = between
    ours, theirs = _single(page, a, b, size), _single(found, c, d, size)
    pairs = [(i, theirs[run]) for run, i in ours.items() if run in theirs]
    for i, j in [(a, c), *_rising(pairs), (b, d)]:
        if i < a or j < c:
            continue
        low = 0
        while i - low > a and j - low > c and page[i - low - 1] == found[j - low - 1]:
            low += 1
        high = 0
        while i + high < b and j + high < d and page[i + high] == found[j + high]:
            high += 1
        if low + high:
            yield i - low, j - low, low + high
            a, c = i + high, j + high


def _single(words: Sequence[int], start: int, end: int, size: int) -> dict[tuple[int, ...], int]:
    """Return the start of each run of `size` words that a range has only once, in order."""
    where: dict[tuple[int, ...], int] = {}
    for i in range(start, end - size + 1):
        run = tuple(words[i : i + size])
        where[run] = -1 if run in where else i
    return {run: i for run, i in where.items() if i >= 0}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of pairs whose second numbers rise.

    The pairs are sorted by their first numbers. This is patience sorting.
    """
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(pairs):
        place = bisect_left(tops, j)
        tops[place : place + 1] = [j]
        last[place : place + 1] = [n]
        before.append(last[place - 1] if place else -1)
    chain, n = [], last[-1] if last else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return chain[::-1]
