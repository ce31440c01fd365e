"""Read Rich Text Format (RTF)."""

import codecs
import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import NamedTuple

from striprtf.striprtf import charset_map, destinations, specialchars

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.flow import COMMENT, NOTE, PAGE, Flow, paired
from corpus_cli.ingest.readers.office.package import DAMAGED
from corpus_cli.ingest.readers.port import Document, File, Found
from corpus_cli.ingest.readers.values import datum, several, unique
from corpus_cli.model import DEK, HEADING, TITLE, Datum

_TOKEN = re.compile(
    r"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?"
    r"|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[\s\S]))"
    r"|(?P<brace>[{}])|[\r\n\0]+|(?P<text>[^\\{}\r\n\0]+)"
)
_CODECS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_LEVELS = 9
_DEEPEST = 20
_LONGEST = 200

# Destinations whose text is ignored; an object may still contain a text box.
_OBJECT, _DEAD = "object", "dead"
_TABLES = ("fonttbl", "stylesheet", "info")
# Destinations with paragraphs separate from the text around them, and their kinds.
_APART = {
    "footnote": NOTE,
    "annotation": COMMENT,
    **dict.fromkeys(
        ["header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"], PAGE
    ),
    "shptxt": "",
    "dptxbxtext": "",
}
_FIELDS = {"title": "title", "author": "author", "subject": "tag", "keywords": "tag"}
_NAMED = {"title": TITLE, "subtitle": DEK}
# Destinations that repeat text: pictures of text boxes, numbers and bullets of lists.
_TWICE = frozenset({"shprslt", "listtext", "pntext", "nonesttables"})
_ENDS = frozenset({"par", "sect", "page", "nestcell", "nestrow"})


class _Group(NamedTuple):
    """The state inside a pair of braces.

    `destination` is the RTF destination of its text, empty for the document. `fallback_length`
    counts the characters after a Unicode character that replace it in old programs.
    """

    destination: str = ""
    font: str = ""
    fallback_length: int = 1
    deleted: bool = False


class _Style(NamedTuple):
    """A style: its name, the id of its parent, its outline level (0 is the highest)."""

    name: str = ""
    parent_id: str = ""
    level: str = ""


def read(file: File) -> Iterator[Found]:
    """Yield the one article of an RTF file: its text, headers, footers, notes, comments.

    Raises `SourceError` if the file is damaged or has no text.
    """
    text = file.data.decode("latin-1").lstrip()
    if not text.startswith("{\\rtf"):
        raise SourceError(DAMAGED)
    reading = _Reading()
    reading.all(text)
    lines = reading.flow.lines()
    if not lines:
        raise SourceError("there is no text in it")
    yield Document(lines, reading.metadata())


