"""Split texts into the tokens of a BERT model."""

import unicodedata
from collections.abc import Mapping, Sequence

_MAX_WORD_LENGTH = 100
"""A longer word, in characters, becomes the unknown token."""

_START_TOKEN, _END_TOKEN, _UNKNOWN_TOKEN = "[CLS]", "[SEP]", "[UNK]"

_IDEOGRAPHS = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """The tokenizer of uncased BERT models (Devlin et al., NAACL 2019).

    Each word is split from the left into the longest pieces of the vocabulary. Raises `KeyError`
    for a vocabulary without the tokens `[CLS]`, `[SEP]` and `[UNK]`.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers: Mapping[str, int] = {piece: n for n, piece in enumerate(vocabulary)}
        self._start_number, self._end_number = (
            self._numbers[_START_TOKEN],
            self._numbers[_END_TOKEN],
        )
        self._unknown_number = self._numbers[_UNKNOWN_TOKEN]
        self._cached_pieces: dict[str, Sequence[int]] = {}

    def numbers(self, text: str, max_length: int) -> list[int]:
        """Return the numbers of at most `max_length` tokens, including those of start and end."""
        numbers: list[int] = [self._start_number]
        for word in unicodedata.normalize("NFD", text.lower()).translate(_SEPARATED).split():
            if word not in self._cached_pieces:
                self._cached_pieces[word] = self._split_word(word)
            numbers += self._cached_pieces[word]
            if len(numbers) >= max_length:
                break
        return [*numbers[: max_length - 1], self._end_number]

    def _split_word(self, word: str) -> Sequence[int]:
        numbers: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = range(len(word), start, -1) if len(word) <= _MAX_WORD_LENGTH else ()
            end = next((end for end in ends if prefix + word[start:end] in self._numbers), 0)
            if not end:
                return [self._unknown_number]
            numbers.append(self._numbers[prefix + word[start:end]])
            start = end
        return numbers


class _CharacterTable(dict[int, str]):
    """The replacement of each character: marks are removed, signs and ideographs separated."""

    def __missing__(self, code: int) -> str:
        self[code] = _separate(chr(code))
        return self[code]


def _separate(character: str) -> str:
    code, kind = ord(character), unicodedata.category(character)
    if character in "\t\n\r" or kind == "Zs":
        return " "
    if kind == "Mn" or kind.startswith("C") or character == "\ufffd":
        return ""
    is_separate = kind.startswith("P") or (code < 0x80 and not character.isalnum())  # noqa: PLR2004 - ASCII
    return (
        f" {character} "
        if is_separate or any(a <= code <= z for a, z in _IDEOGRAPHS)
        else character
    )


_SEPARATED = _CharacterTable()
