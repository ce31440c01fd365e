"""The people an article names, by which its pronouns are read."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus_cli.text.speech.speakers import Speaker
from corpus_cli.text.speech.words import speech_words

_NAME = r"(?:[A-Z\u00c0-\u00de\u0100-\u017f][\w’'\-]*\.?|(?:al|el)-[A-Z][\w’'\-]*)"
_RUN = re.compile(rf"(?<![\w.-]){_NAME}(?:[ ](?:{_NAME}|bin|al|de|von|van|der|ibn))+")
_POSSESSIVE = re.compile(r"['’]s?$")
_FEW = 2
_CLEARLY_MORE = 3
_REACH = 2


class People:
    """Who speaks and acts in an article, as it is read from its beginning."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = paragraphs
        self._full_names: dict[str, Counter[str]] | None = None
        self._by_title: defaultdict[str, set[str]] = defaultdict(set)
        self._person = ""
        self._group = ""
        self._described: dict[str, str] = {}
        self._last_paragraph = -_REACH

    def mention(self, speaker: Speaker, paragraph: int) -> None:
        """Note that a sentence is about somebody, whom `he` means from there on."""
        if speaker.kind == "name":
            if _is_group(speaker.text):
                self._group = speaker.text
                return
            self._person = self.full_name(speaker)
            self._last_paragraph = paragraph
            for word in speaker.title.split():
                self._by_title[word.lower().rstrip(".")].add(self._person)
        elif speaker.kind == "description":
            noun = speaker.text.split()[-1].lower()
            if noun.endswith("s") or noun in {"police", "people"}:
                self._group = speaker.text
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
            return self._resolve_description(speaker.text)
        if speaker.text in {"he", "she", "who"}:
            is_near = paragraph - self._last_paragraph <= _REACH
            return self._person if is_near else ""
        return self._group

    def full_name(self, speaker: Speaker) -> str:
        """Return the fullest form of a name, if the article has only one with that family name."""
        words = speaker.text.split()
        if len(words) >= _FEW or not words or _is_group(speaker.text):
            return speaker.text
        names = self._names().get(words[-1].lower())
        if not names:
            return speaker.text
        ranked = names.most_common(_FEW)
        if len(ranked) == 1 or ranked[0][1] >= _CLEARLY_MORE * ranked[1][1]:
            return ranked[0][0]
        return speaker.text

    def _resolve_description(self, text: str) -> str:
        words = text.split()
        if words[0].lower() not in {"the", "this", "that"}:
            return text
        noun = words[-1].lower()
        if noun in self._described:
            return self._described[noun]
        people = self._by_title.get(noun, set())
        if len(people) == 1:
            return next(iter(people))
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
                        low = word.lower().rstrip(".")
                        if (
                            low in words.titles
                            or low in words.days
                            or low in words.openers
                            or low in words.shortened
                            or word.endswith(("'s", "’s", "s'", "s’"))
                        ):
                            cut = at + 1
                    name = run[cut:]
                    last = name[-1].lower()
                    if _FEW <= len(name) <= _FEW * 2 and last not in words.organisations:
                        self._full_names[last][" ".join(name)] += 1
            for names in self._full_names.values():
                _join_longer(names)
        return self._full_names


def _join_longer(names: Counter[str]) -> None:
    """Count `Bashar al Assad` and `Iraqi Bashar Assad` with the form in them that is written most."""
    for name in sorted(names, key=len, reverse=True):
        words = name.split()
        for other in list(names):
            if other != name and len(other) < len(name) and (
                name.endswith(f" {other}") or words[0] == other.split()[0]
            ):
                names[other] += names.pop(name)
                break


def _is_group(name: str) -> bool:
    last = name.split()[-1].lower() if name else ""
    return last in speech_words().organisations or (name.isupper() and len(name) > 1)
