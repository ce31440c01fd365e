"""An article, its parts and its metadata."""

from pathlib import Path
from typing import NamedTuple

from corpus_cli.model.ids import passage_id

STDIN = "-"
"""The path of a source that was read from standard input."""

BLANK = "blank"
BODY = "body"
BYLINE = "byline"
CAPTION = "chrome:caption"
CHROME = "chrome"
DEK = "dek"
HEADING = "heading"
METADATA = "metadata"
TITLE = "title"
TEXT_KINDS = frozenset({TITLE, DEK, HEADING, BODY})
"""The kinds of lines of the text itself, not of the page around it."""

EVIDENCE = 1_000
"""Characters up to which a title or heading is evidence; a longer one is a passage of its own."""

MAX_CHARACTERS, MAX_LINES = 50_000_000, 1_000_000
"""The most characters and lines of an article, so that no article takes all memory."""


class Line(NamedTuple):
    """One line of a source: its number (from 1), its kind, its text.

    A kind is one of the constants above, with a finer part after a colon in some cases
    (`chrome:bio`, `byline:affiliation`, `title:repeat`). `page` counts from 1; 0 where the
    format has none. `stated` is the kind that the format itself gives it, empty if none. `raw` is
    the text as the file has it if it was repaired, else empty.
    """

    n: int
    kind: str
    text: str
    page: int = 0
    stated: str = ""
    raw: str = ""

    @property
    def broad(self) -> str:
        """Return the kind without its finer part."""
        return self.kind.partition(":")[0]


STATED = "stated"
CLAIMED = "claimed"
INFERRED = "inferred"


AMBIGUOUS = "ambiguous"
"""The field of a date that may be either of two days; an article with a day of its own has none."""

SINGLE = frozenset({"title", "published", "modified", "source", "url", "language"})
"""The fields of metadata that have one value at most."""


class Datum(NamedTuple):
    """One value of an article's metadata, and where it was read (`line 2: byline`).

    `certainty` is `stated` (by the person who sent or wrote it: front matter, the header of a
    mail, a field of a record, a correction by hand), `claimed` (by the software that made the page
    or the file) or `inferred` (from the form of the text).
    """

    field: str
    value: str
    origin: str
    certainty: str = INFERRED

    @property
    def own(self) -> bool:
        """Return whether the value is from the article's lines, not from metadata of its file."""
        is_from_lines = self.origin == "text" or self.origin.startswith("line ")
        return self.certainty == INFERRED and is_from_lines


def host(url: str) -> str:
    """Return the host of an address, with or without scheme, without `www.`."""
    rest = url.partition("://")[2] or url
    return rest.partition("/")[0].rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")


class Definition(NamedTuple):
    """An explanation of an abbreviation in an article: `Shanghai Cooperation Organization (SCO)`.

    `line` counts from 1.
    """

    short: str
    long: str
    line: int


class Name(NamedTuple):
    """A group of written forms that mean one entity; the canonical form is one of `forms`.

    `short` forms mean it only in an article that has one of `forms` as well: surnames, and
    forms that another entity has too. `local` are the `short` forms that only a few articles
    explain: a query with only that form does not mean the name. `adjectives` (Afghan,
    Afghans) refer to it, but more weakly. `elsewhere` are pairs of a form and the articles
    that explain it as something else. `origin` is the pack it comes from, `mined`, or the
    file of the user.
    """

    canonical: str
    kind: str = ""
    forms: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, tuple[str, ...]], ...] = ()
    note: str = ""
    origin: str = ""
    local: tuple[str, ...] = ()


class Article(NamedTuple):
    """A text: every line with its kind, and the metadata.

    `id` is the beginning of the digest of its lines (`ids.article_id`).
    """

    id: str
    lines: tuple[Line, ...]
    metadata: tuple[Datum, ...]

    @property
    def text(self) -> str:
        """Return all lines joined by line feeds; passages are ranges of it in code points."""
        return "\n".join(line.text for line in self.lines)

    def values(self, name: str) -> tuple[str, ...]:
        """Return every value of one metadata field, in the order of the text."""
        return tuple(datum.value for datum in self.metadata if datum.field == name)


class Passage(NamedTuple):
    """A contiguous piece of an article: `article.text[start:end] == text`.

    `start` and `end` are code points, `lines` the first and last line (from 1).
    `heading` and `title` are those above it: evidence for ranking, not part of its text. So are
    the `captions` of its article, which only the first passage has, and only to be indexed.
    `page` counts from 1; 0 where there are none. `language` is ISO 639-1, empty if unknown.
    """

    article: str
    n: int
    start: int
    end: int
    lines: tuple[int, int]
    text: str
    title: str = ""
    heading: str = ""
    page: int = 0
    language: str = ""
    captions: str = ""

    @property
    def id(self) -> str:
        """Return `ARTICLE#n`, by which matches and citations refer to it."""
        return passage_id(self.article, self.n)

    def line_at(self, offset: int) -> int:
        """Return the line of the article at an offset of the text, in code points."""
        return self.lines[0] + self.text.count("\n", 0, offset)


class Source(NamedTuple):
    """Where an article was read: a path, and the record in a file with several."""

    path: str
    record: str = ""

    @property
    def name(self) -> str:
        """Return `PATH` or `PATH#RECORD`, as in lists and citations; standard input is `-`."""
        return f"{self.path}#{self.record}" if self.record and self.path != STDIN else self.path

    @property
    def document(self) -> str:
        """Return its id in test collections: the record, else the file name without suffix."""
        return self.record or Path(self.path).stem


class Stamp(NamedTuple):
    """The state of a file when it was read: size, mtime, SHA-256, version of the readers."""

    size: int
    mtime_ns: int
    digest: str
    reading: int


class Entry(NamedTuple):
    """Everything the store records of an article.

    `site` is where recurring lines are counted, `lines` are the hashes of the lines short
    enough to recur there, and `recurring` those of them that it was classified by as recurring.
    `sketch` is the sketch of its text, and `full_sketch` that of the text with the recurring lines
    if there are any. `name_runs` are its names by capitals, as `text.name_runs` encodes them.
    """

    article: Article
    passages: tuple[Passage, ...]
    definitions: tuple[Definition, ...] = ()
    site: str = ""
    lines: frozenset[int] = frozenset()
    recurring: frozenset[int] = frozenset()
    full_sketch: bytes = b""
    sketch: bytes = b""
    name_runs: str = ""


class Header(NamedTuple):
    """The metadata of an article in a list or a hit.

    `corpus` names the corpus in a list of the articles of several.
    """

    id: str
    sources: tuple[Source, ...]
    title: str
    authors: tuple[str, ...]
    published: str
    modified: str
    source: str
    url: str
    tags: tuple[str, ...]
    language: str
    passages: int
    corpus: str = ""
    record_line: int = 0
    """The line of its file in which a record begins; 0 if it is no record of a text file."""
    keeps_lines: bool = False
    """Whether the lines of a record are those of its file from `record_line` on."""

    @property
    def site(self) -> str:
        """Return the name of the site or publication, else the host of the address."""
        return self.source or host(self.url)

    def find_file_line(self, line: int) -> int:
        """Return the line of the file for a line of the article; else where its record begins."""
        if self.keeps_lines:
            return self.record_line + line - 1
        return self.record_line or line


def earliest(header: Header) -> tuple[str, str]:
    """Return a sort key: the earliest article first, articles without a date last."""
    return header.published or "~", header.id
