"""The pieces of words that a language model reads."""

import unicodedata
from collections.abc import Mapping, Sequence

_LONGEST = 100
"""A word of more characters is none that a model knows."""

_BEGIN, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"

_IDEOGRAPHS = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Texts as numbers of pieces, as BERT's uncased models have learnt them.

    The longest pieces of a vocabulary, from the left (Devlin et al., NAACL 2019). Raises
    `KeyError` for a vocabulary without the three signs that each needs.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers: Mapping[str, int] = {piece: n for n, piece in enumerate(vocabulary)}
        self._begin, self._end = self._numbers[_BEGIN], self._numbers[_END]
        self._unknown = self._numbers[_UNKNOWN]
        self._known: dict[str, Sequence[int]] = {}

    def numbers(self, text: str, most: int) -> list[int]:
        """The first pieces of a text, no more than so many, between the signs of its ends."""
        found: list[int] = [self._begin]
        for word in unicodedata.normalize("NFD", text.lower()).translate(_APART).split():
            if word not in self._known:
                self._known[word] = self._pieces(word)
            found += self._known[word]
            if len(found) >= most:
                break
        return [*found[: most - 1], self._end]

    def _pieces(self, word: str) -> Sequence[int]:
        found: list[int] = []
        begin = 0
        while begin < len(word):
            sign = "##" if begin else ""
            ends = range(len(word), begin, -1) if len(word) <= _LONGEST else ()
            end = next((end for end in ends if sign + word[begin:end] in self._numbers), 0)
            if not end:
                return [self._unknown]
            found.append(self._numbers[sign + word[begin:end]])
            begin = end
        return found


class _Apart(dict[int, str]):
    """Characters as they are read: marks go, signs and ideographs stand alone."""

    def __missing__(self, code: int) -> str:
        self[code] = _read(chr(code))
        return self[code]


def _read(character: str) -> str:
    code, kind = ord(character), unicodedata.category(character)
    if character in "\t\n\r" or kind == "Zs":
        return " "
    if kind == "Mn" or kind.startswith("C") or character == "\ufffd":
        return ""
    sign = kind.startswith("P") or (code < 0x80 and not character.isalnum())  # noqa: PLR2004 - ASCII
    return f" {character} " if sign or any(a <= code <= z for a, z in _IDEOGRAPHS) else character


_APART = _Apart()
