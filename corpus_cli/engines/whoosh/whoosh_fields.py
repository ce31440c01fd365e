"""The fields of a passage as Whoosh knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, Final

from whoosh import analysis, fields, formats, query

from corpus_cli.engines.fields import FieldName, as_text, decode, encode, weight
from corpus_cli.engines.term_forms import is_stop_word
from corpus_cli.text.stem import stem, stop_words
from corpus_cli.text.tokenise import Token, tokenise

# ruff: noqa: ANN401 - Whoosh is untyped

TEXT_FIELDS: Final[Mapping[str, FieldName]] = {"text": "stems", "words": "words"}
"""The field of the index that each field of Whoosh with positions reads."""

FACT_FIELDS: Final = ("author", "date", "file", "lang", "modified", "path", "source", "tag")
"""The terms of each are those of `facts` that begin with its name and a colon."""

KEY_FIELDS: Final = ("article", "id")

INDEXED_FIELDS: Final = tuple(sorted((*TEXT_FIELDS, *FACT_FIELDS, *KEY_FIELDS)))

MARK: Final = b"\xff"
"""A byte that no term contains: with it a key says more than a term of `text`.

`peac MARK =peace` is a stem and a word in capitals that count as one term, `MARK =peace` matches
without a score, and `MARK MARK on` is a stop word, which only `words` has.
"""

_LAST = "\U0010ffff"
"""Sorts after all that a value may continue with."""


def make_fields() -> dict[str, fields.FieldType]:
    """Return the fields of the schema by name."""
    stored_only = {name: fields.STORED() for name in ("title", "heading", "lines", "page")}
    return {
        "id": fields.ID(stored=True, sortable=True, unique=True),
        "article": fields.ID(stored=True, sortable=True),
        **stored_only,
        "text": TextField(stems=True, stored=True),
        "words": TextField(stems=False, stored=False),
        **{name: FactField() for name in FACT_FIELDS},
        "date": WholeValueField(by_prefix=True),
        "modified": WholeValueField(by_prefix=True),
        "file": WholeValueField(by_prefix=False),
    }


class WordAndCapitals(str):
    """The stem of a word of a query; passages with its `capitals` count as if they had the stem."""

    __slots__ = ("capitals",)

    capitals: str

    @classmethod
    def of(cls, word: str, stemmed: str) -> WordAndCapitals:
        """Return the stem of a word, with the term of the same word in capitals."""
        text = cls(stemmed)
        text.capitals = f"={word}"
        return text


class UnscoredTerm(str):
    """A term of a query that is highlighted, while another term already scores what it matches."""

    __slots__ = ()


class StopWord(str):
    """A stop word in a phrase of stems: it is looked up in `words`, at the same positions."""

    __slots__ = ()


class PositionsFormat(formats.Format):
    """The positions of a posting, encoded as in a segment."""

    def __init__(self) -> None:
        super().__init__(field_boost=1.0)

    def word_values(self, value: Any, analyzer: Any, **options: Any) -> Iterator[Any]:
        """Yield every term of a text with its frequency, weight and positions."""
        options["positions"] = True
        positions_by_term: dict[str, set[int]] = {}
        for token in formats.tokens(value, analyzer, options):
            positions_by_term.setdefault(token.text, set()).add(token.pos)
        for term, positions in positions_by_term.items():
            ascending = sorted(positions)
            yield term, len(ascending), weight(ascending), encode(ascending)

    def encode(self, positions: Sequence[int]) -> bytes:
        """Return ascending positions as bytes."""
        return encode(positions)

    def decode_positions(self, value: bytes) -> list[int]:
        """Return the positions of a posting."""
        return decode(value)

    def decode_frequency(self, value: bytes) -> int:
        """Return how often the term occurs."""
        return len(decode(value))

    def decode_weight(self, value: bytes) -> float:
        """Return how often the term counts."""
        return weight(decode(value))

    def combine(self, values: Sequence[bytes]) -> bytes:
        """Return the positions of several postings as one."""
        return encode(sorted(set(chain.from_iterable(map(decode, values)))))


class PassageAnalyzer(analysis.Analyzer):
    """Turns a text into the terms of `stems` or `words`, as an ingest does.

    In the mode `query` it yields one term a position, for a phrase.
    """

    def __init__(self, *, stems: bool) -> None:
        self.stems = stems

    def __call__(  # noqa: PLR0913 - as Whoosh calls it
        self,
        value: str,
        *,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        tokenize: bool = True,
        **options: Any,
    ) -> Iterator[analysis.Token]:
        yielded = analysis.Token(positions, chars, removestops=removestops, mode=mode, **options)
        for token, text in self._terms(value, mode) if tokenize else _whole(value):
            yielded.text = text
            yielded.boost = 1.0
            yielded.stopped = False
            if keeporiginal:
                yielded.original = value[token.start : token.end]
            if positions:
                yielded.pos = start_pos + token.position
            if chars:
                yielded.startchar = start_char + token.start
                yielded.endchar = start_char + token.end
            yield yielded

    def _terms(self, value: str, mode: str) -> Iterator[tuple[Token, str]]:
        tokens = tokenise(value)
        if mode == "query":
            phrase_term = _stemmed_phrase_term if self.stems else _phrase_term
            for _, same_position in groupby(tokens, attrgetter("position")):
                yield phrase_term(_of_words(same_position))
        else:
            for token in tokens:
                text = _stem_of(token) if self.stems else token.term
                if text:
                    yield token, text


def _whole(value: str) -> Iterator[tuple[Token, str]]:
    yield Token(value, 0, 1, 0, len(value), plain=True), value


def _of_words(tokens: Iterable[Token]) -> list[Token]:
    """Return the tokens of words as they are written, without compounds and parts."""
    return [token for token in tokens if token.span == 1 and token.kind == "word"]


def _stem_of(token: Token) -> str:
    """Return the term of `stems` for a token; empty if the token has none there."""
    if token.term.startswith("="):
        return token.term
    return stem(token.term) if token.plain and token.term not in stop_words() else ""


def _phrase_term(tokens: Sequence[Token]) -> tuple[Token, str]:
    """Return the term of `words` for a position of a phrase; in Han script it is the pair."""
    token = [token for token in tokens if not token.term.startswith("=")][-1]
    return token, token.term


def _stemmed_phrase_term(tokens: Sequence[Token]) -> tuple[Token, str]:
    """Return the term of `stems` for a position of a phrase.

    In capitals it is the marked form, and in Han script the pair.
    """
    token = tokens[-1]
    stemmed = _stem_of(token)
    if not stemmed:
        return token, StopWord(token.term)
    if token.term.startswith("="):
        return token, stemmed
    return token, WordAndCapitals.of(token.term, stemmed)


def _fold_pattern(text: str) -> str:
    """Fold the beginning or the pattern of a word: its wildcards are no text."""
    tokens = tokenise(text)
    is_word = len(tokens) == 1 and tokens[0].end == len(text)
    return tokens[0].term if is_word else text.casefold()


class _AnalyzedField(fields.FieldType):
    """A field of which a query may ask single words of a value."""

    def process_text(
        self, qstring: str, mode: str = "", *, tokenize: bool = True, **options: Any
    ) -> Iterator[str]:
        """Yield the terms of a word of a query, or of a value."""
        if tokenize:
            yield from (token.text for token in self.analyzer(qstring, mode=mode, **options))
        else:
            yield _fold_pattern(qstring)


class TextField(_AnalyzedField):
    """The text of a passage with its heading and title, stemmed or as it is written."""

    def __init__(self, *, stems: bool, stored: bool) -> None:
        analyzer = PassageAnalyzer(stems=stems)
        super().__init__(
            PositionsFormat(), analyzer, scorable=True, stored=stored, multitoken_query="or"
        )
        self._read_word: Callable[[Sequence[Token]], Iterator[str]] = (
            _read_stemmed_word if stems else _read_word
        )
        self._stems = stems

    def process_text(
        self, qstring: str, mode: str = "", *, tokenize: bool = True, **options: Any
    ) -> Iterator[str]:
        """Yield the terms of a word of a query as a search with `corpus` reads it.

        Words joined by hyphens are one, and a word in small letters also means its capitals.
        """
        if mode != "query" or not tokenize:
            yield from super().process_text(qstring, mode, tokenize=tokenize, **options)
            return
        if self._stems and is_stop_word(qstring):
            return
        tokens = tokenise(qstring)
        joined = [token for token in tokens if token.span > 1]
        if joined and joined[-1].span == tokens[-1].position + 1:
            yield stem(joined[-1].term) if self._stems else joined[-1].term
            return
        for _, same_position in groupby(tokens, attrgetter("position")):
            yield from self._read_word(_of_words(same_position))

    def to_bytes(self, value: Any) -> bytes:
        """Return the key of a term, or of two that count as one."""
        if isinstance(value, WordAndCapitals):
            return value.encode() + MARK + value.capitals.encode()
        if isinstance(value, UnscoredTerm):
            return MARK + value.encode()
        if isinstance(value, StopWord):
            return MARK + MARK + value.encode()
        return bytes(super().to_bytes(value))

    def from_bytes(self, bs: bytes) -> str:
        """Return the term that a key looks up first."""
        return main_term(bs).decode()


def main_term(key: bytes) -> bytes:
    """Return the term of a key; of two that count as one it is the first."""
    return key.lstrip(MARK).partition(MARK)[0]


def _read_word(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the term of `words` for a word of a query: in capitals, if it is written so."""
    yield tokens[-1].term


