"""Lines to an article: what each line is, by where it stands."""

import hashlib
import statistics
import unicodedata
from collections.abc import Sequence

from corpus_cli.ingest import clues, labels
from corpus_cli.model import (
    BLANK,
    BODY,
    BYLINE,
    CHROME,
    DEK,
    HEADING,
    METADATA,
    TITLE,
    Article,
    Datum,
    Line,
)
from corpus_cli.text.normalise import fold
from corpus_cli.text.stem import stop_words

READING = 1
"""Version of this reading; a source read by an older one is read again."""

_HEADER_LINES = 40
_HEADING_WORDS = 15
_LABEL_WORDS = 12
_DEK_WORDS = 35
_ENGLISH = 0.2


def structure(texts: Sequence[str]) -> Article:
    """Classify every line of a text and read the metadata its lines give away.

    Structure decides first: a title stands before prose, a heading between paragraphs,
    a biography after the last one. The wording of single lines helps.
    """
    texts = [unicodedata.normalize("NFC", text) for text in texts]
    page = _Page(texts)
    page.known_lines()
    page.header()
    page.tail()
    page.body()
    lines = tuple(Line(n, page.kinds[n], text) for n, text in enumerate(texts, 1))
    return Article(_identity(lines), lines, tuple(page.metadata()))


