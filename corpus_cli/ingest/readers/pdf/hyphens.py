"""Join the lines of a paragraph and resolve hyphens."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus_cli.text.stem import stem

_SOFT = "\u00ad"
_MARK = "‐"
_WORD = re.compile(r"[^\W_]+(?:[-‐'’][^\W_]+)*")
_TAIL = re.compile(r"(?<![^\W_])(?<![^\W_][-‐'’])([^\W_]++(?:[-‐'’][^\W_]++)*+)[-‐]$")
# A line that ends like this may end inside a compound or an address.
_OPEN = re.compile(r"\S[-‐–—/]$|(?<!\S)(?>\S*?(?:://|www\.))\S++(?<=[?&=._])$")
_OFTEN = 0.02
_LONG = 5


class Hyphens:
    """Joins lines; a hyphen at a line end is judged by the words that the document has elsewhere.

    A line end may divide a word (`infor-mation`) or follow the hyphen of a compound
    (`long-term`).
    """

    def __init__(self, lines: Sequence[str]) -> None:
        # Chromium hyphenates with U+2010; the hyphen of a compound is ASCII.
        self.marked = any(line.endswith(_MARK) for line in lines)
        self.words = Counter(_words(lines))
        self.starts = Counter(word.partition("-")[0] for word in self.words if "-" in word)
        broken = [
            pair
            for one, other in pairwise(lines)
            if (pair := _halves(one, other)) and not self._whole("-".join(pair))
        ]
        divided = any(self._whole("".join(pair)) for pair in broken)
        self.divides = divided or len(broken) > _OFTEN * len(lines)

    def joined(self, lines: Sequence[str]) -> str:
        """Return lines as one text: blanks between them, except after a dash or in CJK text."""
        parts = [lines[0]]
        for one, other in pairwise(lines):
            if one.endswith(_SOFT):
                parts[-1] = parts[-1][: -len(_SOFT)]
            elif self.marked and one.endswith((_MARK, "-")):
                parts[-1] = parts[-1].removesuffix(_MARK)
            elif (pair := _halves(one, other)) and not self._keeps(*pair):
                parts[-1] = parts[-1][:-1]
            elif not (_OPEN.search(one) or (_wide(one[-1:]) and _wide(other[:1]))):
                parts.append(" ")
            parts.append(other)
        return "".join(parts).replace(_SOFT, "")

    def _keeps(self, head: str, tail: str) -> bool:
        """Return whether the hyphen between two halves is part of the word."""
        whole = head + tail
        if not head[-1].isalpha() or not (tail[0].islower() or whole.isupper()):
            return True
        if self._whole(whole):
            return False
        return not self.divides or bool(self._whole(f"{head}-{tail}")) or self._compound(head, tail)

    def _compound(self, head: str, tail: str) -> bool:
        """Return whether both halves look like words: the document has them elsewhere."""
        last = re.split("[-‐]", head)[-1].casefold()
        if self._whole(tail) and (self.words[last] or self.starts[last]):
            return True
        known = self.words[last] > 0 and len(last) >= _LONG
        ending = len(tail) < _LONG or stem(last + tail) == stem(last)
        return known and not ending

    def _whole(self, word: str) -> int:
        """Return how often the document has a word that no line end divides."""
        return self.words[word.casefold().replace("‐", "-")]


def _words(lines: Sequence[str]) -> Iterator[str]:
    """Yield every word that no line end divides, case-folded."""
    open_ = False
    for line in lines:
        found = _WORD.findall(line.casefold().replace("‐", "-").replace(_SOFT, ""))
        cut = _TAIL.search(line) is not None
        yield from found[1 if open_ else 0 : -1 if cut else None]
        open_ = cut


def _halves(one: str, other: str) -> tuple[str, str] | None:
    """Return the word before the hyphen of a line end and the first word of the next line."""
    head, tail = _TAIL.search(one[-100:]), _WORD.match(other)
    return (head[1], tail[0]) if head and tail else None


def _wide(character: str) -> bool:
    """Return whether a character belongs to a script without blanks between words."""
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
