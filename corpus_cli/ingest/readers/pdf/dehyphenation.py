"""Join the lines of a paragraph and resolve hyphens."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus_cli.text.stem import stem

_SOFT_HYPHEN = "\u00ad"
_UNICODE_HYPHEN = "‐"
_WORD = re.compile(r"[^\W_]+(?:[-‐'’][^\W_]+)*")
_BROKEN_WORD = re.compile(r"(?<![^\W_])(?<![^\W_][-‐'’])([^\W_]++(?:[-‐'’][^\W_]++)*+)[-‐]$")
# A line that ends like this may end inside a compound or an address.
_UNFINISHED_END = re.compile(r"\S[-‐–—/]$|(?<!\S)(?>\S*?(?:://|www\.))\S++(?<=[?&=._])$")
_MIN_SHARE = 0.02
_MIN_LONG_WORD = 5


class Dehyphenator:
    """Joins lines; a hyphen at a line end is judged by the words that the document has elsewhere.

    A line end may divide a word (`infor-mation`) or follow the hyphen of a compound
    (`long-term`).
    """

    def __init__(self, lines: Sequence[str]) -> None:
        # Chromium hyphenates with U+2010; the hyphen of a compound is ASCII.
        self.uses_unicode_hyphen = any(line.endswith(_UNICODE_HYPHEN) for line in lines)
        self.word_counts = Counter(_split_words(lines))
        self.compound_start_counts = Counter(
            word.partition("-")[0] for word in self.word_counts if "-" in word
        )
        broken_words = [
            pair
            for line, next_line in pairwise(lines)
            if (pair := _split_halves(line, next_line)) and not self._count_word("-".join(pair))
        ]
        joins_to_words = any(self._count_word("".join(pair)) for pair in broken_words)
        self.divides_words = joins_to_words or len(broken_words) > _MIN_SHARE * len(lines)

    def join_lines(self, lines: Sequence[str]) -> str:
        """Return lines as one text: blanks between them, except after a dash or in CJK text."""
        pieces = [lines[0]]
        for line, next_line in pairwise(lines):
            if line.endswith(_SOFT_HYPHEN):
                pieces[-1] = pieces[-1][: -len(_SOFT_HYPHEN)]
            elif self.uses_unicode_hyphen and line.endswith((_UNICODE_HYPHEN, "-")):
                pieces[-1] = pieces[-1].removesuffix(_UNICODE_HYPHEN)
            elif (pair := _split_halves(line, next_line)) and not self._keeps_hyphen(*pair):
                pieces[-1] = pieces[-1][:-1]
            elif not (
                _UNFINISHED_END.search(line) or (_is_wide(line[-1:]) and _is_wide(next_line[:1]))
            ):
                pieces.append(" ")
            pieces.append(next_line)
        return "".join(pieces).replace(_SOFT_HYPHEN, "")

    def _keeps_hyphen(self, head: str, tail: str) -> bool:
        """Return whether the hyphen between two halves is part of the word."""
        joined = head + tail
        if not head[-1].isalpha() or not (tail[0].islower() or joined.isupper()):
            return True
        if self._count_word(joined):
            return False
        return (
            not self.divides_words
            or bool(self._count_word(f"{head}-{tail}"))
            or self._is_compound(head, tail)
        )

    def _is_compound(self, head: str, tail: str) -> bool:
        """Return whether both halves look like words: the document has them elsewhere."""
        last_part = re.split("[-‐]", head)[-1].casefold()
        if self._count_word(tail) and (
            self.word_counts[last_part] or self.compound_start_counts[last_part]
        ):
            return True
        is_long_word = self.word_counts[last_part] > 0 and len(last_part) >= _MIN_LONG_WORD
        is_ending = len(tail) < _MIN_LONG_WORD or stem(last_part + tail) == stem(last_part)
        return is_long_word and not is_ending

    def _count_word(self, word: str) -> int:
        """Return how often the document has a word in one piece, in capitals or not."""
        return self.word_counts[word.casefold().replace("‐", "-")]


def _split_words(lines: Sequence[str]) -> Iterator[str]:
    """Yield every word that no line end divides, case-folded."""
    continues_word = False
    for line in lines:
        words = _WORD.findall(line.casefold().replace("‐", "-").replace(_SOFT_HYPHEN, ""))
        ends_in_hyphen = _BROKEN_WORD.search(line) is not None
        yield from words[1 if continues_word else 0 : -1 if ends_in_hyphen else None]
        continues_word = ends_in_hyphen


def _split_halves(line: str, next_line: str) -> tuple[str, str] | None:
    """Return the word before the hyphen of a line end and the first word of the next line."""
    head, tail = _BROKEN_WORD.search(line[-100:]), _WORD.match(next_line)
    return (head[1], tail[0]) if head and tail else None


def _is_wide(character: str) -> bool:
    """Return whether a character belongs to a script without blanks between words."""
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
