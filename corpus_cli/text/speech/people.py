"""The people an article names, by which its pronouns are read."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from corpus_cli.text.data import listed
from corpus_cli.text.speech.speakers import Speaker
from corpus_cli.text.speech.words import speech_words

_NAME = r"(?:[A-Z\u00c0-\u00de\u0100-\u017f][\w’'\-]*\.?|(?:al|el)-[A-Z][\w’'\-]*)"
_RUN = re.compile(rf"(?<![\w.’'-]){_NAME}(?:[ ](?:{_NAME}|bin|al|de|von|van|der|ibn))+")
_POSSESSIVE = re.compile(r"['’]s?$")
_BEFORE = re.compile(r"\b(\w{1,16}) $")
_PRONOUNS = {"Mr.": "he", "Mr": "he", "Mrs.": "she", "Mrs": "she", "Ms.": "she", "Ms": "she"}
_TITLE_LENGTH = 20
_MOST_NAMES = 50
"""A family name with more bearers in an article tells nobody apart."""

_FEW = 2
_CLEARLY_MORE = 3
_REACH = 2


class People:
    """Who speaks and acts in an article, as it is read from its beginning."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = paragraphs
        self._full_names: defaultdict[str, Counter[str]] | None = None
        self._sure: set[str] = set()
        self._given: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._by_title: defaultdict[str, set[str]] = defaultdict(set)
        self._pronouns: dict[str, str] = {}
        self._person = ""
        self._spoke = False
        self._group = ""
        self._described: dict[str, str] = {}
        self._last_paragraph = -_REACH - 1
        self._group_paragraph = -_REACH - 1

    def mention(self, speaker: Speaker, paragraph: int, *, is_certain: bool = True) -> None:
        """Note that a sentence is about somebody, whom `he` means from there on.

        Unless it `is_certain` that it is a person, only names in full elsewhere count.
        """
        words = speech_words()
        if speaker.kind == "name":
            if _is_group(speaker.text):
                self._group = speaker.text
                self._group_paragraph = paragraph
                return
            name = self.full_name(speaker)
            has_title = speaker.title.rpartition(" ")[2].lower().rstrip(".") in words.titles
            if " " not in name and not has_title and (not is_certain or name.endswith("s")):
                return
            self._person = name
            self._spoke = is_certain
            self._last_paragraph = paragraph
            for word in speaker.title.split():
                if pronoun := _PRONOUNS.get(word):
                    self._pronouns.setdefault(name, pronoun)
                self._by_title[word.lower().rstrip(".")].add(_family_name(name))
        elif speaker.text in {"he", "she"}:
            if paragraph - self._last_paragraph <= _REACH:
                self._last_paragraph = paragraph
        elif speaker.kind == "description":
            noun = speaker.text.split()[-1].lower()
            if noun.endswith("s") or noun in words.things or noun in words.organisations:
                self._group = speaker.text
                self._group_paragraph = paragraph
                return
            text = self.resolve(speaker, paragraph) or speaker.text
            self._person = text
            self._last_paragraph = paragraph
            if not text.lower().startswith("the "):
                self._described[noun] = text

    def resolve(self, speaker: Speaker, paragraph: int) -> str:
        """Return who is meant, by the fullest name in the article; empty if that is not clear."""
        if speaker.kind == "name":
            return self.full_name(speaker)
        if speaker.kind == "description":
            return self._resolve_description(speaker.text, paragraph)
        if speaker.text in {"he", "she"}:
            is_near = paragraph - self._last_paragraph <= _REACH
            if not is_near or self._pronouns.get(self._person, speaker.text) != speaker.text:
                return ""
            self._pronouns[self._person] = speaker.text
            return self._person
        return self._group if paragraph - self._group_paragraph <= 1 else ""

    def full_name(self, speaker: Speaker) -> str:
        """Return the fullest form of a name, if the article has only one with that family name."""
        words = speaker.text.split()
        if len(words) >= _FEW or not words or _is_group(speaker.text):
            return speaker.text
        names = self._names().get(words[-1].lower()) or self._of_given_name(words[-1].lower())
        if not names or len(names) > _MOST_NAMES:
            return speaker.text
        (name, count), *rivals = names.most_common()
        is_only = all(not self._is_sure(rival, times) for rival, times in rivals)
        is_rare = count == 1 and bool(rivals)
        is_far_ahead = all(count >= _CLEARLY_MORE * times for _, times in rivals)
        if self._is_sure(name, count) and ((is_only and not is_rare) or is_far_ahead):
            return name
        return speaker.text

    def _is_sure(self, name: str, count: int) -> bool:
        """Return whether words in capitals are a name, and not only next to each other."""
        first = name.partition(" ")[0].lower()
        return count > 1 or name in self._sure or first in given_names()

    def _of_given_name(self, word: str) -> Counter[str]:
        return self._given[word] if word in given_names() else Counter()

    def _resolve_description(self, text: str, paragraph: int) -> str:
        words = text.split()
        if words[0].lower() not in {"the", "this", "that"} or "of" in words:
            return text
        noun = words[-1].lower()
        if noun in self._described:
            return self._described[noun]
        self._names()
        people = self._by_title.get(noun.partition("-")[0], set())
        if len(people) == 1:
            return self.full_name(Speaker(next(iter(people))))
        is_near = paragraph - self._last_paragraph <= 1 and self._person[:1].isupper()
        spoke = self._spoke and _family_name(self._person) in people
        if is_near and (spoke or (not people and noun in speech_words().roles)):
            return self._person
        return text

    def _names(self) -> Mapping[str, Counter[str]]:
        """Return the names of two words or more, by the last word in small letters."""
        if self._full_names is None:
            self._full_names = defaultdict(Counter)
            for text in self._paragraphs:
                for name, title in _named(text):
                    self._note(name, title, self._full_names)
            for names in self._full_names.values():
                if len(names) <= _MOST_NAMES:
                    _join_longer(names)
        return self._full_names

    def _note(
        self, name: Sequence[str], title: str, full_names: Mapping[str, Counter[str]]
    ) -> None:
        words = speech_words()
        last = name[-1].lower()
        if title in words.titles or title in words.speakers:
            self._by_title[title].add(name[-1])
        if _FEW <= len(name) <= _FEW * 2 and last not in words.organisations:
            full = " ".join(name)
            full_names[last][full] += 1
            self._given[name[0].lower()][full] += 1
            if title in words.titles:
                self._sure.add(full)


