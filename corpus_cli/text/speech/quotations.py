"""Find the quotations of a text, with who said them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from corpus_cli.text.speech.attributions import Attribution, find_attributions, outlet_in
from corpus_cli.text.speech.choices import (
    FEWEST_WORDS,
    Kind,
    choose,
    is_heading,
    is_title,
    kind_of,
    says_something,
)
from corpus_cli.text.speech.clauses import Sentence, SpeechToken, split_sentences
from corpus_cli.text.speech.marks import QuotedRange, begins_quoted, find_quoted
from corpus_cli.text.speech.people import People
from corpus_cli.text.speech.speakers import first_subject
from corpus_cli.text.speech.words import all_verbs

_MARK = re.compile("[“”„«»\"‘]|(?:^|\\s)'")

_SUBJECT_CHARACTERS = 100
_MOST_PIECES = 50


class Paragraph(NamedTuple):
    """A paragraph and where it starts in the text of its article."""

    start: int
    text: str


class Quotation(NamedTuple):
    """What somebody said: ranges of the text of the article, and how it is attributed.

    `direct` are whole sentences between quotation marks, `partial` is a sentence of the article
    with words between marks, `indirect` one without. `speaker` is empty if it is not clear who is
    meant. `outlet` is the agency or outlet that was told.
    """

    pieces: tuple[tuple[int, int], ...]
    kind: Kind
    speaker: str
    verb: str
    outlet: str = ""
    quoted: tuple[tuple[int, int], ...] = ()
    """The ranges between marks, of all kinds; for `direct` the same as `pieces`."""


def find_quotations(
    paragraphs: Sequence[Paragraph], is_over: Callable[[], bool] = lambda: False
) -> Iterator[Quotation]:
    """Yield the quotations of an article in the order of its text, until the time is over."""
    reader = _Reader(paragraphs)
    complete = 0
    for number in range(len(paragraphs)):
        if is_over():
            break
        reader.read(number)
        # The last one may go on in the next paragraph.
        before, complete = complete, max(complete, len(reader.quotations) - 1)
        yield from reader.quotations[before:complete]
    yield from reader.quotations[complete:]


class _Statement(NamedTuple):
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
        self._statement: _Statement | None = None
        self._is_open = False

    def read(self, number: int) -> None:
        """Read a paragraph."""
        text = self._paragraphs[number].text
        has_marks = bool(_MARK.search(text))
        quoted = find_quoted(text) if has_marks else []
        quoted = self._closed(quoted, number)
        goes_on = self._is_open and begins_quoted(text)
        statement, self._statement = self._statement, None
        if statement and not (goes_on or statement.has_quote or statement.ends_with_colon):
            statement = None
        for at, sentence in enumerate(split_sentences(text, quoted)):
            if quoted or _verbs().search(text, sentence.start, sentence.end):
                statement = self._read_sentence(
                    sentence,
                    quoted,
                    number,
                    statement,
                    is_first=at == 0,
                    goes_on=goes_on and at == 0,
                )
            else:
                self._mention_subject(sentence.beginning(_SUBJECT_CHARACTERS), number)
                statement = None
        self._statement = statement
        self._is_open = bool(quoted and quoted[-1].is_open)

    def _closed(self, quoted: list[QuotedRange], number: int) -> list[QuotedRange]:
        """Return the ranges without one at the end that is not closed and does not go on."""
        if quoted and quoted[-1].is_open:
            following = self._paragraphs[number + 1 : number + 2]
            if not following or not begins_quoted(following[0].text):
                return quoted[:-1]
        return quoted

    def _mention_subject(self, tokens: Sequence[SpeechToken], number: int) -> None:
        if subject := first_subject(tokens):
            self._people.mention(subject, number, is_certain=False)

    def _read_sentence(  # noqa: PLR0913 - the state of a paragraph
        self,
        sentence: Sentence,
        quoted: Sequence[QuotedRange],
        number: int,
        statement: _Statement | None,
        *,
        is_first: bool,
        goes_on: bool,
    ) -> _Statement | None:
        """Add the quotations of a sentence, and return what it says."""
        tokens = sentence.tokens
        self._mention_subject(tokens, number)
        attributions = [(one, self._resolve(one, number)) for one in find_attributions(tokens)]
        outlet = outlet_in(tokens)
        spans = [at for at, token in enumerate(tokens) if token.quote >= 0]
        if not spans:
            return self._read_indirect(sentence, attributions, number, outlet)
        text = self._paragraphs[number].text
        if not any(token.is_word for token in tokens):
            return self._continue(tokens, quoted, number, statement, joins=not is_first or goes_on)
        inner = {at: quoted[tokens[at].quote].inner(text) for at in spans}
        chosen = [
            (at, *pair, kind_of(tokens, at, pair[0], inner[at]))
            for at in spans
            if not is_title(tokens, at, inner[at]) and (pair := choose(attributions, tokens, at))
        ]
        partly = sum(len(inner[at].split()) for at, *_, kind in chosen if kind == "partial")
        last: _Statement | None = None
        begins = sentence.start
        joins = goes_on and is_first and bool(statement)
        for at, attribution, speaker, kind in chosen:
            if kind == "partial" and partly < FEWEST_WORDS:
                continue
            now = _Statement(
                speaker, attribution.verb, attribution.outlet or outlet, has_quote=True
            )
            self._add(
                quoted[tokens[at].quote], number, kind, now, begins, sentence.end, joins=joins
            )
            if kind == "direct":
                begins = _after_stop(text, quoted[tokens[at].quote].end)
            last, joins = now, True
        if last is None and attributions:
            one, speaker = attributions[-1]
            last = _Statement(speaker, one.verb, one.outlet or outlet, has_quote=False)
        return last

    def _continue(
        self,
        tokens: Sequence[SpeechToken],
        quoted: Sequence[QuotedRange],
        number: int,
        statement: _Statement | None,
        *,
        joins: bool,
    ) -> _Statement | None:
        """Add a sentence that is all quoted, which goes on with what was said before it."""
        if not statement or not statement.speaker:
            return None
        text = self._paragraphs[number].text
        if all(is_heading(quoted[one.quote].inner(text)) for one in tokens if one.quote >= 0):
            return None
        for token in tokens:
            if token.quote >= 0:
                self._add(
                    quoted[token.quote],
                    number,
                    "direct",
                    statement,
                    joins=joins and statement.has_quote,
                )
                joins, statement = True, statement._replace(has_quote=True, ends_with_colon=False)
        return statement

    def _read_indirect(
        self,
        sentence: Sentence,
        attributions: Sequence[tuple[Attribution, str]],
        number: int,
        outlet: str,
    ) -> _Statement | None:
        if not attributions:
            return None
        start, text = self._paragraphs[number]
        one, speaker = attributions[0]
        ends_with_colon = text[: sentence.end].rstrip().endswith(":")
        statement = _Statement(
            speaker,
            one.verb,
            one.outlet or outlet,
            has_quote=False,
            ends_with_colon=ends_with_colon,
        )
        if ends_with_colon:
            one, speaker = attributions[-1]
            return statement._replace(speaker=speaker, verb=one.verb)
        if speaker and one.is_saying and says_something(sentence.tokens, one):
            end = sentence.start + len(text[sentence.start : sentence.end].rstrip())
            piece = (start + sentence.start, start + end)
            self.quotations.append(
                Quotation((piece,), "indirect", speaker, one.verb, statement.outlet)
            )
        return statement

    def _resolve(self, one: Attribution, number: int) -> str:
        """Return who speaks; from there on, `he` is this person."""
        name = self._people.resolve(one.speaker, number)
        if one.verb != "according to":
            self._people.mention(one.speaker, number)
        return name

    def _add(  # noqa: PLR0913, PLR0917 - one quotation
        self,
        span: QuotedRange,
        number: int,
        kind: Kind,
        statement: _Statement,
        begins: int = 0,
        ends: int = 0,
        *,
        joins: bool,
    ) -> None:
        """Add a quotation, or join it with the last one if that has the same speaker and kind.

        Of a sentence that is quoted in part, the range from `begins` to `ends` is added.
        """
        offset, text = self._paragraphs[number]
        inner = (offset + span.start + 1, offset + (span.end if span.is_open else span.end - 1))
        piece = inner
        if kind == "partial":
            piece = (offset + begins, offset + len(text[:ends].rstrip()))
        last = self.quotations[-1] if self.quotations else None
        is_same = joins and last and (last.speaker, last.kind) == (statement.speaker, kind)
        if last and is_same and len(last.quoted) < _MOST_PIECES:
            pieces = last.pieces if kind == "partial" else (*last.pieces, piece)
            self.quotations[-1] = last._replace(pieces=pieces, quoted=(*last.quoted, inner))
            return
        self.quotations.append(
            Quotation((piece,), kind, statement.speaker, statement.verb, statement.outlet, (inner,))
        )


def _after_stop(text: str, at: int) -> int:
    """Return the position after the punctuation and blanks that follow a position."""
    rest = text[at:]
    return at + len(rest) - len(rest.lstrip(" ,;–—-"))


@cache
def _verbs() -> re.Pattern[str]:
    first = ["According", "Added", "Said", "Says"]
    return re.compile(rf"\b(?:{'|'.join([*all_verbs(), *first])})\b")
