"""Read who speaks: the noun phrase before or after a verb."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corpus_cli.text.speech.clauses import SpeechToken
from corpus_cli.text.speech.words import speech_words

_MOST_WORDS = 14
_NAME_WORDS = 2
_INITIAL = 2


class Speaker(NamedTuple):
    """Who speaks, as a text writes it.

    `text` is the name without titles, else the description or the pronoun; `title` are the words
    before the name.
    """

    text: str
    title: str = ""
    kind: str = "name"
    """`name`, `description` or `pronoun`."""


def speaker_before(tokens: Sequence[SpeechToken], verb: int) -> Speaker | None:
    """Return the subject of the verb at a position, which stands before it."""
    words = speech_words()
    end = verb
    while end and tokens[end - 1].is_word and _is_adverb(tokens[end - 1]):
        end -= 1
    if [token.lower for token in tokens[max(end - 3, 0) : end]] == ["went", "on", "to"]:
        end -= 3
    if not end or tokens[end - 1].lower in words.silent:
        return None
    if tokens[verb].lower.endswith("ing"):
        # `with Lavrov blasting …` has a subject of its own.
        name = _run_before(tokens[:end])
        preposition = end - len(name) - 1
        if name and preposition >= 0 and tokens[preposition].lower == "with":
            return _name_at_end(tokens[:end])
        return _of_sentence(tokens[:end])
    if tokens[end - 1].quote >= 0:
        return _of_apposition(_segments(tokens[:end]))
    if tokens[end - 1].text in {",", "–", "—", "--"}:
        return _of_apposition(_segments(tokens[_after_last_quote(tokens, end) : end]))
    start = end
    while start and tokens[start - 1].is_word:
        start -= 1
    phrase = tokens[start:end]
    if len(phrase) == 1 and phrase[0].lower == "who":
        before = _segments(tokens[:start])
        is_quote = start > 1 and any(token.quote >= 0 for token in tokens[start - 2 : start])
        return None if is_quote or not before else _of_clause_start(before[-1])
    if phrase and phrase[-1].lower in {"and", "but", "then", "or"}:
        # `decried … and said`: the subject is that of the first verb.
        return _of_clause_start(phrase[:-1]) if len(phrase) > 1 else _of_sentence(tokens[:start])
    return _of_phrase(phrase)


def speaker_after(tokens: Sequence[SpeechToken], start: int) -> Speaker | None:
    """Return the subject that stands directly after a verb: `said a spokesman, Li Wei, on …`."""
    words = speech_words()
    phrase: list[SpeechToken] = []
    at = start
    if at < len(tokens) and (
        tokens[at].lower in words.enders or tokens[at].lower in words.conjunctions
    ):
        return None
    while at < len(tokens) and tokens[at].is_word and len(phrase) < _MOST_WORDS:
        token = tokens[at]
        is_one_of = token.lower == "of" and phrase and phrase[-1].lower in words.counts
        is_within = is_one_of or _is_title_of(tokens, at) or _joins_name(tokens, at)
        if phrase and token.lower in words.enders and not is_within:
            break
        phrase.append(token)
        at += 1
        if (
            token.text.endswith(".")
            and token.lower not in words.shortened
            and not _is_initial(token)
        ):
            break
    if not phrase:
        return None
    if phrase[0].lower in words.pronouns:
        return Speaker(phrase[0].lower, kind="pronoun") if len(phrase) == 1 else None
    speaker = _name_at_end(phrase) or _description(phrase)
    is_named_after = at + 1 < len(tokens) and tokens[at].text == ","
    if is_named_after and (speaker.kind == "description" if speaker else phrase[0].lower == "one"):
        following = next(iter(_segments(tokens[at + 1 :])), [])
        return _whole_name(following) or speaker
    return speaker


def first_subject(tokens: Sequence[SpeechToken]) -> Speaker | None:
    """Return the person a sentence begins with, if it does and a verb or an apposition follows."""
    words = speech_words()
    at = 0
    if tokens and tokens[0].lower in {"but", "and", "still", "yet"}:
        at = 1
    if at < len(tokens) and tokens[at].lower in {"he", "she"}:
        return Speaker(tokens[at].lower, kind="pronoun")
    run = at
    while run < len(tokens) and (
        tokens[run].is_name or tokens[run].text in speech_words().particles
    ):
        if tokens[run].lower in words.openers or tokens[run].is_possessive:
            return None
        run += 1
    if run == at or run + 1 >= len(tokens):
        return None
    after = tokens[run + 1] if tokens[run].text == "," else tokens[run]
    if not after.text[0].islower():
        return None
    if after.lower in words.enders and after.lower not in words.subject_verbs:
        return None
    return _name_at_end(tokens[at:run])


def _after_last_quote(tokens: Sequence[SpeechToken], end: int) -> int:
    """Return where the words after the last quotation begin, or 0 if there are none."""
    quotes = [at for at in range(end) if tokens[at].quote >= 0]
    start = quotes[-1] + 1 if quotes else 0
    return start if any(token.is_word for token in tokens[start:end]) else 0


def _of_phrase(phrase: Sequence[SpeechToken]) -> Speaker | None:
    """Return the head of the words before a verb."""
    words = speech_words()
    if not phrase:
        return None
    if phrase[-1].lower in words.pronouns:
        return Speaker(phrase[-1].lower, kind="pronoun")
    if phrase[-1].lower == "who":
        return _name_at_end(phrase[:-1]) or _description(phrase[:-1])
    if phrase[-1].lower in words.determiners:
        return None
    whole = _description(phrase)
    if whole and len(whole.text.split()) == len(phrase):
        return whole
    name = _run_before(phrase)
    if name and not _is_within_phrase(phrase, len(phrase) - len(name)):
        return _name_at_end(phrase)
    return _of_clause_start(phrase) or (_description(phrase) if not name else None)


def _is_within_phrase(phrase: Sequence[SpeechToken], start: int) -> bool:
    """Return whether a name is only part of the subject: `an official in Iraq and Syria`."""
    place = " ".join(token.lower for token in phrase[start:])
    if place in speech_words().places and any(map(_is_preposition, phrase[:start])):
        return True
    while start and phrase[start - 1].lower in {"the", "a", "its", "his", "their"}:
        start -= 1
    while start > 1 and phrase[start - 1].lower in {"and", "or"} and phrase[start - 2].is_name:
        start -= 1
        while start and phrase[start - 1].is_name:
            start -= 1
    return (
        bool(start) and _is_preposition(phrase[start - 1]) and not _is_title_of(phrase, start - 1)
    )


def _of_clause_start(phrase: Sequence[SpeechToken]) -> Speaker | None:
    """Return the subject at the start of a clause: the words before the first preposition."""
    words = speech_words()
    phrase = list(phrase)
    while phrase and phrase[0].lower in {
        "but",
        "and",
        "that",
        "still",
        "yet",
        "as",
        "while",
        "though",
    }:
        del phrase[0]
    if not phrase or phrase[0].lower in words.phrase_openers:
        return None
    if phrase[0].lower in words.pronouns:
        return Speaker(phrase[0].lower, kind="pronoun")
    head: list[SpeechToken] = []
    for at, token in enumerate(phrase):
        if (
            head
            and (
                token.lower in words.enders
                or (_is_verb_like(token) and head[-1].lower not in words.determiners)
                or (head[-1].is_name and not head[-1].is_possessive and _is_plain(token))
            )
            and not (
                _is_title_of(phrase, at)
                or (head[-1].lower in {"one", "some", "many"} and token.lower == "of")
            )
        ):
            break
        head.append(token)
    return _name_at_end(head) or _description(head)


def _of_sentence(tokens: Sequence[SpeechToken]) -> Speaker | None:
    """Return the subject of a sentence that goes on after a comma or quotation."""
    for segment in _segments(tokens):
        if speaker := _of_clause_start(segment):
            return speaker
    return None


def _of_apposition(segments: Sequence[Sequence[SpeechToken]]) -> Speaker | None:
    """Return the subject before an apposition: `Li, the envoy, said`, `The envoy, Li, said`."""
    if not segments:
        return None
    last = segments[-1]
    for segment in segments[:-1]:
        first = _of_clause_start(segment)
        if first is None:
            continue
        is_name_in_full = first.kind == "name" and " " in first.text
        if not is_name_in_full and (named := _whole_name(last)):
            return named
        return first
    is_noun_phrase = len(segments) > 1 and not any(map(_is_preposition, segments[-2]))
    if is_noun_phrase and (name := _name_at_end(segments[-2])):
        return name
    return _whole_name(last) or _of_clause_start(last)


def _segments(tokens: Sequence[SpeechToken]) -> list[list[SpeechToken]]:
    """Return the pieces of a clause between commas and quotations."""
    segments: list[list[SpeechToken]] = [[]]
    for token in tokens:
        if token.is_word:
            segments[-1].append(token)
        elif segments[-1]:
            segments.append([])
    return [segment for segment in segments if segment]


def _run_before(phrase: Sequence[SpeechToken]) -> Sequence[SpeechToken]:
    """Return the name that a phrase ends with, with the titles in capitals before it."""
    words = speech_words()
    start = len(phrase)
    while start and (
        phrase[start - 1].is_name
        or (start < len(phrase) and phrase[start - 1].text.lower() in speech_words().particles)
        or _is_title_of(phrase, start - 1)
    ):
        token = phrase[start - 1]
        if start < len(phrase) and token.is_possessive:
            break
        # `Without` begins no sentence after `Doctors`.
        is_inside = 1 < start < len(phrase) and phrase[start - 2].is_name and token.is_name
        is_opener = token.lower in words.openers and token.text != "I"
        if token.lower in words.days or (is_opener and not is_inside):
            break
        start -= 1
    while start < len(phrase) and not phrase[start].is_name:
        start += 1
    return phrase[start:]


def _name_at_end(phrase: Sequence[SpeechToken]) -> Speaker | None:
    """Return the name that a phrase ends with, without the titles before it."""
    words = speech_words()
    run = _run_before(phrase)
    if not run:
        return None
    last = run[-1].lower
    if last in words.parties and len(run) < len(phrase):
        return _description(phrase)
    cut = 0
    if last.removesuffix("'s").removesuffix("’s") not in words.organisations:
        for at, token in enumerate(run[:-1]):
            if token.lower.rpartition("-")[2] in words.titles or (
                token.lower in words.shortened and at == 0
            ):
                cut = at + 1
        while cut < len(run) - 1 and not run[cut].is_name:
            cut += 1
    before = phrase[: len(phrase) - len(run)]
    title = " ".join(token.text for token in [*before[-4:], *run[:cut]])
    text = " ".join(token.text for token in run[cut:])
    if len(run) == 1 and text in words.outlet_ends and len(before) > 1:
        text = " ".join(token.text for token in phrase)
    return Speaker(_clean(text), title)


def _whole_name(segment: Sequence[SpeechToken]) -> Speaker | None:
    """Return a name if a segment is nothing else but one, of two words or more."""
    run = _run_before(segment)
    if len(run) == len(segment) and len(run) >= _NAME_WORDS:
        return _name_at_end(segment)
    return None


def _description(phrase: Sequence[SpeechToken]) -> Speaker | None:
    """Return the description that a phrase ends with: `a senior official`, `one of the aides`."""
    words = speech_words()
    if not phrase or words.who.isdisjoint(phrase[-1].lower.split("-")):
        return None
    start = len(phrase) - 1
    while start and not _ends_description(phrase[start - 1]):
        start -= 1
        if phrase[start].lower in words.determiners:
            break
    if start > 1 and phrase[start - 1].lower == "of" and phrase[start - 2].lower in words.counts:
        start -= 2
    if phrase[start].lower in {"how", "no", "what", "why"}:
        return None
    text = _clean(" ".join(token.text for token in phrase[start:]))
    if phrase[start].lower in words.determiners or phrase[start].lower in words.counts:
        text = text[0].lower() + text[1:]
    return Speaker(text, kind="description")


def _ends_description(token: SpeechToken) -> bool:
    words = speech_words()
    return (
        token.lower in words.enders
        or token.lower in words.phrase_openers
        or token.lower in {"and", "but", "as", "that", "while", "still", "what", "to", "led"}
        or _is_verb_like(token)
    )


def _clean(text: str) -> str:
    text = text.rstrip(".") if not text.endswith(("Jr.", "Sr.")) else text
    return text.removesuffix("'s").removesuffix("’s").rstrip("'’")


def _is_adverb(token: SpeechToken) -> bool:
    return token.lower in speech_words().adverbs or (
        token.text.endswith("ly") and token.text.islower()
    )


def _is_preposition(token: SpeechToken) -> bool:
    return token.lower in speech_words().prepositions


def _is_plain(token: SpeechToken) -> bool:
    """Return whether a word in small letters is no part of a name, a title or a description."""
    words = speech_words()
    return token.text.islower() and not (
        token.lower in words.titles
        or token.lower in words.speakers
        or token.lower in speech_words().particles
    )


def _is_title_of(tokens: Sequence[SpeechToken], at: int) -> bool:
    """Return whether a word is the `of` of a title: `Secretary of State John Kerry`."""
    if tokens[at].lower not in {"of", "for"} or not 0 < at < len(tokens) - 1:
        return False
    return (
        tokens[at - 1].lower in speech_words().titles
        and tokens[at - 1].is_name
        and tokens[at + 1].is_name
    )


def _joins_name(tokens: Sequence[SpeechToken], at: int) -> bool:
    """Return whether `and` is within the name of an organisation."""
    if tokens[at].lower != "and" or not at or not tokens[at - 1].is_name:
        return False
    end = at + 1
    while end < len(tokens) and tokens[end].is_name:
        end += 1
    return tokens[end - 1].lower in speech_words().organisations


def _is_verb_like(token: SpeechToken) -> bool:
    """Return whether a word in small letters is likely a verb after a subject."""
    return token.text.islower() and (
        token.text.endswith("ed")
        or token.lower in speech_words().saying
        or token.lower in {"went", "met"}
    )


def _is_initial(token: SpeechToken) -> bool:
    return len(token.text) <= _INITIAL or token.text.count(".") > 1
