"""Lines of a paragraph to one text."""

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
# After these a line may end within a word or an address.
_OPEN = re.compile(r"\S[-‐–—/]$|(?<!\S)(?>\S*?(?:://|www\.))\S++(?<=[?&=._])$")
_OFTEN = 0.02
_LONG = 5


class Hyphens:
    """What hyphens at line ends mean in a document, by the words that it writes elsewhere."""

    def __init__(self, lines: Sequence[str]) -> None:
        # Chromium divides by a sign of its own; that inside words is another.
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
        """One text: a blank between lines, none after a dash or in a script without blanks."""
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
        """Whether the hyphen between two halves is part of the word."""
        whole = head + tail
        if not head[-1].isalpha() or not (tail[0].islower() or whole.isupper()):
            return True
        if self._whole(whole):
            return False
        return not self.divides or bool(self._whole(f"{head}-{tail}")) or self._compound(head, tail)

    def _compound(self, head: str, tail: str) -> bool:
        """Whether two halves look like words: the document writes them, or begins others so."""
        last = re.split("[-‐]", head)[-1].casefold()
        if self._whole(tail) and (self.words[last] or self.starts[last]):
            return True
        known = self.words[last] > 0 and len(last) >= _LONG
        ending = len(tail) < _LONG or stem(last + tail) == stem(last)
        return known and not ending

    def _whole(self, word: str) -> int:
        return self.words[word.casefold().replace("‐", "-")]


def _words(lines: Sequence[str]) -> Iterator[str]:
    """Every word that no line end divides, folded."""
    open_ = False
    for line in lines:
        found = _WORD.findall(line.casefold().replace("‐", "-").replace(_SOFT, ""))
        cut = _TAIL.search(line) is not None
        yield from found[1 if open_ else 0 : -1 if cut else None]
        open_ = cut


def _halves(one: str, other: str) -> tuple[str, str] | None:
    """The word before a hyphen at a line's end, and that which the next line begins with."""
    head, tail = _TAIL.search(one[-100:]), _WORD.match(other)
    return (head[1], tail[0]) if head and tail else None


def _wide(character: str) -> bool:
    """Whether a character belongs to a script that writes no blanks between words."""
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
