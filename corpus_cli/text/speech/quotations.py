"""Find the quotations of a text, with who said them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from corpus_cli.text.speech.attributions import Attribution, find_attributions, outlet_in
from corpus_cli.text.speech.marks import Quoted, begins_quoted, find_quoted
from corpus_cli.text.speech.people import People
from corpus_cli.text.speech.sentences import Sentence, Token, split_sentences
from corpus_cli.text.speech.speakers import Speaker, first_subject
from corpus_cli.text.speech.words import speech_words

_FEWEST_WORDS = 4
_MARK = re.compile("[“”„«»\"‘]|(?:^|\\s)'")

_SUBJECT_CHARACTERS = 100
_LONGEST_TITLE = 6
_TO_THAT = 8
_PLAIN = frozenset(["said", "say", "says", "told", "tells", "tell", "saying", "added", "adds"])
"""Verbs after which any words are what is said."""

_BEFORE_TITLES = frozenset(
    ["book", "film", "in", "movie", "on", "program", "programme", "report", "show", "titled", "entitled"]
)
_SMALL = frozenset(["&", "a", "and", "for", "in", "of", "on", "the", "to", "with"])

Kind = Literal["direct", "partial", "indirect"]


class Paragraph(NamedTuple):
    """A paragraph and where it starts in the text of its article."""

    start: int
    text: str


class Quotation(NamedTuple):
    """What somebody said: ranges of the text of the article, and how it is attributed.

    `direct` are whole sentences between quotation marks, `partial` is a sentence of the article with
    words between marks, `indirect` one without. `speaker` is empty if it is not clear who is meant.
    `outlet` is the agency or outlet that was told.
    """

    pieces: tuple[tuple[int, int], ...]
    kind: Kind
    speaker: str
    verb: str
    outlet: str = ""
    quoted: tuple[tuple[int, int], ...] = ()
    """The ranges between marks, of all kinds; for `direct` the same as `pieces`."""


def find_quotations(paragraphs: Sequence[Paragraph]) -> Iterator[Quotation]:
    """Yield the quotations of an article in the order of its text."""
    reader = _Reader(paragraphs)
    for number in range(len(paragraphs)):
        reader.read(number)
    yield from reader.quotations


class _Said(NamedTuple):
    """What the last sentence said: who spoke, and whether its quotation may go on."""

    speaker: str
    verb: str
    outlet: str
    has_quote: bool
    ends_with_colon: bool = False


class _Reader:
    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.quotations: list[Quotation] = []
        self._paragraphs = paragraphs
        self._people = People([paragraph.text for paragraph in paragraphs])
        self._said: _Said | None = None
        self._is_open = False

    def read(self, number: int) -> None:
        """Read a paragraph."""
        start, text = self._paragraphs[number]
        has_marks = bool(_MARK.search(text))
        quoted = find_quoted(text) if has_marks else []
        quoted = self._closed(quoted, number)
        goes_on = self._is_open and begins_quoted(text)
        said, self._said = self._said, None
        if said and not (goes_on or said.has_quote or said.ends_with_colon):
            said = None
        for at, sentence in enumerate(split_sentences(text, quoted)):
            if quoted or _verbs().search(text, sentence.start, sentence.end):
                said = self._read_sentence(
                    sentence, quoted, number, said, is_first=at == 0, goes_on=goes_on and at == 0
                )
            else:
                self._mention_subject(sentence.beginning(_SUBJECT_CHARACTERS), number)
                said = None
        self._said = said
        self._is_open = bool(quoted and quoted[-1].is_open)

    def _closed(self, quoted: list[Quoted], number: int) -> list[Quoted]:
        """Return the ranges without one at the end that is not closed and does not go on."""
        if quoted and quoted[-1].is_open:
            following = self._paragraphs[number + 1 : number + 2]
            if not following or not begins_quoted(following[0].text):
                return quoted[:-1]
        return quoted

    def _mention_subject(self, tokens: Sequence[Token], number: int) -> None:
        if subject := first_subject(tokens):
            self._people.mention(subject, number, is_certain=False)

    def _read_sentence(  # noqa: PLR0913 - the state of a paragraph
        self,
        sentence: Sentence,
        quoted: Sequence[Quoted],
        number: int,
        said: _Said | None,
        *,
        is_first: bool,
        goes_on: bool,
    ) -> _Said | None:
        tokens = sentence.tokens
        attributions = [
            (one, self._resolve(one, tokens, number)) for one in find_attributions(tokens)
        ]
        if not attributions:
            self._mention_subject(tokens, number)
        spans = [at for at, token in enumerate(tokens) if token.quote >= 0]
        words_outside = sum(token.is_word for token in tokens)
        outlet = outlet_in(tokens)
        if not spans:
            return self._read_indirect(sentence, attributions, number, outlet)
        last: _Said | None = None
        used: dict[tuple[str, str], int] = {}
        for nth, at in enumerate(spans):
            chosen = _choose(attributions, tokens, at)
            inner = quoted[tokens[at].quote].inner(self._paragraphs[number].text)
            if _is_title(tokens, at, inner):
                continue
            if chosen is None:
                if not words_outside and said and said.speaker and (nth == 0 or last):
                    chosen_said = said
                    joins = said.has_quote and (not is_first or goes_on)
                    self._add(tokens[at], quoted, number, "direct", chosen_said, joins=joins)
                    last = said._replace(has_quote=True, ends_with_colon=False)
                continue
            attribution, speaker = chosen
            now = _Said(speaker, attribution.verb, attribution.outlet or outlet, has_quote=True)
            kind = _kind(tokens, at, attribution, inner)
            if kind == "partial" and not _is_long(tokens, spans, quoted, self._paragraphs[number].text):
                continue
            joins = (speaker, attribution.verb) in used or (
                goes_on and nth == 0 and is_first and bool(said) and said is not None and said.speaker == speaker
            )
            used[speaker, attribution.verb] = at
            self._add(tokens[at], quoted, number, kind, now, joins=joins, sentence=sentence)
            last = now
        if last is None and attributions:
            one, speaker = attributions[-1]
            last = _Said(speaker, one.verb, one.outlet or outlet, has_quote=False)
        return last._replace(ends_with_colon=False) if last else None

    def _read_indirect(
        self,
        sentence: Sentence,
        attributions: Sequence[tuple[Attribution, str]],
        number: int,
        outlet: str,
    ) -> _Said | None:
        if not attributions:
            return None
        start, text = self._paragraphs[number]
        one, speaker = attributions[0]
        ends_with_colon = text[: sentence.end].rstrip().endswith(":")
        said = _Said(speaker, one.verb, one.outlet or outlet, has_quote=False, ends_with_colon=ends_with_colon)
        if ends_with_colon:
            one, speaker = attributions[-1]
            return said._replace(speaker=speaker, verb=one.verb)
        if speaker and one.is_saying and _says_something(sentence.tokens, one):
            end = sentence.start + len(text[sentence.start : sentence.end].rstrip())
            piece = (start + sentence.start, start + end)
            self.quotations.append(
                Quotation((piece,), "indirect", speaker, one.verb, said.outlet)
            )
        return said

    def _resolve(self, one: Attribution, tokens: Sequence[Token], number: int) -> str:
        speaker = one.speaker
        name = self._people.resolve(speaker, number)
        if one.verb != "according to":
            self._people.mention(speaker, number)
        return name

    def _add(  # noqa: PLR0913, PLR0917 - one quotation
        self,
        token: Token,
        quoted: Sequence[Quoted],
        number: int,
        kind: Kind,
        said: _Said,
        *,
        joins: bool,
        sentence: Sentence | None = None,
    ) -> None:
        offset, text = self._paragraphs[number]
        span = quoted[token.quote]
        inner = (offset + span.start + 1, offset + (span.end if span.is_open else span.end - 1))
        piece = inner
        if kind == "partial" and sentence:
            end = sentence.start + len(text[sentence.start : sentence.end].rstrip())
            piece = (offset + sentence.start, offset + end)
        if joins and self.quotations and self.quotations[-1].speaker == said.speaker:
            last = self.quotations[-1]
            pieces = last.pieces if piece in last.pieces or kind == "partial" else (*last.pieces, piece)
            self.quotations[-1] = last._replace(pieces=pieces, quoted=(*last.quoted, inner))
            return
        self.quotations.append(
            Quotation((piece,), kind, said.speaker, said.verb, said.outlet, (inner,))
        )


def _choose(
    attributions: Sequence[tuple[Attribution, str]], tokens: Sequence[Token], at: int
) -> tuple[Attribution, str] | None:
    """Return the attribution of a quotation in its sentence.

    One directly after it comes first, then the last before it, then the next one after a comma.
    """
    after = [pair for pair in attributions if pair[0].start > at]
    before = [pair for pair in attributions if pair[0].start < at]
    named = [pair for pair in after if pair[0].verb != "according to"]
    if named and _is_next(tokens, at, named[0][0]):
        return named[0]
    direct = [pair for pair in before if pair[0].verb != "according to"]
    if direct:
        # `"A," he said, "B"`: the same speaker goes on.
        return direct[-1]
    if named and not any(token.quote >= 0 for token in tokens[at + 1 : named[0][0].start]):
        return named[0]
    if named:
        return named[0]
    according = [pair for pair in attributions if pair[0].verb == "according to"]
    return according[-1] if according else None


def _is_next(tokens: Sequence[Token], at: int, one: Attribution) -> bool:
    """Return whether nothing but the subject stands between a quotation and its verb."""
    between = tokens[at + 1 : one.start]
    if any(token.quote >= 0 for token in between):
        return False
    if not between:
        return True
    words = [token for token in between if token.is_word]
    if words and words[0].lower in speech_words().enders - {"as"}:
        return False
    stop = tokens[at].text[-2]
    return stop in ",?!…-—" or between[0].text in {",", "–", "—", "--"} or not words


def _kind(tokens: Sequence[Token], at: int, one: Attribution, inner: str) -> Kind:
    """Return whether a quotation is whole sentences, or words of a sentence of the article."""
    stop = tokens[at].text[-2]
    begins = inner.lstrip("[(…. ")[:1]
    is_whole = begins.isupper() or begins.isdigit() or (one.start > at == 0 and stop in ",?!")
    is_long = stop in ".,?!…" or len(inner.split()) >= _FEWEST_WORDS
    return "direct" if is_whole and is_long and one.verb not in speech_words().naming else "partial"


def _is_title(tokens: Sequence[Token], at: int, inner: str) -> bool:
    """Return whether what is quoted is the title of a programme or a book."""
    words = inner.rstrip(".,").split()
    if len(words) > _LONGEST_TITLE or not at:
        return False
    before = tokens[at - 1]
    names_it = before.is_possessive or before.lower in _BEFORE_TITLES
    return names_it and all(word[0].isupper() or word in _SMALL for word in words)


def _is_long(
    tokens: Sequence[Token], spans: Sequence[int], quoted: Sequence[Quoted], text: str
) -> bool:
    """Return whether a sentence quotes enough words to be more than a term."""
    inner = (quoted[tokens[at].quote].inner(text) for at in spans)
    return sum(len(words.split()) for words in inner) >= _FEWEST_WORDS


def _says_something(tokens: Sequence[Token], one: Attribution) -> bool:
    """Return whether a clause is said: after the verb, or before a comma and the speaker."""
    words = speech_words()
    if one.verb == "according to":
        return True
    following = [token for token in tokens[one.end :] if token.is_word]
    if len(following) < _FEWEST_WORDS:
        return any(token.text == "," for token in tokens[_FEWEST_WORDS : one.start])
    first = following[0]
    if first.lower in {"that", "there"}:
        return True
    if first.lower in words.enders or first.lower in {"to", "so", "nothing", "no"}:
        return any(token.lower == "that" for token in following[:_TO_THAT])
    if one.verb in _PLAIN:
        return True
    return first.is_name or first.lower in words.determiners or first.lower in words.pronouns


@cache
def _verbs() -> re.Pattern[str]:
    words = speech_words()
    verbs = sorted(words.saying | words.quoting | {"according"})
    return re.compile(rf"\b(?:{'|'.join(verbs)})\b")