def _identity(lines: Sequence[Line]) -> str:
    """First 12 hex digits of the SHA-256 over the lines, blank ones at the end left out.

    Blank lines and margins before count: a citation names lines and characters.
    """
    written = "\n".join(line.text for line in lines).rstrip()
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class _Page:
    """The lines of one text while they are being classified; line numbers start at 1."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.text = dict(enumerate(texts, 1))
        self.kinds = {n: "" if text.strip() else BLANK for n, text in self.text.items()}
        self.data: list[Datum] = []
        self.title = ""

    # --- four passes ---

    def known_lines(self) -> None:
        """Lines that are chrome wherever they stand: by wording, by script, by having no words."""
        scripts = clues.scripts(list(self.text.values()))
        for n in self._open():
            text = self.text[n]
            if found := clues.phrase(text):
                self.kinds[n] = f"{CHROME}:{found.kind}"
                self._says(n, found.says)
            elif clues.symbol(text):
                self.kinds[n] = f"{CHROME}:symbol"
            elif clues.foreign(text, scripts):
                self.kinds[n] = f"{CHROME}:script"

    def header(self) -> None:
        """What stands before the first prose: title, dek, byline, date, labels, breadcrumb."""
        zone = self._before_prose()
        for n in zone:
            self._label(n)
        for n in zone:
            if not self.kinds[n]:
                self._header_line(
                    n, [later for later in zone if later > n and not self.kinds[later]]
                )
        self._lead()

    def tail(self) -> None:
        """What stands after the last prose: biographies, names, short lines."""
        last = self._last_paragraph()
        for n in self._open(last + 1):
            text = self.text[n]
            found, name = clues.bio(text)
            if found:
                self.kinds[n] = f"{CHROME}:bio"
                if name:
                    self.data.append(Datum("bio", name, f"line {n}: biography"))
            elif clues.person(text):
                self.kinds[n] = f"{CHROME}:poster"
            elif self._label(n):
                pass
            elif not clues.ends(text) and clues.words(text) < _LABEL_WORDS:
                self.kinds[n] = f"{CHROME}:tail"

    def body(self) -> None:
        """All that is left: headings where a short line precedes a paragraph, else body."""
        rest = self._open()
        for i, n in enumerate(rest):
            following = rest[i + 1 : i + 2]
            short = clues.words(self.text[n]) <= _HEADING_WORDS
            unfinished = not self.text[n].rstrip().endswith((".", ",", ";", ":", "…", "”", '"'))
            heads = following and clues.words(self.text[following[0]]) >= clues.PROSE
            self.kinds[n] = HEADING if short and unfinished and heads else BODY

    def metadata(self) -> list[Datum]:
        """What was read, in the order of its lines, each value once; no author twice over."""
        found = list(self.data)
        if self.title and not any(datum.field == "title" for datum in found):
            found.insert(0, Datum("title", self.title, "text"))
        if not any(datum.field == "author" for datum in found):
            found += [d._replace(field="author") for d in found if d.field == "bio"][:1]
        if self._english():
            found.append(Datum("language", "en", "words"))
        kept: dict[tuple[str, str], Datum] = {}
        for datum in found:
            single = datum.field in ("title", "published", "source", "url")
            if datum.field != "bio":
                kept.setdefault((datum.field, "" if single else datum.value), datum)
        return list(kept.values())

    # --- the header ---

    def _before_prose(self) -> list[int]:
        zone: list[int] = []
        for n in self._open()[:_HEADER_LINES]:
            if clues.prose(self.text[n]) and not labels.labelled(self.text[n]):
                break
            zone.append(n)
        # Without any prose the first line is all that can be called a header.
        return zone if len(zone) < len(self._open()) else zone[:1]

    def _header_line(self, n: int, later: Sequence[int]) -> None:
        text = self.text[n].strip()
        steps = clues.breadcrumb(text)
        if steps and any(fold(self.text[m].strip()) == fold(steps[-1]) for m in later):
            self.kinds[n] = f"{CHROME}:breadcrumb"
            self.data += [Datum("topic", step, f"line {n}: breadcrumb") for step in steps[1:-1]]
        elif (parts := clues.glued(text)) and later and not self.title:
            self.kinds[n] = f"{CHROME}:category"
            self.data += [Datum("topic", part, f"line {n}") for part in parts]
        elif date := clues.date_line(text):
            self.kinds[n] = METADATA
            self.data.append(Datum("published", date, f"line {n}"))
        elif self.title and fold(text) == fold(self.title):
            self.kinds[n] = f"{TITLE}:repeat" if self._has(TITLE) else TITLE
            # As the line writes it: in capitals a word may be another.
            self.data.insert(0, Datum("title", text, f"line {n}"))
        elif not self.title:
            self.kinds[n] = TITLE
            self.title = text
            self.data.append(Datum("title", text, f"line {n}"))
        elif not self._has(BYLINE) and (names := clues.byline(text)):
            self.kinds[n] = BYLINE
            self.data += [Datum("author", name, f"line {n}: byline") for name in names]
        elif self._previous(n) == BYLINE and clues.affiliation(text):
            self.kinds[n] = f"{BYLINE}:affiliation"
        elif not self._has(DEK):
            self.kinds[n] = DEK

    def _lead(self) -> None:
        """A first paragraph far shorter than the others is the dek, where there is none."""
        paragraphs = [n for n in self._open() if clues.prose(self.text[n])]
        if self._has(DEK) or len(paragraphs) < 4:  # noqa: PLR2004 - too few to compare
            return
        first, *others = (clues.words(self.text[n]) for n in paragraphs)
        if first <= _DEK_WORDS and first * 2 <= statistics.median(others):
            self.kinds[paragraphs[0]] = DEK

    def _label(self, n: int) -> bool:
        """Whether a line is made of labels; its metadata is taken."""
        if not labels.labelled(self.text[n]):
            return False
        found = labels.read(self.text[n], n, self.title)
        author = {datum.field for datum in found} == {"author"}
        self.kinds[n] = BYLINE if author else METADATA
        self.data += found
        return True

    # --- the tail ---

    def _last_paragraph(self) -> int:
        """The last line of prose that is no biography."""
        paragraphs = [
            n for n in self._open() if clues.prose(self.text[n]) and not clues.bio(self.text[n])[0]
        ]
        return paragraphs[-1] if paragraphs else max(self.text, default=0)

    # --- small things ---

    def _open(self, start: int = 1) -> list[int]:
        """The lines from one on that have no kind yet."""
        return [n for n, kind in self.kinds.items() if not kind and n >= start]

    def _has(self, kind: str) -> bool:
        return kind in self.kinds.values()

    def _previous(self, n: int) -> str:
        """The kind of the nearest line above that is not blank."""
        return next((self.kinds[m] for m in range(n - 1, 0, -1) if self.kinds[m] != BLANK), "")

    def _says(self, n: int, says: dict[str, str]) -> None:
        """What a line of known wording tells about the article."""
        fields = {"title": "title", "source": "source", "host": "url", "author": "author"}
        self.data += [Datum(fields[name], value, f"line {n}") for name, value in says.items()]
        self.title = self.title or says.get("title", "")

    def _english(self) -> bool:
        words = [
            fold(word)
            for n, kind in self.kinds.items()
            if kind == BODY
            for word in self.text[n].split()
        ]
        return sum(word in stop_words() for word in words) > _ENGLISH * len(words)
