"""Turn a word of a query into terms of the index."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from corpus_cli.engines.fields import FieldName
from corpus_cli.text.stem import stem, stop_words
from corpus_cli.text.tokenise import Token, exact, tokenise

Has = Callable[[str], bool]
"""A function that returns whether a term occurs in the corpus, unstemmed."""

_SHORTEST_PART = 3
_LONGEST_SPLIT = 40


class TermForm(NamedTuple):
    """One way in which a text can write a word: terms at successive positions of one field.

    `span` is the number of positions that a match covers; 0 means the whole compound at its
    position.
    """

    field: FieldName
    terms: tuple[str, ...]
    span: int


class WordForms(NamedTuple):
    """The forms of a word in its stemmed and its unstemmed reading, and a note for the user."""

    stemmed: tuple[TermForm, ...]
    unstemmed: tuple[TermForm, ...]
    note: str = ""


def is_stop_word(text: str) -> bool:
    """Return whether a bare word is too common to rank by; `US` and `WHO` in capitals are not."""
    tokens = tokenise(text)
    return bool(tokens) and all(token.term in stop_words() for token in tokens)


def terms_to_look_up(row: Sequence[str]) -> Iterator[str]:
    """Yield all terms whose presence the forms of a row of bare words depend on."""
    single_terms = []
    for text in row:
        tokens = tokenise(text)
        if tokens and not tokens[-1].position:
            yield from (token.term for token in tokens)
            yield from chain.from_iterable(_split_pairs(tokens[0].term))
        single_terms.append(tokens[0].term if len(tokens) == 1 else "")
    yield from (left + right for left, right in pairwise(single_terms) if left and right)


def bare_forms(text: str, has: Has) -> WordForms:
    """Return the forms of a bare word: its stem, its joined or split form, its capitals."""
    tokens = tokenise(text)
    if not tokens:
        return WordForms((), ())
    if tokens[-1].position:
        return _compound_forms(tokens)
    one = [token.term for token in tokens if token.kind == "singular"]
    forms = _marked_forms(
        text, one or [token.term for token in tokens if token.kind == "word"], has
    )
    unelided = [token.term for token in tokens if token.kind == "unelided"]
    # In D'Angelo and Dell'Orto it is a part of a name.
    if unelided and not text.startswith("D"):
        return merge_forms(forms, _marked_forms(text, unelided, has))
    return forms


def quoted_forms(text: str, field: FieldName = "words", prefix: str = "") -> tuple[TermForm, ...]:
    """Return the words of a quotation in order; case, marks, dots and hyphens are folded.

    `AK-47s` and `l'Abbé` are only themselves.

    With `prefix`, return the form of a metadata value.
    """
    terms = _phrase_terms(tokenise(text), marked=False)
    return (TermForm(field, tuple(prefix + term for term in terms), len(terms)),) if terms else ()


def name_form(terms: str) -> TermForm:
    """Return a form of a name from its terms, none of which is stemmed."""
    split = tuple(terms.split(" "))
    return TermForm("words", split, len(split))


def typed_forms(text: str, has: Has) -> tuple[TermForm, ...]:
    """Return the forms of a typed name: several words as quoted, an abbreviation in capitals."""
    tokens = tokenise(text)
    if " " in text:
        return quoted_forms(text)
    if tokens[-1].position == 0 and any(token.term.startswith("=") for token in tokens):
        return (name_form(exact(text)),)
    return bare_forms(text, has).unstemmed


def joined_pair(left: str, right: str, has: Has) -> WordForms | None:
    """Return two adjacent bare words as one joined word; None if the corpus does not have it.

    `counterterrorism` is the joined word of `counter terrorism`.
    """
    tokens = [*tokenise(left), *tokenise(right)]
    if len(tokens) != 2 or is_stop_word(left) or is_stop_word(right):  # noqa: PLR2004 - a pair
        return None
    joined = tokens[0].term + tokens[1].term
    if not has(joined):
        return None
    return WordForms((TermForm("stems", (stem(joined),), 0),), (TermForm("words", (joined,), 0),))


def merge_forms(forms: WordForms, *longer_forms: WordForms) -> WordForms:
    """Return the forms of a word together with those of longer words that contain it."""
    return WordForms(
        forms.stemmed + tuple(form for other in longer_forms for form in other.stemmed),
        forms.unstemmed + tuple(form for other in longer_forms for form in other.unstemmed),
        forms.note,
    )


def _marked_forms(text: str, terms: Sequence[str], has: Has) -> WordForms:
    """Return the forms of a word from its terms: only in capitals, if it is written so."""
    marks = [term for term in terms if term.startswith("=")]
    # With digits it is no word in small letters, and `AK47` is the joined form of AK-47.
    if not marks or not terms[0].isalpha():
        return _word_forms(terms[0], has)
    if has(marks[0]):
        return WordForms((_single_term("stems", marks[0]),), (_single_term("words", marks[0]),))
    lower = _word_forms(terms[0], has)
    if not has(terms[0]):
        return lower
    return lower._replace(note=f"{text} does not occur in capitals and was read as {terms[0]}")


def _word_forms(term: str, has: Has) -> WordForms:
    if term in stop_words():
        return WordForms((_single_term("words", term),), (_single_term("words", term),))
    splits = tuple(_splits(term, has))
    stemmed = (_single_term("stems", stem(term)), _single_term("stems", f"={term}"), *splits)
    return WordForms(stemmed, (_single_term("words", term), *splits))


def _splits(term: str, has: Has) -> Iterator[TermForm]:
    """Yield a word as two words of the corpus, which may write `counter terrorism`."""
    for parts in _split_pairs(term):
        if all(map(has, parts)):
            yield TermForm("words", parts, 2)


def _split_pairs(term: str) -> Iterator[tuple[str, str]]:
    if not term.isalpha() or len(term) > _LONGEST_SPLIT or term in stop_words():
        return
    for at in range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1):
        parts = term[:at], term[at:]
        if stop_words().isdisjoint(parts):
            yield parts


def _compound_forms(tokens: list[Token]) -> WordForms:
    phrase = _phrase_terms(tokens, marked=True)
    form = TermForm("words", phrase, tokens[-1].position + 1)
    joined = [token.term for token in tokens if token.span > 1]
    return _with_joined(form, joined[-1]) if joined else WordForms((form,), (form,))


def _with_joined(phrase: TermForm, joined: str) -> WordForms:
    return WordForms(
        (phrase, TermForm("stems", (stem(joined),), 0)),
        (phrase, TermForm("words", (joined,), 0)),
    )


def _phrase_terms(tokens: list[Token], *, marked: bool) -> tuple[str, ...]:
    """Return one term for each position: in Han script the pair.

    If `marked`, it is the one in capitals, and 47 for `AK-47s`.
    """
    kinds = ("word", "singular") if marked else ("word",)
    term_by_position: dict[int, str] = {}
    for token in tokens:
        if token.span == 1 and token.kind in kinds and (marked or token.term[0] != "="):
            term_by_position[token.position] = token.term
    return tuple(term_by_position[position] for position in sorted(term_by_position))


def _single_term(field: FieldName, term: str) -> TermForm:
    return TermForm(field, (term,), 1)
