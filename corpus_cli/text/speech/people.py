"""The people an article names, by which its pronouns are read."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache

from corpus_cli.text.data import listed
from corpus_cli.text.speech.speakers import Speaker
from corpus_cli.text.speech.words import speech_words

_NAME = r"(?:[A-Z\u00c0-\u00de\u0100-\u017f][\w’'\-]*\.?|(?:al|el)-[A-Z][\w’'\-]*)"
_RUN = re.compile(rf"(?<![\w.-]){_NAME}(?:[ ](?:{_NAME}|bin|al|de|von|van|der|ibn))+")
_POSSESSIVE = re.compile(r"['’]s?$")
_BEFORE = re.compile(r"(\w+) $")
_ROLES = frozenset(
    [
        "candidate",
        "congressman",
        "congresswoman",
        "democrat",
        "governor",
        "lawmaker",
        "leader",
        "mayor",
        "premier",
        "republican",
        "senator",
        "billionaire",
        "nominee",
    ]
)
_PARTICLES = frozenset(["al", "bin", "de", "von", "van", "der", "ibn"])
_PRONOUNS = {"Mr.": "he", "Mr": "he", "Mrs.": "she", "Mrs": "she", "Ms.": "she", "Ms": "she"}
_FEW = 2
_CLEARLY_MORE = 3
_REACH = 2


class People:
    """Who speaks and acts in an article, as it is read from its beginning."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = paragraphs
        self._full_names: dict[str, Counter[str]] | None = None
        self._sure: set[str] = set()
        self._given: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._by_title: defaultdict[str, set[str]] = defaultdict(set)
        self._pronouns: dict[str, str] = {}
        self._person = ""
        self._group = ""
        self._described: dict[str, str] = {}
        self._last_paragraph = -_REACH - 1
        self._group_paragraph = -_REACH - 1

    def mention(self, speaker: Speaker, paragraph: int, *, is_certain: bool = True) -> None:
        """Note that a sentence is about somebody, whom `he` means from there on.

        Unless it `is_certain` that it is a person, only names in full elsewhere count.
        """
        if speaker.kind == "name":
            if _is_group(speaker.text):
                self._group = speaker.text
                self._group_paragraph = paragraph
                return
            name = self.full_name(speaker)
            if " " not in name and (not is_certain or name.endswith("s")):
                return
            self._person = name
            self._last_paragraph = paragraph
            for word in speaker.title.split():
                if pronoun := _PRONOUNS.get(word):
                    self._pronouns.setdefault(name, pronoun)
                self._by_title[word.lower().rstrip(".")].add(self._person)
        elif speaker.text in {"he", "she"}:
            if paragraph - self._last_paragraph <= _REACH:
                self._last_paragraph = paragraph
        elif speaker.kind == "description":
            noun = speaker.text.split()[-1].lower()
            if noun.endswith("s") or noun in {"police", "people"}:
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
        if not names:
            return speaker.text
        ranked = [
            (name, count)
            for name, count in names.most_common()
            if count > 1 or name in self._sure or name.split()[0].lower() in given_names()
        ][:_FEW]
        if not ranked:
            return speaker.text
        if len(ranked) == 1 or ranked[0][1] >= _CLEARLY_MORE * ranked[1][1]:
            return ranked[0][0]
        return speaker.text

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
        people = self._by_title.get(noun, set())
        if len(people) == 1:
            return next(iter(people))
        is_near = paragraph - self._last_paragraph <= 1 and " " in self._person
        if is_near and (self._person in people or (not people and noun in _ROLES)):
            return self._person
        return text

    def _names(self) -> dict[str, Counter[str]]:
        """Return the names of two words or more, by the last word in small letters."""
        if self._full_names is None:
            words = speech_words()
            self._full_names = defaultdict(Counter)
            for text in self._paragraphs:
                for match in _RUN.finditer(text):
                    run = _POSSESSIVE.sub("", match[0].rstrip(".")).split(" ")
                    cut = 0
                    for at, word in enumerate(run[:-1]):
                        low = word.lower().rstrip(".").rpartition("-")[2]
                        if (
                            low in words.titles
                            or low in words.days
                            or low in words.openers
                            or low in words.shortened
                            or word.endswith(("'s", "’s", "s'", "s’"))
                        ):
                            cut = at + 1
                        elif low in words.organisations and at + _FEW < len(run):
                            cut = at + 1
                    while run and run[-1] in _PARTICLES:
                        run.pop()
                    name = run[cut:]
                    if not name:
                        continue
                    last = name[-1].lower()
                    if _FEW <= len(name) <= _FEW * 2 and last not in words.organisations:
                        full = " ".join(name)
                        self._full_names[last][full] += 1
                        self._given[name[0].lower()][full] += 1
                        before = _BEFORE.search(text, max(match.start() - 20, 0), match.start())
                        titles = [run[cut - 1]] if cut else [before[1]] if before else []
                        for title in titles:
                            if title.lower() in words.titles or title.lower() in words.speakers:
                                self._by_title[title.lower()].add(full)
                            if title.lower() in words.titles:
                                self._sure.add(full)
            for names in self._full_names.values():
                _join_longer(names)
        return self._full_names


@cache
def given_names() -> frozenset[str]:
    """Return the given names, folded."""
    return listed("given_names.txt")


def _join_longer(names: Counter[str]) -> None:
    """Count `Bashar al Assad` and `Iraqi Bashar Assad` with the form in them that is written most."""
    for name in sorted(names, key=len, reverse=True):
        words = name.split()
        for other in list(names):
            if (
                other != name
                and len(other) < len(name)
                and (name.endswith(f" {other}") or words[0] == other.split()[0])
            ):
                names[other] += names.pop(name)
                break


def _is_group(name: str) -> bool:
    last = name.split()[-1].lower() if name else ""
    return last in speech_words().organisations or (name.isupper() and len(name) > 1)
