"""A word of a query as terms of the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from corpus_cli.engines.fields import FieldName
from corpus_cli.text.stem import stem, stop_words
from corpus_cli.text.tokenise import Token, exact, tokenise

Has = Callable[[FieldName, str], bool]
"""Whether a term stands in a field of the index."""

_SHORTEST_PART = 3
_LONGEST_SPLIT = 40


class Form(NamedTuple):
    """One way a word may be written: terms at successive positions of one field.

    `span` is the number of positions a match covers; 0 if that is what the text writes in
    one piece there.
    """

    field: FieldName
    terms: tuple[str, ...]
    span: int


class Forms(NamedTuple):
    """The ways in the stemmed and in the unstemmed reading, and a word for the user."""

    stemmed: tuple[Form, ...]
    unstemmed: tuple[Form, ...]
    note: str = ""


def is_stop(text: str) -> bool:
    """Whether a bare word is too common to rank by; `US` and `WHO` in capitals are not."""
    tokens = tokenise(text)
    return bool(tokens) and all(token.term in stop_words() for token in tokens)


def bare(text: str, has: Has) -> Forms:
    """What a bare word stands for: its stem, its joined form, its capitals."""
    tokens = tokenise(text)
    if not tokens:
        return Forms((), ())
    if tokens[-1].position:
        return _compound(tokens)
    marks = [token.term for token in tokens if token.term.startswith("=")]
    if not marks:
        return _word(tokens[0].term, has)
    if has("words", marks[0]):
        return Forms((_one("stems", marks[0]),), (_one("words", marks[0]),))
    lower = _word(tokens[0].term, has)
    if not has("words", tokens[0].term):
        return lower
    return lower._replace(note=f"{text} does not occur in capitals: read as {tokens[0].term}")


def quoted(text: str, field: FieldName = "words", prefix: str = "") -> tuple[Form, ...]:
    """The words of a quotation in their order; case, marks, dots and hyphens are folded.

    With `prefix` the form of a metadata value.
    """
    terms = _phrase(tokenise(text), marked=False)
    return (Form(field, tuple(prefix + term for term in terms), len(terms)),) if terms else ()


def name(terms: str) -> Form:
    """A written form of a name by its terms: nothing of it is stemmed."""
    split = tuple(terms.split(" "))
    return Form("words", split, len(split))


def typed(text: str, has: Has) -> tuple[Form, ...]:
    """A name as it stands in a query: several words as quoted, an abbreviation in capitals."""
    tokens = tokenise(text)
    if " " in text:
        return quoted(text)
    if tokens[-1].position == 0 and any(token.term.startswith("=") for token in tokens):
        return (name(exact(text)),)
    return bare(text, has).unstemmed


def pair(left: str, right: str, has: Has) -> Forms | None:
    """Two bare words side by side as one joined word, where the corpus knows it.

    So `counterterrorism` has both words of `counter terrorism`.
    """
    tokens = [*tokenise(left), *tokenise(right)]
    if len(tokens) != 2 or is_stop(left) or is_stop(right):  # noqa: PLR2004 - a pair
        return None
    joined = tokens[0].term + tokens[1].term
    if not has("words", joined):
        return None
    return Forms((Form("stems", (stem(joined),), 0),), (Form("words", (joined,), 0),))


def together(found: Forms, *others: Forms) -> Forms:
    """The forms of a word with those of longer words that hold it."""
    return Forms(
        found.stemmed + tuple(form for other in others for form in other.stemmed),
        found.unstemmed + tuple(form for other in others for form in other.unstemmed),
        found.note,
    )


def _word(term: str, has: Has) -> Forms:
    if term in stop_words():
        return Forms((_one("words", term),), (_one("words", term),))
    splits = tuple(_splits(term, has))
    stemmed = (_one("stems", stem(term)), _one("stems", f"={term}"), *splits)
    return Forms(stemmed, (_one("words", term), *splits))


def _splits(term: str, has: Has) -> Iterator[Form]:
    """A solid word as two: the corpus may write `counterterrorism` apart."""
    if not term.isalpha() or len(term) > _LONGEST_SPLIT:
        return
    for at in range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1):
        parts = term[:at], term[at:]
        if all(part not in stop_words() and has("words", part) for part in parts):
            yield Form("words", parts, 2)


def _compound(tokens: list[Token]) -> Forms:
    phrase = _phrase(tokens, marked=True)
    form = Form("words", phrase, tokens[-1].position + 1)
    joined = [token.term for token in tokens if token.span > 1]
    return _joined(form, joined[0]) if joined else Forms((form,), (form,))


def _joined(phrase: Form, joined: str) -> Forms:
    return Forms(
        (phrase, Form("stems", (stem(joined),), 0)),
        (phrase, Form("words", (joined,), 0)),
    )


def _phrase(tokens: list[Token], *, marked: bool) -> tuple[str, ...]:
    """One term a position: the one in capitals if `marked`, in Han script the pair."""
    chosen: dict[int, str] = {}
    for token in tokens:
        if token.span == 1 and (marked or not token.term.startswith("=")):
            chosen[token.position] = token.term
    return tuple(chosen[position] for position in sorted(chosen))


def _one(field: FieldName, term: str) -> Form:
    return Form(field, (term,), 1)
