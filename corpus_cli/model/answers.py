"""The results of a search."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from corpus_cli.model.articles import Header, Passage
from corpus_cli.model.ids import SHORT_DIGITS, passage_id


class Mark(NamedTuple):
    """A matched run of words: position of the first, number of positions, and why.

    A length of 0 means the whole compound at that position. `word` is the query word that
    matched, `worth` its rarity in bits.
    """

    position: int
    length: int
    why: str
    word: str = ""
    worth: float = 1.0


class Part(NamedTuple):
    """A part of a score: its reason, words and field.

    `why` is as in a span, or `proximity` (two words of the query), `article` (the query in
    the whole article) or `feedback` (words of the best passages), which have no field.
    """

    why: str
    words: str
    field: str
    score: float


OnlyIn = Literal["", "title", "caption"]
"""Where the only matches of an article are; empty if there are some in text or heading."""


class Match(NamedTuple):
    """An engine's answer for one passage.

    `lacks` are the query words that neither the passage's text nor its heading has. `only_in` is
    `title` or `caption` if its article has no match elsewhere: then `lacks` are the words that
    these lack too. `suggested`: no typed word matched, only a suggested one. `parts` add up to
    the score.
    """

    passage: str
    marks: tuple[Mark, ...] = ()
    lacks: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    score: float = 0.0
    suggested: bool = False
    only_in: OnlyIn = ""


class Span(NamedTuple):
    """A matched range of a text in code points, end exclusive, and why it matched."""

    start: int
    end: int
    why: str


SpansByLine: TypeAlias = Mapping[int, tuple[Span, ...]]
"""The spans of lines of an article, in code points of each line, by the number of the line."""

NO_SPANS: SpansByLine = MappingProxyType({})


class Snippet(NamedTuple):
    """The part of a passage to show, with the spans inside it."""

    text: str
    spans: tuple[Span, ...]


class Place(NamedTuple):
    """The position in the article of a passage's first match, else of its beginning.

    `line` and `column` count from 1, the column in code points of the line, `byte` the same
    in bytes of UTF-8.
    """

    line: int
    column: int
    byte: int


class Hit(NamedTuple):
    """A ranked passage with its article and what matched in both.

    `names` are the names its own text mentions, by their canonical forms. `copies` are other
    articles that have a near-copy of the passage, the earliest first. `before` and `after` are its
    neighbours. `matches` is how many passages of the article match, 0 where hits are not grouped.
    `parts` are the parts of the score, if requested; they add up to it to six digits. `stale` is
    `changed` or `gone` if the file has changed or was deleted since it was read, and `missing` if
    it was not found, but may be elsewhere; `corpus` names the corpus if several were searched.
    `kind` is the kind of its lines (`chrome:caption`) if they are not part of the text, else empty.
    `only_in` is as in a match. `notes` are what a person wrote on it: pairs of what the note is on
    (`annotations.Place`) and the note; `my_tags` are the tags of that person.
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
    kind: str = ""
    only_in: OnlyIn = ""
    notes: tuple[tuple[str, str], ...] = ()
    my_tags: tuple[str, ...] = ()

    @property
    def file_place(self) -> Place:
        """Return where an editor opens the file: at the match, or at the beginning of a record."""
        line = self.header.find_file_line(self.place.line)
        if self.header.record_line and not self.header.keeps_lines:
            return Place(line, 1, 1)
        return self.place._replace(line=line)

    def __repr__(self) -> str:
        """Return a line short enough for a notebook that prints ten hits."""
        article = self.passage.article[:SHORT_DIGITS]
        place = f"{passage_id(article, self.passage.n)} line {self.place.line}"
        return f"<Hit {self.rank}: {self.passage.title!r}, {place}, {self.snippet.text[:60]!r}…>"


class Expansion(NamedTuple):
    """A name that was typed, and its other forms in the corpus.

    `forms` are pairs of another form and the number of passages that contain it, `articles`
    is the number of articles that have the name only in one of those forms.
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

    `parsed` is the query as it was parsed, `total` the number of matching passages, `articles` the
    number of their articles; passages that only match a suggestion are in neither. `article_ids`
    are those articles, best first, if they were requested.
    `suggested` are pairs of a word that was typed and the one that was searched as well. `notes`
    say what was repaired, dropped or left out, `hints` why nothing matches, `suggestions` are
    queries that match something. `id` is that of the query among several. `chrome` is the number of
    passages that match outside the texts of articles; None if these were not searched.
    """

    query: str
    parsed: str
    hits: tuple[Hit, ...]
    total: int
    articles: int
    article_ids: tuple[str, ...] = ()
    expanded: tuple[Expansion, ...] = ()
    suggested: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    partial: bool = False
    id: str = ""
    chrome: int | None = None


class Facet(NamedTuple):
    """The number of matching passages and articles with a value; an empty value means unknown."""

    by: str
    value: str
    passages: int
    articles: int


class Facets(NamedTuple):
    """The passages that match a query, counted by the metadata of their articles.

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
