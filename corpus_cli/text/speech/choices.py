"""Decide what a sentence says, and who says which part of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from corpus_cli.text.speech.attributions import Attribution
from corpus_cli.text.speech.clauses import SpeechToken
from corpus_cli.text.speech.words import speech_words

Kind = Literal["direct", "partial", "indirect"]

FEWEST_WORDS = 4
"""The fewest quoted words of a sentence that are more than a term."""

_LONGEST_TITLE = 6
_TO_THAT = 8
_PLAIN = frozenset(["said", "say", "says", "told", "tells", "tell", "saying", "added", "adds"])
"""Verbs after which any words are what is said."""

_BEFORE_TITLES = frozenset(
    ["book", "film", "in", "movie", "on", "program", "programme", "report", "show", "titled"]
)
_SMALL = frozenset(["&", "a", "and", "for", "in", "of", "on", "the", "to", "with"])

Resolved = tuple[Attribution, str]
"""An attribution, and who is meant by its speaker; empty if that is not clear."""


def choose(
    attributions: Sequence[Resolved], tokens: Sequence[SpeechToken], at: int
) -> Resolved | None:
    """Return the attribution of the quotation at a position of its sentence.

    One directly after it comes first, then the last before it, then the next after it.
    `according to` only counts without another.
    """
    verbs = [pair for pair in attributions if pair[0].verb != "according to"]
    after = [pair for pair in verbs if pair[0].start > at]
    if after and _is_next(tokens, at, after[0][0]):
        return after[0]
    before = [pair for pair in verbs if pair[0].start < at]
    return next(iter([*before[-1:], *after[:1], *attributions[-1:]]), None)


def _is_next(tokens: Sequence[SpeechToken], at: int, one: Attribution) -> bool:
    """Return whether nothing but the subject stands between a quotation and its verb."""
    between = tokens[at + 1 : one.start]
    if any(token.quote >= 0 for token in between):
        return False
    words = [token for token in between if token.is_word]
    if not words:
        return True
    if words[0].lower != "as" and words[0].lower in speech_words().enders:
        return False
    return tokens[at].text[-2] in ",?!…-—" or between[0].text in {",", "–", "—", "--"}


def kind_of(tokens: Sequence[SpeechToken], at: int, one: Attribution, inner: str) -> Kind:
    """Return whether a quotation is whole sentences, or words of a sentence of the article."""
    stop = tokens[at].text[-2]
    begins = inner.lstrip("[(…. ")[:1]
    is_long = stop in ".,?!…" or len(inner.split()) >= FEWEST_WORDS
    is_whole = begins.isupper() or begins.isdigit()
    return "direct" if is_whole and is_long and one.verb not in speech_words().naming else "partial"


def is_heading(inner: str) -> bool:
    """Return whether words have the capitals of a heading, and no stop."""
    words = inner.split()
    return not inner.rstrip().endswith(tuple(".,?!…")) and all(map(_is_of_title, words))


def _is_of_title(word: str) -> bool:
    return word[0].isupper() or word.lower() in _SMALL


def is_title(tokens: Sequence[SpeechToken], at: int, inner: str) -> bool:
    """Return whether what is quoted is the title of a programme or a book."""
    words = inner.rstrip(".,").split()
    if len(words) > _LONGEST_TITLE or not at:
        return False
    before = tokens[at - 1]
    names_it = before.is_possessive or before.lower in _BEFORE_TITLES
    return names_it and all(map(_is_of_title, words))


def says_something(tokens: Sequence[SpeechToken], one: Attribution) -> bool:
    """Return whether a clause is said: after the verb, or before a comma and the speaker."""
    words = speech_words()
    if one.verb == "according to":
        return True
    following = [token for token in tokens[one.end :] if token.is_word]
    if len(following) < FEWEST_WORDS:
        return any(token.text == "," for token in tokens[FEWEST_WORDS : one.start])
    first = following[0]
    if first.lower in {"that", "there"}:
        return True
    if first.lower in words.enders or first.lower in {"to", "so", "nothing", "no"}:
        return any(token.lower == "that" for token in following[:_TO_THAT])
    if one.verb in _PLAIN:
        return True
    return first.is_name or first.lower in words.determiners or first.lower in words.pronouns
