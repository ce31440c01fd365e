"""Decide which forms the words around make another name.

The family name of several people means one of them: this decides which.

`Chelsea Clinton` is not Hillary Clinton, `Kim Yo Jong` not Kim Jong Un, and `Kim Il Sung Square`
not Kim Il Sung. An index has no capitals of ordinary words, so lists of words decide.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from corpus_cli.engines.fields import TITLE
from corpus_cli.model.name_table import PERSON
from corpus_cli.text.data import listed, toml

_MOST_BETWEEN = 2

WordsAround = Mapping[int, str]
"""Position in a passage → the word there, if it is one of `context_words`."""

ReadingOrder = tuple[int, int]


class _Rules(NamedTuple):
    """The word lists of `data/other_names.toml` and `data/given_names.txt`."""

    after: frozenset[str]
    after_whole: frozenset[str]
    between: frozenset[str]
    particles: frozenset[str]
    given_names: frozenset[str]
    given_after: frozenset[str]
    given_syllables: frozenset[str]
    before: Sequence[Sequence[str]]


@cache
def _rules() -> _Rules:
    tables = toml("other_names")
    return _Rules(
        after=frozenset(tables["after"]),
        after_whole=frozenset(tables["after"]).union(tables["after_whole"]),
        between=frozenset(tables["between"]),
        particles=frozenset(tables["particles"]),
        given_names=listed("given_names.txt"),
        given_after=frozenset(tables["given_after"]),
        given_syllables=frozenset(tables["given_syllables"]),
        before=tuple(tuple(reversed(phrase.split(" "))) for phrase in tables["before"]),
    )


@cache
def context_words() -> frozenset[str]:
    """Return the words that can make a form another name, without those of `phrase_words`."""
    rules = _rules()
    return (
        rules.after_whole
        | rules.between
        | rules.particles
        | rules.given_names
        | rules.given_after
        | rules.given_syllables
        | {phrase[0] for phrase in rules.before}
    )


@cache
def phrase_words() -> Mapping[str, frozenset[str]]:
    """Return the last word of each phrase before a form, with the other words of such phrases.

    The others are frequent, so they are looked up only where the last one occurs.
    """
    words: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for last, *rest in _rules().before:
        words[last] |= frozenset(rest)
    return dict(words)


def words_wanted(present: Collection[str]) -> Iterable[str]:
    """Return the words to look up, ascending; `present` are those of `context_words` at hand."""
    more = (phrase_words().get(word, ()) for word in present)
    return sorted({*present}.union(*more))


def is_other_name(
    start: int, letters: Iterable[str], own_words: Collection[str], kind: str, around: WordsAround
) -> bool:
    """Return whether the words around an occurrence make it another name.

    `letters` are its forms, folded, all of the same number of words; `own_words` the words of all
    forms of its name, whose kind is `kind`.
    """
    forms = [form.split(" ") for form in letters]
    span = len(forms[0])
    if span > 1 and _follows_phrase(start, around):
        return True
    return kind == PERSON and (
        is_named_after(start + span, span, around)
        or (any(map(_is_bare, forms)) and _is_relative(start, own_words, around))
        or (span == 1 and _is_before_given_name(start, around))
    )


def is_named_after(end: int, span: int, around: WordsAround) -> bool:
    """Return whether a word directly after a person's name makes it that of a place or thing."""
    rules = _rules()
    things = rules.after_whole if span > 1 else rules.after
    for position in range(end, end + _MOST_BETWEEN + 1):
        word = around.get(position)
        if word in things:
            return True
        if word not in rules.between:
            return False
    return False


def reading_order(passage: int, position: int) -> ReadingOrder:
    """Return a value that is ordered as the places of an article are read, its title first.

    All passages share the title, so a place in it has the same value in all of them.
    """
    return (-1, position) if position >= TITLE else (passage, position)


def means_own_bearer(
    own: Collection[ReadingOrder], other_places: Iterable[Collection[ReadingOrder]]
) -> bool:
    """Return whether a short form means its own name in an article with full names of others.

    It means the bearer whose full name the article has most often. The first one counts as if it
    occurred once more, because an article introduces whom it is about. `own` and each of
    `other_places` are the places of the full names of one bearer.
    """
    return all(_comes_before(own, places) for places in other_places if places)


def _comes_before(own: Collection[ReadingOrder], other: Collection[ReadingOrder]) -> bool:
    if not own:
        return False
    is_first = min(own) < min(other)
    return len(own) + 1 >= len(other) if is_first else len(own) > len(other) + 1


def _is_bare(words: Sequence[str]) -> bool:
    """Return whether a form is a family name alone, such as `Assad` or `al-Assad`."""
    return len(words) == 1 or (words[0] in _rules().particles and len(words) == 2)  # noqa: PLR2004


def _is_relative(start: int, own_words: Collection[str], around: WordsAround) -> bool:
    """Return whether a given name before a family name belongs to no form of its name."""
    before = around.get(start - 1)
    if before in _rules().particles:
        before = around.get(start - 2)
    return before in _rules().given_names and before not in own_words


def _is_before_given_name(start: int, around: WordsAround) -> bool:
    """Return whether a given name follows a family name: a place of the full name is longer."""
    rules = _rules()
    after, second = around.get(start + 1), around.get(start + 2)
    return after in rules.given_after or {after, second} <= rules.given_syllables


def _follows_phrase(start: int, around: WordsAround) -> bool:
    return any(
        all(around.get(start - n) == word for n, word in enumerate(phrase, 1))
        for phrase in _rules().before
    )