class _Reading:
    """Parses RTF in one pass; a paragraph is always open in the current destination."""

    def __init__(self) -> None:
        self.flow = Flow()
        self.flow.begin()
        self._group = _Group()
        self._stack: list[_Group] = []
        self._bytes = bytearray()
        self._skipped = 0
        self._starred = False
        self._codec = "cp1252"
        self._fonts: dict[str, str] = {}
        self._styles: dict[str, _Style] = {}
        self._style = self._level = self._font = ""
        self._values: list[tuple[str, list[str]]] = []
        self._day = {"yr": 0, "mo": 0, "dy": 0}

    def all(self, text: str) -> None:
        """Parse a text up to its last closing brace."""
        at = 0
        while found := _TOKEN.match(text, at):
            at = found.end()
            if found["text"]:
                self._plain(found["text"].encode("latin-1"))
            elif found["hex"]:
                self._plain(bytes.fromhex(found["hex"]))
            else:
                self._flush()
                self._skipped = 0
                if found["brace"]:
                    self._brace(found["brace"])
                    if not self._stack:
                        break
                elif found["word"] == "bin":
                    at += max(int(found["number"] or 0), 0)
                elif found["word"]:
                    self._word(found["word"], found["number"] or "")
                elif found["sign"]:
                    self._sign(found["sign"])
        self._flush()

    # --- text ---

    def _plain(self, data: bytes) -> None:
        """Buffer bytes to decode them together: two tokens may form one character."""
        self._bytes += data[self._skipped :]
        self._skipped = max(self._skipped - len(data), 0)

    def _flush(self) -> None:
        if self._bytes:
            codec = self._fonts.get(self._group.font, self._codec)
            self._emit(self._bytes.decode(codec, "replace"))
            self._bytes.clear()

    def _emit(self, text: str) -> None:
        place = self._group.destination
        if place == "stylesheet":
            style = self._styles.get(self._style, _Style())
            named = (style.name + text)[:_LONGEST]
            self._styles[self._style] = style._replace(name=named)
        elif place in _FIELDS:
            self._values[-1][1].append(text)
        elif not self._group.deleted and (not place or place in _APART):
            self.flow.write(text)

    def _end(self) -> None:
        """End the open paragraph and begin the next."""
        if not self._group.destination or self._group.destination in _APART:
            self.flow.call(self._kind())
            self.flow.finish()
            self.flow.begin(_APART.get(self._group.destination, ""))

    def _kind(self) -> str:
        """Return the kind that the style of the open paragraph or one of its ancestors implies."""
        level, name = self._level, self._style
        for _ in range(_DEEPEST):
            style = self._styles.get(name, _Style())
            if found := _NAMED.get(style.name.rstrip("; ").lower(), ""):
                return found
            level = level or style.level
            name = style.parent_id
        return f"{HEADING}:{level}" if level.isdecimal() and int(level) < _LEVELS else ""

    # --- groups ---

    def _brace(self, brace: str) -> None:
        self._starred = False
        if brace == "{":
            self._stack.append(self._group)
            return
        left = self._group.destination
        self._group = self._stack.pop() if self._stack else _Group()
        if left in _APART and left != self._group.destination:
            self.flow.finish()

    def _enter(self, word: str) -> bool:
        """Enter the destination that a word names, and return whether it names one."""
        place = self._group.destination
        starred, self._starred = self._starred, False
        if place == _DEAD or (place == _OBJECT and word not in ("shptxt", "dptxbxtext")):
            return True
        if place == "info" and word in _FIELDS:
            self._values.append((word, []))
            found = word
        elif place == "info" and word == "revtim":
            found = word
        elif word in _APART:
            self.flow.begin(_APART[word])
            found = word
        elif word in _TABLES:
            found = word
        elif word in _TWICE:
            found = _DEAD
        elif starred or word in destinations:
            found = _OBJECT
        else:
            return False
        self._group = self._group._replace(destination=found)
        return True

    # --- control words ---

    def _word(self, word: str, number: str) -> None:
        if self._enter(word):
            return
        if word in _ENDS:
            self._end()
        elif word == "trowd":
            if not self.flow.rowed:
                self.flow.row()
                self.flow.cell()
        elif word == "cell":
            self._end()
            self.flow.cell()
        elif word == "row":
            self.flow.done()
        elif word == "line":
            self._emit(" ")
        elif word == "u" and number:
            self._emit(chr(int(number) % 0x10000))
            self._skipped = self._group.fallback_length
        elif word in specialchars:
            self._emit(specialchars[word])
        else:
            self._property(word, number)

    def _property(self, word: str, number: str) -> None:
        if word == "pard" or (word == "s" and self._group.destination != "stylesheet"):
            self._style, self._level = number, ""
        elif word == "s":
            self._style = number
            self._styles[number] = _Style()
        elif word == "outlinelevel":
            self._outline(number)
        elif word == "sbasedon" and self._style in self._styles:
            self._styles[self._style] = self._styles[self._style]._replace(parent_id=number)
        elif word in ("deleted", "plain"):
            self._group = self._group._replace(deleted=word == "deleted" and number != "0")
        elif word == "uc":
            self._group = self._group._replace(fallback_length=max(int(number or 1), 0))
        elif word in self._day and self._group.destination == "revtim":
            self._day[word] = int(number or 0)
        else:
            self._encoding(word, number)

    def _outline(self, number: str) -> None:
        if self._group.destination == "stylesheet":
            style = self._styles.get(self._style, _Style())
            self._styles[self._style] = style._replace(level=number)
        else:
            self._level = number

    def _encoding(self, word: str, number: str) -> None:
        if word == "ansicpg":
            self._codec = _known(f"cp{number}")
        elif word in _CODECS:
            self._codec = _CODECS[word]
        elif word == "f":
            self._font = number
            self._group = self._group._replace(font=number)
        elif word == "fcharset" and int(number or 0) in charset_map:
            self._fonts[self._font] = _known(charset_map[int(number or 0)])

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
        elif sign in "\r\n":
            self._end()
        elif sign in specialchars:
            self._emit(specialchars[sign])

    # --- metadata ---

    def metadata(self) -> list[Datum]:
        """Return the metadata of the file; its last save is `modified`, not `published`."""
        found = [
            datum(_FIELDS[word], part, f"RTF {word}")
            for word, pieces in self._values
            for part in _parts(word, paired("".join(pieces)))
        ]
        try:
            saved = date(self._day["yr"], self._day["mo"], self._day["dy"]).isoformat()
        except (ValueError, OverflowError):
            saved = ""
        return unique(chain(*found, datum("modified", saved, "RTF revtim")))


def _parts(word: str, value: str) -> list[str]:
    if word == "title":
        return [value]
    return value.split(";") if word == "author" else several(value)


def _known(codec: str) -> str:
    """Return a codec if Python has a text encoding of this name, else cp1252."""
    try:
        b"".decode(codecs.lookup(codec).name)
    except LookupError:
        return "cp1252"
    return codec
