"""Guess while files are read which lines recur on a site.

Which lines recur is known only when all files are read. Most guesses are right by then, and only
the other articles have to be classified again. A guess depends on the files before and on their
order, but not on how many are read at a time: the result of an ingest is the same.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Mapping, Sequence

from corpus_cli.store.recurring_lines import MIN_ARTICLES

_MAX_COUNTS = 300_000
"""The most lines that are counted, and the most that are known to recur."""

_FILES_BETWEEN = 64
_MAX_LINES_PER_FILE = 20
"""The limit of what a request tells a reader, which cannot take a long one while it replies."""

LinesBySite = Mapping[str, Collection[int]]
"""The hashes of lines that recur, by site."""


class LineCounts:
    """The number of documents that have a line of a site; all counts start anew if they are many.

    `recurring_lines` are those that recur whatever their counts.
    """

    def __init__(self, recurring_lines: LinesBySite) -> None:
        self._recurring_lines = recurring_lines
        self._counts: Counter[tuple[str, int]] = Counter()

    def add(self, site: str, lines: Collection[int]) -> frozenset[int]:
        """Count the lines of a document, and return those of them that recur so far."""
        if len(self._counts) > _MAX_COUNTS:
            self._counts.clear()
        of_site, counts = self._recurring_lines.get(site, ()), self._counts
        counts.update((site, line) for line in lines)
        return frozenset(
            line for line in lines if counts[site, line] >= MIN_ARTICLES or line in of_site
        )


class RecurringSoFar:
    """The lines that recur in the files read so far, as readers of later files may know them.

    The reader of a file knows at most those of the files before the last 64: so many may be read
    at a time.
    """

    def __init__(self) -> None:
        self._recurring_lines: defaultdict[str, set[int]] = defaultdict(set)
        self._counts = LineCounts(self._recurring_lines)
        self._lines: list[tuple[str, int]] = []
        self._ends: deque[int] = deque([0] * _FILES_BETWEEN)
        self._end_for_reader = 0

    def add(self, site: str, lines: Collection[int]) -> None:
        """Count the lines of an article of the current file; no more than a limit are known."""
        if len(self._lines) > _MAX_COUNTS:
            return
        new_lines = self._counts.add(site, lines) - self._recurring_lines[site]
        self._recurring_lines[site] |= new_lines
        self._lines += ((site, line) for line in sorted(new_lines))

    def end_file(self) -> None:
        """Begin the next file."""
        self._ends.append(len(self._lines))

    def start_reader(self) -> int:
        """Return how many lines the reader of the next file may know."""
        end_before = self._end_for_reader
        self._end_for_reader = min(self._ends.popleft(), end_before + _MAX_LINES_PER_FILE)
        return self._end_for_reader

    def between(self, start: int, end: int) -> Mapping[str, Sequence[int]]:
        """Return the lines with these numbers, by site."""
        lines: defaultdict[str, list[int]] = defaultdict(list)
        for site, line in self._lines[start:end]:
            lines[site].append(line)
        return lines