def _read_stemmed_word(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the terms of `stems` for a word of a query."""
    _, text = _stemmed_phrase_term(tokens)
    yield text
    if isinstance(text, WordAndCapitals):
        yield UnscoredTerm(text.capitals)


class FactField(_AnalyzedField):
    """Metadata of the article, of which a query may ask single words."""

    def __init__(self) -> None:
        super().__init__(
            PositionsFormat(),
            PassageAnalyzer(stems=False),
            stored=True,
            sortable=True,
            multitoken_query="phrase",
        )

    def to_bytes(self, value: Any) -> bytes:
        """Return a term as bytes; what is no text of it is replaced, as in the index."""
        return bytes(super().to_bytes(as_text(value) if isinstance(value, str) else value))


class WholeValueField(FactField):
    """Metadata whose values are terms as they are.

    With `by_prefix` a value also means all that begin with it: `date:2024` is the whole year, and
    so is the end of a range.
    """

    def __init__(self, *, by_prefix: bool) -> None:
        super().__init__()
        self.analyzer = analysis.IDAnalyzer()
        self._by_prefix = by_prefix

    def process_text(
        self, qstring: str, mode: str = "", *, tokenize: bool = True, **options: Any
    ) -> Iterator[str]:
        """Yield the value as it is."""
        yield qstring

    def self_parsing(self) -> bool:
        return self._by_prefix

    def parse_query(self, fieldname: str, qstring: str, boost: float = 1.0) -> query.Query:
        pattern = query.Wildcard if set(qstring) & set("*?") else query.Prefix
        return pattern(fieldname, qstring, boost=boost)

    def parse_range(  # noqa: PLR0913, PLR0917 - as Whoosh calls it
        self,
        fieldname: str,
        start: str | None,
        end: str | None,
        startexcl: bool,  # noqa: FBT001 - the same
        endexcl: bool,  # noqa: FBT001 - the same
        boost: float = 1.0,
    ) -> query.Query:
        """Return the range with all that begins with its ends, or without any of it."""
        first = f"{start}{_LAST}" if start and startexcl else start
        last = end if endexcl or not end else f"{end}{_LAST}"
        return query.TermRange(fieldname, first, last, startexcl, endexcl, boost=boost)
