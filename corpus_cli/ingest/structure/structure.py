"""Classify the lines of an article by position and wording."""

import re
import statistics
from collections.abc import Container, Sequence
from unicodedata import normalize

from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.structure import clues, labels
from corpus_cli.ingest.structure.inserts import insert_kind
from corpus_cli.ingest.structure.written_dates import (
    DatedText,
    DateLine,
    read_date_line,
    split_dates,
)
from corpus_cli.ingest.structure.zones import Zones, find_zones
from corpus_cli.model import (
    AMBIGUOUS,
    BLANK,
    BODY,
    BYLINE,
    CHROME,
    CLAIMED,
    DEK,
    HEADING,
    METADATA,
    SINGLE,
    TITLE,
    Article,
    Datum,
    Line,
    ids,
)
from corpus_cli.text.normalise import fold, fold_text

_HEADER_LINES = 40
_HEADING_WORDS = 15
_LABEL_WORDS = 12
_MAX_LEAD_LINES = 10
_DATE = "date"
_SINGLE_AUTHOR = re.compile(r"by ([^\W\d_][\w.&'’-]*)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S{4,2000}", re.IGNORECASE)
_DEK_WORDS = 35
_RECURRING_WORDS = 40
REPEATED = f"{CHROME}:repeated"
"""The kind of a line that recurs on its site."""

_INSERTS = (":video", ":caption", ":note")


def structure(
    lines_read: Sequence[DocumentLine],
    metadata: Sequence[Datum] = (),
    repeated: Container[str] | None = None,
) -> Article:
    """Classify every line of a text and read the metadata in its lines.

    A kind that the format states is kept. For other lines, position is the main evidence: a
    title precedes the prose, a heading is between paragraphs, a biography follows the last one.
    The wording of single lines helps. `repeated` contains the lines that recur on the site, as
    `recurring_key` folds them: they are chrome.
    """
    lines_read = [_composed(line) for line in lines_read]
    page = _Page(lines_read, metadata)
    if repeated is not None:
        page.recurring(repeated)
    page.known_lines()
    page.inserts()
    page.block()
    page.header()
    page.tail()
    page.body()
    lines = tuple(
        Line(n, page.kinds[n], line.text, line.page, line.kind, line.raw)
        for n, line in enumerate(lines_read, 1)
    )
    text = "\n".join(line.text for line in lines)
    return Article(ids.article_id(text), lines, tuple(page.metadata()))


def reclassify(article: Article, repeated: Container[str]) -> Article:
    """Classify the stored lines of an article again, without its source."""
    written = [DocumentLine(line.text, line.stated, line.page, line.raw) for line in article.lines]
    return structure(written, [d for d in article.metadata if not d.own], repeated)


@clues.cached_by_line
def recurring_key(text: str) -> str:
    """Return a line folded for comparison with other articles; empty if it is not compared.

    Long lines and bylines are not compared: a frequent author of a site is not chrome.
    """
    if clues.count_words(text) > _RECURRING_WORDS or clues.byline(text):
        return ""
    return fold_text(" ".join(text.split()))


def _composed(line: DocumentLine) -> DocumentLine:
    text = line.text if line.text.isascii() else normalize("NFC", line.text)
    return line if text == line.text else line._replace(text=text)


def _worded(kind: str) -> bool:
    """Return whether a kind is chrome with words around a text; inserts are inside it."""
    return kind.startswith(CHROME) and not kind.endswith((":symbol", *_INSERTS))


def _closes(kind: str) -> bool:
    """Return whether a kind of chrome only occurs after a text, not inside it."""
    return _worded(kind) and not kind.endswith((":related", ":credit", ":script"))


