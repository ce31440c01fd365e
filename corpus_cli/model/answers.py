"""What a question is answered with."""

from __future__ import annotations

from typing import NamedTuple

from corpus_cli.model.articles import Header, Passage


class Mark(NamedTuple):
    """A matched run of words: position of the first, number of positions, and why.

    A length of 0 is what the text writes in one piece from there. `word` is what of the query
    it stands for, `worth` how much that tells: bits of its rarity.
    """

    position: int
    length: int
    why: str
    word: str = ""
    worth: float = 1.0


class Part(NamedTuple):
    """A part of a score: why it is earned, by which words, in which field.

    `why` is as in a span, or `proximity` (two words of the query), `article` (the query in
    the whole article), `feedback` (words of the best passages) or `meaning` (nearness of the
    whole passage), which have no field.
    """

    why: str
    words: str
    field: str
    score: float


class Match(NamedTuple):
    """An engine's answer for one passage.

    `lacks` are the words asked for that neither it nor its title and heading have.
    `suggested` tells that nothing typed matched, only what was suggested for it. `parts` add
    up to the score.
    """

    passage: str
    marks: tuple[Mark, ...] = ()
    lacks: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    score: float = 0.0
    suggested: bool = False


class Span(NamedTuple):
    """A matched range of a text in code points, end exclusive, and why it matched."""

    start: int
    end: int
    why: str


class Snippet(NamedTuple):
    """The window of a passage worth showing, with the spans inside it."""

    text: str
    spans: tuple[Span, ...]


class Place(NamedTuple):
    """Where in its article the first match of a passage stands, else where the passage begins.

    `line` and `column` count from 1, the column in code points of the line, `byte` the same
    in bytes of UTF-8.
    """

    line: int
    column: int
    byte: int


class Hit(NamedTuple):
    """One ranked answer: a passage, its article, and what matched in both.

    `names` are the names its own text mentions, by their canonical forms. `copies` are other
    articles that have a near-copy of the passage, the earliest first. `before` and `after`
    are its neighbours. `matches` is how many passages of the article match, 0 where hits are
    not grouped. `parts` are what the score is made of, where that is asked for: to six digits
    they add up to it. `stale` is `changed` or `gone` where the file is not as it was read; `corpus`
    names the corpus where several were asked.
    """

    rank: int
    score: float
    passage: Passage
    header: Header
    place: Place
    spans: tuple[Span, ...]
    title_spans: tuple[Span, ...]
    snippet: Snippet
    lacks: tuple[str, ...]
    names: tuple[str, ...] = ()
    suggested: bool = False
    copies: tuple[str, ...] = ()
    before: tuple[Passage, ...] = ()
    after: tuple[Passage, ...] = ()
    matches: int = 0
    stale: str = ""
    corpus: str = ""
    parts: tuple[Part, ...] = ()

    def __repr__(self) -> str:
        """Short enough for a notebook that prints ten of them."""
        place = f"{self.passage.id} line {self.place.line}"
        return f"<Hit {self.rank}: {self.passage.title!r}, {place}, {self.snippet.text[:60]!r}…>"


class Expansion(NamedTuple):
    """A name that was typed, and what was found for it.

    `forms` are pairs of another form and the number of passages it stands in, `articles`
    how many articles have the name only in one of those.
    """

    typed: str
    name: str
    kind: str
    origin: str
    forms: tuple[tuple[str, int], ...]
    articles: int
    note: str


class Results(NamedTuple):
    """The answer to a query.

    `parsed` is the query as it was understood, `total` the number of matching
    passages, `articles` the ids of the articles they stand in, best first; what only a
    suggestion found is in neither. `suggested` are pairs of a word that was typed and the
    one that was looked for as well. `notes` tell what was mended, dropped or left out,
    `hints` why nothing was found, `suggestions` are queries that find something. `id` is
    that of the query among several.
    """

    query: str
    parsed: str
    hits: tuple[Hit, ...]
    total: int
    articles: tuple[str, ...]
    expanded: tuple[Expansion, ...] = ()
    suggested: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    partial: bool = False
    id: str = ""


class Facet(NamedTuple):
    """How many of the passages found, and articles, have a value; an empty one is none."""

    by: str
    value: str
    passages: int
    articles: int


class Facets(NamedTuple):
    """The passages a query finds, counted by what is known of their articles.

    `facets` come field by field, in each the most frequent value first; years and months in
    their order.
    """

    query: str
    parsed: str
    facets: tuple[Facet, ...]
    total: int
    articles: int
    notes: tuple[str, ...] = ()
    partial: bool = False
