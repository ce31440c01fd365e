"""Split a paragraph into sentences of words and quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from corpus_cli.text.sentences import sentence_starts
from corpus_cli.text.speech.marks import QuotedRange
from corpus_cli.text.speech.words import all_verbs

_FILL = "\ue000"
_LEAST = 3
_MOST_TOKENS = 400
"""A sentence with more words is none: a list without stops, or made to be slow to read."""

_TOKEN = re.compile(
    rf"{_FILL}+[^{_FILL}”]?”?|[^\W_](?:[\w&'’\-]|\.(?![A-Z][a-z]))*\.?|[,;:()–—]|--"
)
_BRACKETS = re.compile(r"\([^()\n]{0,80}\)|\[[^\[\]\n]{0,80}\]")
# `Youngstown, Ohio (CNN)`, `KABUL (Reuters) -`, `AKCAKALE, Turkey —`.
_DATELINE = re.compile(
    r"\s*[A-Z][\w.,'’ ]{2,50}(?:\([A-Z][\w ]{1,20}\)\s?[-–—]{0,2}|\s[—–]{1,2}\s|\s--\s)"
)
_CAPITALS = re.compile(r"\s*[A-Z][A-Z.,'’ -]{2,}")
_POSSESSIVE = ("'s", "’s", "s'", "s’")


class SpeechToken(NamedTuple):
    """A word, a punctuation mark or a quotation.

    `lower` is a word in small letters, without a full stop at its end; empty for the others.
    `quote` is the number of a quotation in the paragraph, or -1.
    """

    text: str
    lower: str = ""
    quote: int = -1

    @property
    def is_word(self) -> bool:
        """Return whether it is a word, not punctuation or a quotation."""
        return bool(self.lower)

    @property
    def is_possessive(self) -> bool:
        """Return whether the word ends like `Reuters'` or `Kabul's`."""
        return self.text.endswith(_POSSESSIVE)

    @property
    def is_name(self) -> bool:
        """Return whether it is written as a name: a capital, or one after `al-`."""
        head, hyphen, rest = self.text.partition("-")
        return (
            self.is_word
            and self.text != "I"
            and (self.text[0].isupper() or bool(hyphen and rest[:1].isupper() and head.islower()))
        )


class Sentence:
    """A sentence of a paragraph: its range, and its tokens, which are read when needed."""

    def __init__(self, start: int, end: int, masked: str, numbers: Mapping[int, int]) -> None:
        self.start = start
        self.end = end
        self._masked = masked
        self._numbers = numbers

    @cached_property
    def tokens(self) -> Sequence[SpeechToken]:
        """The words, punctuation marks and quotations."""
        tokens: list[SpeechToken] = []
        for match in _TOKEN.finditer(self._masked, self.start, self.end):
            text = match[0]
            if text[0] == _FILL:
                tokens.append(SpeechToken(text, quote=self._numbers.get(match.start(), -1)))
            elif text[0].isalnum():
                tokens.append(SpeechToken(text, text.lower().rstrip(".")))
            else:
                tokens.append(SpeechToken(text))
        return tokens if len(tokens) <= _MOST_TOKENS else ()

    def beginning(self, count: int) -> Sequence[SpeechToken]:
        """Return the first tokens only, of a sentence of which no more is needed."""
        text = self._masked[self.start : min(self.end, self.start + count)]
        return Sentence(0, len(text), text, {}).tokens


def split_sentences(paragraph: str, quoted: Sequence[QuotedRange]) -> Iterator[Sentence]:
    """Yield the sentences of a paragraph; a quotation is a single token of the one around it."""
    masked = _mask(paragraph, quoted)
    cuts = _cuts(masked)
    numbers = {span.start: number for number, span in enumerate(quoted)}
    for start, end in zip(cuts, [*cuts[1:], len(masked)], strict=True):
        yield Sentence(start, end, masked, numbers)


def _mask(text: str, quoted: Sequence[QuotedRange]) -> str:
    """Return a text of the same length without what is quoted or in brackets.

    The last stop of a quotation stays, by which its sentence may end.
    """
    parts: list[str] = []
    at = 0
    for span in quoted:
        parts.append(_blank_brackets(text[at : span.start]))
        size = span.end - span.start
        stop = span.inner(text).rstrip()[-1:]
        kept = stop if stop and not stop.isalnum() and stop not in "”’\"'" else _FILL
        nested = stop in "”’\"'" and span.inner(text).rstrip("”’\"' ")[-1:]
        if nested and nested in ".!?,":
            kept = nested
        parts.append(_FILL * (size - 2) + kept + "”" if size >= _LEAST else " " * size)
        at = span.end
    parts.append(_blank_brackets(text[at:]))
    masked = "".join(parts)
    line = _DATELINE.match(text)
    if line and ("(" in line[0] or _CAPITALS.match(text)):
        masked = " " * line.end() + masked[line.end() :]
    return masked


def _blank_brackets(text: str) -> str:
    return _BRACKETS.sub(lambda match: " " * len(match[0]), text.replace(_FILL, " "))


@cache
def _attribution() -> re.Pattern[str]:
    return re.compile(rf"(?:[^\s,.!?{_FILL}]+\.? ){{0,4}}(?:{'|'.join(all_verbs())})\b")


def _cuts(masked: str) -> list[int]:
    """Return where sentences begin, but not in the middle of one with a quotation."""
    cuts = [0]
    for cut in sentence_starts(masked)[1:]:
        before = masked[max(cuts[-1], cut - 20) : cut]
        if masked[cut].islower() or masked[cut] in "–—" or masked.startswith("--", cut):
            continue
        # `"Who?" Mira Olsen asked.` is one sentence.
        if before.rstrip().endswith(("?”", "!”", "…”")) and _attribution().match(masked, cut):
            continue
        cuts.append(cut)
    return cuts