class _Page:
    """The lines of one text while they are classified; line numbers start at 1."""

    def __init__(self, written: Sequence[DocumentLine], metadata: Sequence[Datum]) -> None:
        self.text = {n: line.text for n, line in enumerate(written, 1)}
        self.kinds = {
            n: line.kind if line.text.strip() else BLANK for n, line in enumerate(written, 1)
        }
        self.data = [datum for datum in metadata if not self._doubtful(datum, written)]
        self.doubtful = [datum for datum in metadata if datum not in self.data]
        self.title = next((datum.value for datum in self.data if datum.field == "title"), "")
        # A format that states the kinds of its lines has already left the menus out.
        self.bare = not any(line.kind or line.page for line in written)
        self.zones: Zones | None = None

    @staticmethod
    def _doubtful(datum: Datum, written: Sequence[DocumentLine]) -> bool:
        """Return whether software claims a title that is not among the first lines.

        Such a title often belongs to another text.
        """
        lines = (fold_text(" ".join(line.text.split())) for line in written[:_HEADER_LINES])
        claimed = (datum.field, datum.certainty) == ("title", CLAIMED)
        return claimed and fold(" ".join(datum.value.split())) not in lines

    # --- seven passes ---

    def recurring(self, repeated: Container[str]) -> None:
        """Mark the lines that recur in other articles of the site, unless all lines recur."""
        text_lines = [n for n, kind in self.kinds.items() if kind in ("", DEK, HEADING, BODY)]
        recurring_lines = [n for n in text_lines if recurring_key(self.text[n]) in repeated]
        if (
            text_lines[:1] == recurring_lines[:1]
            and not self.title
            and not self._titled(text_lines, recurring_lines)
        ):
            recurring_lines = recurring_lines[1:]
        if len(recurring_lines) < len(text_lines):
            self.kinds.update(dict.fromkeys(recurring_lines, REPEATED))

    def _titled(self, text_lines: Sequence[int], recurring_lines: Sequence[int]) -> bool:
        """Return whether a line above the prose that does not recur can be the title."""
        for n in text_lines:
            text = self.text[n]
            if clues.is_prose(text):
                return False
            if n not in recurring_lines and not (clues.byline(text) or read_date_line(text)):
                return not labels.parse_labels(text)
        return False

    def known_lines(self) -> None:
        """Mark the lines that are chrome in any position: by wording, by script, or as symbols."""
        scripts = clues.scripts(list(self.text.values()))
        several = self._open() if len(scripts) > 1 else ()
        foreign = {n for n in several if clues.foreign(self.text[n], scripts)}
        own = [n for n in several if n not in foreign and clues.is_prose(self.text[n])]
        between = range(own[0], own[-1]) if own else range(0)
        for n in self._open():
            text = self.text[n]
            if phrase := clues.phrase(text):
                self.kinds[n] = f"{CHROME}:{phrase.kind}"
                self._add_claims(n, phrase.says)
            elif clues.is_symbol_line(text):
                self.kinds[n] = f"{CHROME}:symbol"
            elif n in foreign and not (n in between and clues.ends_sentence(text)):
                # A sentence in another script between those of the text is a quotation.
                self.kinds[n] = f"{CHROME}:script"

    def inserts(self) -> None:
        """Mark players, captions and notes, unless nothing else is left of the text.

        This includes body text that the format states, but not a first line that is the title.
        """
        text_lines = [n for n, kind in self.kinds.items() if kind in ("", BODY)]
        untitled = text_lines[:1] if not self.title else []
        marked = {
            n: f"{CHROME}:{kind}"
            for n in text_lines
            if n not in untitled and (kind := insert_kind(self.text[n]))
        }
        if len(marked) < len(text_lines):
            self.kinds.update(marked)

    def block(self) -> None:
        """Find the text of a page, and mark its title and the menus before it."""
        if not self.bare:
            return
        is_word = [False, *map(_worded, self.kinds.values())]
        self.zones = find_zones(["", *self.text.values()], is_word, self.title)
        if not self.zones:
            return
        before = [n for n in self._open() if n < self.zones.start]
        if self.zones.title > 0:
            self._entitle(self.zones.title)
        elif before and not self.title:
            self._entitle(before[0])
        for n in before:
            same = fold(self.text[n].strip()) == fold(self.title)
            self.kinds[n] = f"{TITLE}:repeat" if same or n == before[0] else f"{CHROME}:navigation"

    def header(self) -> None:
        """Classify the lines before the prose: title, dek, byline, date, labels, breadcrumb.

        Then mark the boxes inside the text.
        """
        zone = self._before_prose()
        for n in zone:
            self._label(n, in_header=True)
        for n in zone:
            if not self.kinds[n]:
                self._header_line(
                    n, [later for later in zone if later > n and not self.kinds[later]]
                )
        if self.zones:
            for n in self._open():
                if n in self.zones.boxes:
                    self.kinds[n] = f"{CHROME}:box"
        self._lead()

    def tail(self) -> None:
        """Classify the lines after the last prose: biographies, names, labels, short lines."""
        last = self._last_paragraph()
        end = self.zones.end if self.zones else self._first_chrome(last + 1)
        for n in self._open(last + 1):
            text = self.text[n]
            # If no chrome follows, it may be the last paragraph of the text itself.
            is_bio, name = clues.bio(text) if end else (False, "")
            if is_bio:
                self.kinds[n] = f"{CHROME}:bio"
                self.data += [Datum("bio", name, f"line {n}: biography")] if name else []
                end = min(end, n)
            elif 0 < end < n and clues.is_person_name(text):
                self.kinds[n] = f"{CHROME}:poster"
            elif (
                not self._label(n, in_header=False)
                and 0 < end < n
                and (self.zones or self._short(n))
            ):
                self.kinds[n] = f"{CHROME}:tail"

    def body(self) -> None:
        """Classify all other lines: a short one before a paragraph is a heading, else body."""
        open_lines = self._open()
        for i, n in enumerate(open_lines):
            following = open_lines[i + 1 : i + 2]
            heads = (
                following
                and clues.count_words(self.text[n]) <= _HEADING_WORDS
                and clues.count_words(self.text[following[0]]) >= clues.PROSE
                and not self.text[n].rstrip().endswith((".", ",", ";", ":", "…", "”", '"'))
            )
            self.kinds[n] = HEADING if heads else BODY

    def metadata(self) -> list[Datum]:
        """Return the metadata, each value once; a biography names the author if nothing else does.

        Doubtful titles come last.
        """
        data = list(self.data)
        if self.title and not any(datum.field == "title" for datum in data):
            data.insert(0, Datum("title", self.title, "text"))
        set_under = next((n for n, kind in self.kinds.items() if kind == TITLE), 0)
        if set_under and not any(datum.field == "title" for datum in data):
            data.insert(0, Datum("title", self.text[set_under].strip(), f"line {set_under}"))
        data += self.doubtful
        if not any(datum.field == "published" for datum in data):
            # Of a text that only says when it was updated, that is the best date known.
            data += [d._replace(field="published") for d in data if d.field == "modified" and d.own]
        if not any(datum.field == "author" for datum in data):
            data += [d._replace(field="author") for d in data if d.field == "bio"][:1]
        if any(datum.field == "published" for datum in data):
            data = [datum for datum in data if datum.field != AMBIGUOUS]
        kept: dict[tuple[str, str], Datum] = {}
        for datum in data:
            single = datum.field in SINGLE
            if datum.field != "bio":
                kept.setdefault((datum.field, "" if single else datum.value), datum)
        return list(kept.values())

    # --- the header ---

    def _before_prose(self) -> list[int]:
        zone: list[int] = []
        for n in self._open()[:_HEADER_LINES]:
            if clues.is_prose(self.text[n]) and not labels.parse_labels(self.text[n]):
                break
            zone.append(n)
        return zone if len(zone) < len(self._open()) else zone[: self._count_lead(zone)]

    def _count_lead(self, zone: Sequence[int]) -> int:
        """Count the header lines of a text without prose.

        These are the title and the lines below it that say who wrote the text, or when, with at
        most one other line between them.
        """
        facts = [self._fact(n) for n in zone[:_MAX_LEAD_LINES]]
        for i, n in enumerate(zone[: len(facts)]):
            # A name below the date is that of the author.
            text = self.text[n].strip()
            is_name = clues.byline(text) or _SINGLE_AUTHOR.fullmatch(text)
            if facts[i - 1 : i] == [_DATE] and not facts[i] and is_name:
                facts[i] = BYLINE
        count = 1
        for i, fact in enumerate(facts):
            if i > count + 1 or (fact in facts[:i] and fact in (BYLINE, _DATE)):
                break
            if fact:
                count = i + 1
        if count == len(zone):
            # A date below all other lines is none of a header.
            count = next((i for i, fact in enumerate(facts) if i and not fact), count)
        if (
            all(facts[:count])
            and count < len(zone)
            and not clues.ends_sentence(self.text[zone[count]])
        ):
            return count + 1  # The title is below them.
        return count

    def _fact(self, n: int) -> str:
        """Return what a line says about a text: labels, its author, its date; else nothing."""
        text = self.text[n]
        if labels.parse_labels(text):
            return METADATA
        if clues.opened_byline(split_dates(text).text):
            return BYLINE
        return _DATE if read_date_line(text) else ""

    def _entitle(self, n: int) -> None:
        self.kinds[n] = TITLE
        written = self.text[n].strip()
        if not self.title or fold(written) == fold(self.title):
            # Keep the case of the line: a word in capitals may have another meaning.
            self.data.insert(0, Datum("title", written, f"line {n}"))
            self.title = written

    def _header_line(self, n: int, later: Sequence[int]) -> None:
        text = self.text[n].strip()
        steps = clues.breadcrumb(text)
        if steps and any(fold(self.text[m].strip()) == fold(steps[-1]) for m in later):
            self.kinds[n] = f"{CHROME}:breadcrumb"
            self.data += [Datum("section", step, f"line {n}: breadcrumb") for step in steps[1:-1]]
        elif (parts := clues.glued(text)) and later and not self.title:
            self.kinds[n] = f"{CHROME}:category"
            self.data += [Datum("section", part, f"line {n}") for part in parts]
        elif not self._has(BYLINE) and (names := self._signature(n)):
            self.kinds[n] = BYLINE
            self.data += [Datum("author", name, f"line {n}: byline") for name in names]
            self._add_dates(n, split_dates(text))
        elif (dates := read_date_line(text)) and (self.title or not dates.may_be_title):
            self.kinds[n] = METADATA
            self._add_dates(n, dates)
        elif _ADDRESS.fullmatch(text):
            self.kinds[n] = METADATA
            self.data.append(Datum("url", text, f"line {n}"))
        elif self.title and fold(text) == fold(self.title):
            self.kinds[n] = f"{TITLE}:repeat" if self._has(TITLE) else TITLE
            # Keep the case of the line: a word in capitals may have another meaning.
            self.data.insert(0, Datum("title", text, f"line {n}"))
        elif not self.title and not self._boxed(n):
            self.kinds[n] = TITLE
            self.title = text
            self.data.append(Datum("title", text, f"line {n}"))
        elif not self._has(BYLINE) and (names := clues.byline(text)):
            self.kinds[n] = BYLINE
            self.data += [Datum("author", name, f"line {n}: byline") for name in names]
        elif self._previous(n) == BYLINE and clues.affiliation(text):
            self.kinds[n] = f"{BYLINE}:affiliation"
        elif not self._has(DEK) and not self._boxed(n):
            self.kinds[n] = DEK

    def _signature(self, n: int) -> tuple[str, ...]:
        """Return the persons in a byline that begins with `By`, or has a mark before its date.

        A single word is one only beside a date: `By AFP`.
        """
        text, *_ = split_dates(self.text[n])
        names = clues.opened_byline(text) or (
            clues.byline(text) if self.title and split_dates(self.text[n]).is_marked else ()
        )
        single = _SINGLE_AUTHOR.fullmatch(text.strip())
        if not names and single and single[1][0].isupper() and self.title:
            written = [m for m, kind in self.kinds.items() if kind != BLANK]
            i = written.index(n)
            neighbours = [n, *written[max(0, i - 1) : i], *written[i + 1 : i + 2]]
            if any(read_date_line(self.text[m]) for m in neighbours):
                return (single[1],)
        return names

    def _add_dates(self, n: int, dates: DateLine | DatedText) -> None:
        for field, day in (("published", dates.published), ("modified", dates.modified)):
            if day:
                self.data.append(Datum(field, day, f"line {n}"))
        if dates.ambiguous:
            self.data.append(Datum(AMBIGUOUS, dates.ambiguous, f"line {n}"))

    def _lead(self) -> None:
        """Mark a first paragraph far shorter than the others as the dek, if there is none yet."""
        if self._has(DEK):
            return
        paragraphs = [n for n in self._open() if clues.is_prose(self.text[n])]
        if len(paragraphs) < 4:  # noqa: PLR2004 - too few to compare
            return
        first, *other_counts = (clues.count_words(self.text[n]) for n in paragraphs)
        if first <= _DEK_WORDS and first * 2 <= statistics.median(other_counts):
            self.kinds[paragraphs[0]] = DEK

    def _label(self, n: int, *, in_header: bool) -> bool:
        """Classify a line made of labels and add its metadata; return whether it is one.

        Below the text, the date of an item of a list is often a month; that of the text is a day.
        """
        if not labels.parse_labels(self.text[n]):
            return False
        label_data = labels.read_labels(self.text[n], n, self.title)
        author = {datum.field for datum in label_data} == {"author"}
        self.title = self.title or next((d.value for d in label_data if d.field == "title"), "")
        self.kinds[n] = BYLINE if author else METADATA
        self.data += [
            datum
            for datum in label_data
            if in_header or datum.field != "published" or len(datum.value) == len("2024-03-05")
        ]
        return True

    # --- the tail ---

    def _last_paragraph(self) -> int:
        """Return the last line of prose that is not a biography; without any, the last line."""
        end = self.zones.end if self.zones else max(self.text, default=0)
        for n in reversed(self._open()):
            text = self.text[n]
            if n <= end and clues.is_prose(text) and not clues.bio(text)[0]:
                return n
        return end

    # --- helpers ---

    def _open(self, start: int = 1) -> list[int]:
        """Return the lines from `start` on that have no kind yet."""
        return [n for n, kind in self.kinds.items() if not kind and n >= start]

    def _boxed(self, n: int) -> bool:
        return self.zones is not None and n in self.zones.boxes

    def _short(self, n: int) -> bool:
        return (
            not clues.ends_sentence(self.text[n]) and clues.count_words(self.text[n]) < _LABEL_WORDS
        )

    def _first_chrome(self, start: int) -> int:
        """Return the first line from `start` on that only occurs after a text; 0 for none."""
        return next((n for n, kind in self.kinds.items() if n >= start and _closes(kind)), 0)

    def _has(self, kind: str) -> bool:
        return kind in self.kinds.values()

    def _previous(self, n: int) -> str:
        """Return the kind of the nearest line above that is not blank."""
        return next((self.kinds[m] for m in range(n - 1, 0, -1) if self.kinds[m] != BLANK), "")

    def _add_claims(self, n: int, says: dict[str, str]) -> None:
        """Add the metadata that a phrase of a line states about the article."""
        fields = {"title": "title", "source": "source", "host": "url", "author": "author"}
        self.data += [Datum(fields[name], value, f"line {n}") for name, value in says.items()]
        self.title = self.title or says.get("title", "")
