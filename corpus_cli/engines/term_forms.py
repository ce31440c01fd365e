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


class TermForm(NamedTuple):
    """One way a word may be written: terms at successive positions of one field.

    `span` is the number of positions a match covers; 0 if that is what the text writes in
    one piece there.
    """

    field: FieldName
    terms: tuple[str, ...]
    span: int


class WordForms(NamedTuple):
    """The ways in the stemmed and in the unstemmed reading, and a word for the user."""

    stemmed: tuple[TermForm, ...]
    unstemmed: tuple[TermForm, ...]
    note: str = ""


def is_stop_word(text: str) -> bool:
    """Whether a bare word is too common to rank by; `US` and `WHO` in capitals are not."""
    tokens = tokenise(text)
    return bool(tokens) and all(token.term in stop_words() for token in tokens)


def bare_forms(text: str, has: Has) -> WordForms:
    """What a bare word stands for: its stem, its joined form, its capitals."""
    tokens = tokenise(text)
    if not tokens:
        return WordForms((), ())
    if tokens[-1].position:
        return _compound_forms(tokens)
    marks = [token.term for token in tokens if token.term.startswith("=")]
    if not marks:
        return _word_forms(tokens[0].term, has)
    if has("words", marks[0]):
        return WordForms((_single_term("stems", marks[0]),), (_single_term("words", marks[0]),))
    lower = _word_forms(tokens[0].term, has)
    if not has("words", tokens[0].term):
        return lower
    return lower._replace(note=f"{text} does not occur in capitals: read as {tokens[0].term}")


def quoted_forms(text: str, field: FieldName = "words", prefix: str = "") -> tuple[TermForm, ...]:
    """The words of a quotation in their order; case, marks, dots and hyphens are folded.

    With `prefix` the form of a metadata value.
    """
    terms = _phrase_terms(tokenise(text), marked=False)
    return (TermForm(field, tuple(prefix + term for term in terms), len(terms)),) if terms else ()


def name_form(terms: str) -> TermForm:
    """A written form of a name by its terms: nothing of it is stemmed."""
    split = tuple(terms.split(" "))
    return TermForm("words", split, len(split))


def typed_forms(text: str, has: Has) -> tuple[TermForm, ...]:
    """A name as it stands in a query: several words as quoted, an abbreviation in capitals."""
    tokens = tokenise(text)
    if " " in text:
        return quoted_forms(text)
    if tokens[-1].position == 0 and any(token.term.startswith("=") for token in tokens):
        return (name_form(exact(text)),)
    return bare_forms(text, has).unstemmed


def joined_pair(left: str, right: str, has: Has) -> WordForms | None:
    """Two bare words side by side as one joined word, where the corpus knows it.

    So `counterterrorism` has both words of `counter terrorism`.
    """
    tokens = [*tokenise(left), *tokenise(right)]
    if len(tokens) != 2 or is_stop_word(left) or is_stop_word(right):  # noqa: PLR2004 - a pair
        return None
    joined = tokens[0].term + tokens[1].term
    if not has("words", joined):
        return None
    return WordForms((TermForm("stems", (stem(joined),), 0),), (TermForm("words", (joined,), 0),))


def merge_forms(forms: WordForms, *longer_forms: WordForms) -> WordForms:
    """The forms of a word with those of longer words that hold it."""
    return WordForms(
        forms.stemmed + tuple(form for other in longer_forms for form in other.stemmed),
        forms.unstemmed + tuple(form for other in longer_forms for form in other.unstemmed),
        forms.note,
    )


def _word_forms(term: str, has: Has) -> WordForms:
    if term in stop_words():
        return WordForms((_single_term("words", term),), (_single_term("words", term),))
    splits = tuple(_splits(term, has))
    stemmed = (_single_term("stems", stem(term)), _single_term("stems", f"={term}"), *splits)
    return WordForms(stemmed, (_single_term("words", term), *splits))


def _splits(term: str, has: Has) -> Iterator[TermForm]:
    """A solid word as two: the corpus may write `counterterrorism` apart."""
    if not term.isalpha() or len(term) > _LONGEST_SPLIT:
        return
    for at in range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1):
        parts = term[:at], term[at:]
        if all(part not in stop_words() and has("words", part) for part in parts):
            yield TermForm("words", parts, 2)


def _compound_forms(tokens: list[Token]) -> WordForms:
    phrase = _phrase_terms(tokens, marked=True)
    form = TermForm("words", phrase, tokens[-1].position + 1)
    joined = [token.term for token in tokens if token.span > 1]
    return _with_joined(form, joined[0]) if joined else WordForms((form,), (form,))


def _with_joined(phrase: TermForm, joined: str) -> WordForms:
    return WordForms(
        (phrase, TermForm("stems", (stem(joined),), 0)),
        (phrase, TermForm("words", (joined,), 0)),
    )


def _phrase_terms(tokens: list[Token], *, marked: bool) -> tuple[str, ...]:
    """One term a position: the one in capitals if `marked`, in Han script the pair."""
    term_by_position: dict[int, str] = {}
    for token in tokens:
        if token.span == 1 and (marked or not token.term.startswith("=")):
            term_by_position[token.position] = token.term
    return tuple(term_by_position[position] for position in sorted(term_by_position))


def _single_term(field: FieldName, term: str) -> TermForm:
    return TermForm(field, (term,), 1)
