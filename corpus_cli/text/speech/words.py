"""The words of reported speech."""

from functools import cache
from typing import NamedTuple

from corpus_cli.text.data import listed, toml


class SpeechWords(NamedTuple):
    """The word lists of reported speech, in small letters but for `outlets` and `outlet_ends`.

    The last ones are unions of others.
    """

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
    who: frozenset[str]
    """Nouns of those who speak."""
    sure: frozenset[str]
    """Words after which a word that may be a noun is a verb."""
    before_names: frozenset[str]
    """Words in capitals that are no part of the name after them."""
    phrase_openers: frozenset[str]
    """Words with which no subject begins."""
    subject_verbs: frozenset[str]
    """Small words after a name that is a subject."""
    silent: frozenset[str]
    """Words before a verb whose subject does not say anything."""


@cache
def all_verbs() -> tuple[str, ...]:
    """Return all words by which speech is attributed."""
    words = speech_words()
    return tuple(sorted(words.saying | words.quoting | {"according"}))


@cache
def speech_words() -> SpeechWords:
    """Return the word lists."""
    lists = {key: frozenset(words) for key, words in toml("speech").items()}
    who = lists["speakers"] | lists["organisations"]
    shortened = listed("shortened.txt")
    return SpeechWords(
        **lists,
        shortened=shortened,
        who=who,
        sure=who | lists["pronouns"] | lists["adverbs"],
        before_names=lists["titles"] | lists["days"] | lists["openers"] | shortened,
        phrase_openers=lists["prepositions"] | lists["conjunctions"],
        subject_verbs=lists["passive"] | {"has", "who"},
        silent=lists["passive"] | lists["negations"],
    )
