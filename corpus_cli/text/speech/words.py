"""The words of reported speech."""

from functools import cache
from typing import NamedTuple

from corpus_cli.text.data import toml


class SpeechWords(NamedTuple):
    """Word lists of `data/speech.toml`, in small letters but for `outlets` and `outlet_ends`."""

    saying: frozenset[str]
    quoting: frozenset[str]
    pronouns: frozenset[str]
    adverbs: frozenset[str]
    speakers: frozenset[str]
    titles: frozenset[str]
    shortened: frozenset[str]
    organisations: frozenset[str]
    days: frozenset[str]
    openers: frozenset[str]
    enders: frozenset[str]
    determiners: frozenset[str]
    counts: frozenset[str]
    passive: frozenset[str]
    nouns: frozenset[str]
    naming: frozenset[str]
    parties: frozenset[str]
    prepositions: frozenset[str]
    conjunctions: frozenset[str]
    negations: frozenset[str]
    places: frozenset[str]
    things: frozenset[str]
    contacts: frozenset[str]
    particles: frozenset[str]
    roles: frozenset[str]
    outlets: frozenset[str]
    outlet_ends: frozenset[str]


@cache
def all_verbs() -> tuple[str, ...]:
    """Return all words by which speech is attributed."""
    words = speech_words()
    return tuple(sorted(words.saying | words.quoting | {"according"}))


@cache
def speech_words() -> SpeechWords:
    """Return the word lists."""
    return SpeechWords(**{key: frozenset(words) for key, words in toml("speech").items()})
