"""Any text at all becomes tokens, and harmless output."""

import json
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corpus_cli.engines.term_forms import quoted_forms
from corpus_cli.model import Mark
from corpus_cli.search.snippets import spans
from corpus_cli.text import tokenise as cut
from corpus_cli.text.normalise import fold, unify
from corpus_cli.text.printable import escape_json, one_line, printable
from corpus_cli.text.sentences import sentence_starts
from corpus_cli.text.tokenise import exact, terms, tokenise, units
from tests.property.made import ANY_TEXT, TRICKY

TEXTS = st.one_of(
    ANY_TEXT,
    st.lists(st.sampled_from(TRICKY), max_size=8).map(" ".join),
    st.lists(st.sampled_from([*TRICKY, *"-'’`./,\n_"]), max_size=12).map("".join),
)
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@settings(max_examples=80)
@given(TEXTS)
def test_tokens_lie_in_the_text_and_in_order(text: str) -> None:
    found = tokenise(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    positions = [token.position for token in found]
    assert positions == sorted(positions)
    starts = [token.start for token in found]
    assert starts == sorted(starts)
    assert all(token.term for token in found)


@settings(max_examples=80)
@given(TEXTS)
def test_positions_have_no_gaps(text: str) -> None:
    positions = {token.position for token in tokenise(text)}
    assert positions == set(range(len(positions)))


@pytest.mark.parametrize("text", ["\u0640 a", "a-\u0640-b", "\uff9e a"], ids=ascii)
def test_what_folds_to_nothing_is_no_word(text: str) -> None:
    positions = {token.position for token in tokenise(text)}
    assert positions == set(range(len(positions)))


@settings(max_examples=72)
@given(TEXTS)
def test_the_index_and_the_query_read_the_same_terms(text: str) -> None:
    indexed = {(position, term.word) for position, term in terms(text)}
    assert indexed == {(token.position, token.term) for token in tokenise(text)}


@settings(max_examples=72)
@given(TEXTS)
def test_what_is_written_in_one_piece_reads_the_same_alone(text: str) -> None:
    for unit in units(text):
        alone = [(token.term, token.span) for token in tokenise(unit.text)]
        assert alone == [(token.term, token.span) for token in unit.tokens]


_PIECES = (
    "AK-47s F-16s S-400s 1990s 1267/1989 2020/21 15.08.2021 9/11 1.5 l'Abbé d’Estaing qu'il l'OTAN "
    "O'Brien dell'Orso Qaʿida Qa`ida ٢٠٢١ ۱۴۰۲ ｶﾌﾞｰﾙ カブール รัฐมนตรี ខ្មែរ ကျွန်ုပ် 情勢 US word"
)
ROWS = st.lists(st.sampled_from(_PIECES.split(" ")), min_size=1, max_size=6)


@settings(max_examples=100)
@given(ROWS, st.data())
def test_any_words_of_a_text_are_a_phrase_in_it(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    at: dict[int, set[str]] = {}
    for token in tokenise(" ".join(words)):
        at.setdefault(token.position, set()).add(token.term)
    (form,) = quoted_forms(" ".join(words[start:end]))
    first = len({token.position for token in tokenise(" ".join(words[:start]))})
    assert all(term in at[first + n] for n, term in enumerate(form.terms))


@settings(max_examples=100)
@given(ROWS)
def test_a_name_is_in_the_text_by_the_terms_of_its_form(words: list[str]) -> None:
    text = " ".join(words)
    indexed = {(token.position, token.term) for token in tokenise(text)}
    assert indexed.issuperset(enumerate(exact(text).split(" ")))


@settings(max_examples=100)
@given(ROWS)
def test_a_part_of_a_word_is_found_alone_and_marked(words: list[str]) -> None:
    text = " ".join(words)
    for token in tokenise(text):
        if token.kind in {"number", "unelided"} and token.term[0] != "=":
            part = text[token.start : token.end]
            assert token.term in {one.term for one in tokenise(part)}
            (span,) = spans(text, [Mark(token.position, 1, "word", part)])
            assert text[span.start : span.end] == part


@settings(max_examples=72)
@given(TEXTS, TEXTS)
def test_a_blank_parts_words(left: str, right: str) -> None:
    apart = [token.term for token in (*tokenise(left), *tokenise(right))]
    assert [token.term for token in tokenise(f"{left} {right}")] == apart


@settings(max_examples=72)
@given(TEXTS)
def test_unify_keeps_the_length(text: str) -> None:
    assert len(unify(text)) == len(text)
    assert unify(unify(text)) == unify(text)


@settings(max_examples=100)
@given(st.one_of(TEXTS, st.characters()))
def test_fold_is_done_at_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_fold_is_done_at_once_for_every_character() -> None:
    every = (chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000)
    assert not [char for char in every if fold(fold(char)) != fold(char)]


@settings(max_examples=80)
@given(ANY_TEXT)
def test_printable_text_is_harmless(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert not UNSAFE.search(shown)
    assert not UNSAFE.search(one_line(text))
    assert len(one_line(text).splitlines()) < 2


@settings(max_examples=80)
@given(ANY_TEXT | st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3))
def test_json_is_harmless_and_exact(value: object) -> None:
    plain = json.dumps(value, ensure_ascii=False)
    # Two lone surrogates side by side are one character to JSON.
    assume(json.loads(json.dumps(value)) == value)
    assert not UNSAFE.search(escape_json(plain).replace("\n", ""))
    assert json.loads(escape_json(plain)) == value


@settings(max_examples=72)
@given(st.text("aB. !?…。”\n", max_size=30))
def test_sentences_begin_inside_the_text(text: str) -> None:
    starts = sentence_starts(text)
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    assert starts == [0] or starts[-1] < len(text)


SPACED = st.text(
    st.one_of(
        st.sampled_from("aB.'-,/19U_ ’\n\u00ad\u0301\u0670\u0906\u200d\u2060é—"),
        st.characters(max_codepoint=0x0DFF),
        st.characters(min_codepoint=0x1E00, max_codepoint=0x3004),
    )
)


@given(SPACED)
def test_a_text_with_blanks_is_cut_as_any_text_is(text: str) -> None:
    assert not cut._may_be_unspaced(text)  # noqa: SLF001 - as below
    plain, whole = (
        [(found.span(), found.lastgroup) for found in pattern.finditer(text)]
        for pattern in (cut._SPACED, cut._any())  # noqa: SLF001 - which is no business of others
    )
    assert plain == whole
