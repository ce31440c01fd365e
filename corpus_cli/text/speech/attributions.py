"""Find who says something in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from corpus_cli.text.speech.clauses import SpeechToken
from corpus_cli.text.speech.speakers import Speaker, speaker_after, speaker_before
from corpus_cli.text.speech.words import speech_words

_MOST_WORDS = 4
_TO = frozenset(["by", "to", "with"])
_DASHES = frozenset(["–", "—", "--"])


class Attribution(NamedTuple):
    """A speaker and the verb of speech: tokens `start` to `end` (exclusive) of a sentence.

    `is_saying` is whether the words need no quotation marks. `outlet` is the agency or outlet that
    was told. `says_after` is whether what is said comes after it.
    """

    speaker: Speaker
    verb: str
    start: int
    end: int
    is_saying: bool
    outlet: str = ""


def find_attributions(tokens: Sequence[SpeechToken]) -> Iterator[Attribution]:
    """Yield the attributions of a sentence in their order."""
    words = speech_words()
    for at, token in enumerate(tokens):
        if token.text in _DASHES and at and tokens[at - 1].quote >= 0:
            # `"…" – Bill Clinton` is how lists of quotations attribute them.
            if (speaker := speaker_after(tokens, at + 1)) and " " in speaker.text:
                yield Attribution(speaker, "", at, at + 1, is_saying=False)
            continue
        if not token.is_word:
            continue
        verb = token.lower
        if verb == "according" and at + 1 < len(tokens) and tokens[at + 1].lower == "to":
            if speaker := speaker_after(tokens, at + 2):
                yield Attribution(speaker, "according to", at, at + 2, is_saying=True)
            continue
        is_saying = verb in words.saying
        if not (is_saying or verb in words.quoting) or (at and token.text[0].isupper()):
            continue
        if verb in {"put", "puts"} and [one.lower for one in tokens[at + 1 : at + 2]] != ["it"]:
            continue
        if verb in words.nouns and not _follows_speaker(tokens, at):
            continue
        speaker = _subject(tokens, at)
        if speaker:
            outlet = _outlet_told(tokens, at)
            yield Attribution(speaker, verb, at, at + 1, is_saying, outlet)


def outlet_in(tokens: Sequence[SpeechToken]) -> str:
    """Return the agency or outlet that a sentence says was spoken to; empty if none."""
    contacts = speech_words().contacts
    for at in range(1, len(tokens)):
        if tokens[at].lower in _TO and tokens[at - 1].lower in contacts:
            outlet = _outlet_at(tokens, at + 1)
            if outlet:
                return outlet
    return ""


def _subject(tokens: Sequence[SpeechToken], verb: int) -> Speaker | None:
    before = tokens[verb - 1] if verb else None
    if before is None or before.quote >= 0:
        return speaker_after(tokens, verb + 1) or speaker_before(tokens, verb)
    if before.text == "," and any(token.quote >= 0 for token in tokens[:verb]):
        last_quote = max(at for at in range(verb) if tokens[at].quote >= 0)
        following = speaker_after(tokens, verb + 1)
        # `"…" about the plan, said an official` has no subject before the verb.
        if following and not _begins_subject(tokens[last_quote + 1 : verb]):
            return following
        return speaker_before(tokens[last_quote + 1 :], verb - last_quote - 1) or following
    if before.text == ",":
        # `The bridge is gone, says the mayor, Mira Olsen` has its subject after the verb.
        following = speaker_after(tokens, verb + 1)
        clause = list(takewhile(lambda token: token.is_word, tokens[verb + 1 :]))
        is_inverted = clause and clause[-1].is_name and not _is_telling(tokens[verb])
        if following and following.kind == "name" and is_inverted:
            return following
        return speaker_before(tokens, verb) or following
    return speaker_before(tokens, verb)


def _begins_subject(tokens: Sequence[SpeechToken]) -> bool:
    """Return whether a clause begins with a name or `the …`, as a subject does."""
    words = [token for token in tokens if token.is_word]
    return bool(words) and (
        (words[0].is_name and words[0].lower not in speech_words().openers)
        or words[0].lower in {"the", "a", "an", "one"}
    )


def _follows_speaker(tokens: Sequence[SpeechToken], verb: int) -> bool:
    """Return whether the word before a verb that may be a noun is sure to be a speaker."""
    words = speech_words()
    before = tokens[verb - 1].lower if verb else ""
    return (
        not before
        or before in words.sure
        or tokens[verb - 1].quote >= 0
        or tokens[verb - 1].text == ","
    )


def _is_telling(verb: SpeechToken) -> bool:
    return verb.lower in {"tell", "tells", "told"}


def _outlet_told(tokens: Sequence[SpeechToken], verb: int) -> str:
    """Return the outlet that was told something: `told Reuters`, `told NPR's Audie Cornish`."""
    if _is_telling(tokens[verb]):
        return _outlet_at(tokens, verb + 1)
    return ""


def _outlet_at(tokens: Sequence[SpeechToken], at: int) -> str:
    """Return the name of an outlet that begins at a position; empty if there is none."""
    words = speech_words()
    if at < len(tokens) and tokens[at].text == "the":
        at += 1
    if at < len(tokens) and tokens[at].text.startswith("state-"):
        at += 1
    run: list[str] = []
    while at < len(tokens) and tokens[at].is_name and len(run) < _MOST_WORDS:
        is_last = tokens[at].is_possessive
        run.append(tokens[at].text.removesuffix("'s").removesuffix("’s").rstrip("'’"))
        at += 1
        if is_last:
            break
    if run:
        run[-1] = run[-1] if run[-1].endswith(".com") else run[-1].rstrip(".")
    for size in range(len(run), 0, -1):
        name = " ".join(run[:size])
        bare = name.removeprefix("The ")
        if name in words.outlets or bare in words.outlets or f"The {bare}" in words.outlets:
            return name
        if size > 1 and run[size - 1] in words.outlet_ends:
            return name
    return ""