def _named(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield the names in a text, each with the title before it in small letters, or empty."""
    words = speech_words()
    for match in _RUN.finditer(text):
        run = _POSSESSIVE.sub("", match[0].rstrip(".")).split(" ")
        while run and run[-1] in words.particles:
            run.pop()
        cut = 0
        for at, word in enumerate(run[:-1]):
            lower = word.lower().rstrip(".").rpartition("-")[2]
            is_apart = lower in words.organisations and at + _FEW < len(run)
            if lower in words.before_names or is_apart or word.endswith(("'s", "’s", "s'", "s’")):
                cut = at + 1
        if cut:
            yield run[cut:], run[cut - 1].lower().rstrip(".")
        elif run:
            before = _BEFORE.search(text, max(match.start() - _TITLE_LENGTH, 0), match.start())
            yield run, before[1].lower() if before else ""


@cache
def given_names() -> frozenset[str]:
    """Return the given names, folded."""
    return listed("given_names.txt")


def _join_longer(names: Counter[str]) -> None:
    """Count `John F. Kerry` and `Iraqi Bashar Assad` with the shorter form of the name."""
    for name in sorted(names, key=len, reverse=True):
        first = name.partition(" ")[0]
        shorter = (other for other in names if len(other) < len(name))
        for other in shorter:
            if name.endswith(f" {other}") or other.partition(" ")[0] == first:
                names[other] += names.pop(name)
                break


def _family_name(name: str) -> str:
    return name.rpartition(" ")[2]


def _is_group(name: str) -> bool:
    words = speech_words()
    is_listed = _family_name(name).lower() in words.organisations or name.lower() in words.places
    return is_listed or (name.isupper() and len(name) > 1)
