"""Read Rich Text Format (RTF)."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import NamedTuple

from striprtf.striprtf import charset_map, destinations, specialchars

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.codec_names import find_code_page_codec, find_codec
from corpus_cli.ingest.readers.metadata_values import drop_repeats, normalise_value, split_list
from corpus_cli.ingest.readers.office.package import DAMAGED
from corpus_cli.ingest.readers.paragraph_flow import (
    COMMENT,
    NOTE,
    PAGE_CHROME,
    ParagraphFlow,
    mend_text,
)
from corpus_cli.ingest.readers.port import NO_TEXT, Document, File, ReadResult
from corpus_cli.model import DEK, HEADING, TITLE, Datum

_TOKEN = re.compile(
    r"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?"
    r"|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[\s\S]))"
    r"|(?P<brace>[{}])|[\r\n\0]+|(?P<text>[^\\{}\r\n\0]+)"
)
_CODECS_BY_WORD = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_WESTERN_CODEC = "cp1252"
_OUTLINE_LEVELS = 9
_MAX_STYLE_DEPTH = 20
_MAX_STYLE_NAME_LENGTH = 200

# Destinations whose text is ignored; an object may still contain a text box.
_OBJECT, _IGNORED = "object", "dead"
_TABLE_DESTINATIONS = ("fonttbl", "stylesheet", "info")
# Destinations with paragraphs separate from the text around them, and their kinds.
_KINDS_BY_DESTINATION = {
    "footnote": NOTE,
    "annotation": COMMENT,
    **dict.fromkeys(
        ["header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"],
        PAGE_CHROME,
    ),
    "shptxt": "",
    "dptxbxtext": "",
}
_FIELDS_BY_WORD = {"title": "title", "author": "author", "subject": "tag", "keywords": "tag"}
_KINDS_BY_STYLE = {"title": TITLE, "subtitle": DEK}
# Destinations that repeat text: pictures of text boxes, numbers and bullets of lists.
_REPEATING_DESTINATIONS = frozenset({"shprslt", "listtext", "pntext", "nonesttables"})
_PARAGRAPH_ENDS = frozenset({"par", "sect", "page", "nestcell", "nestrow"})


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


def read(file: File) -> Iterator[ReadResult]:
    """Yield the one article of an RTF file: its text, headers, footers, notes, comments.

    Raises `SourceError` if the file is damaged or has no text.
    """
    text = file.data.decode("latin-1").lstrip()
    if not text.startswith("{\\rtf"):
        raise SourceError(DAMAGED)
    parser = _RtfParser()
    parser.parse(text)
    lines = parser.flow.build_lines()
    if not lines:
        raise SourceError(NO_TEXT)
    yield Document(lines, parser.build_metadata())


class _RtfParser:
    """Parses RTF in one pass; a paragraph is always open in the current destination."""

    def __init__(self) -> None:
        self.flow = ParagraphFlow()
        self.flow.begin_paragraph()
        self._group = _Group()
        self._group_stack: list[_Group] = []
        self._pending_bytes = bytearray()
        self._bytes_to_skip = 0
        self._is_starred = False
        self._default_codec = _WESTERN_CODEC
        self._codecs_by_font: dict[str, str] = {}
        self._styles_by_id: dict[str, _Style] = {}
        self._style_id = self._outline_level = self._font_id = ""
        self._info_texts: list[tuple[str, list[str]]] = []
        self._saved_day = {"yr": 0, "mo": 0, "dy": 0}

    def parse(self, text: str) -> None:
        """Parse a text up to its last closing brace."""
        position = 0
        while token := _TOKEN.match(text, position):
            position = token.end()
            if token["text"]:
                self._add_bytes(token["text"].encode("latin-1"))
            elif token["hex"]:
                self._add_bytes(bytes.fromhex(token["hex"]))
            else:
                self._flush_bytes()
                self._bytes_to_skip = 0
                if token["brace"]:
                    self._handle_brace(token["brace"])
                    if not self._group_stack:
                        break
                elif token["word"] == "bin":
                    position += max(int(token["number"] or 0), 0)
                elif token["word"]:
                    self._handle_word(token["word"], token["number"] or "")
                elif token["sign"]:
                    self._handle_sign(token["sign"])
        self._flush_bytes()

    # --- text ---

    def _add_bytes(self, data: bytes) -> None:
        """Buffer bytes to decode them together: two tokens may form one character."""
        self._pending_bytes += data[self._bytes_to_skip :]
        self._bytes_to_skip = max(self._bytes_to_skip - len(data), 0)

    def _flush_bytes(self) -> None:
        if self._pending_bytes:
            codec = self._codecs_by_font.get(self._group.font, self._default_codec)
            self._emit_text(self._pending_bytes.decode(codec, "replace"))
            self._pending_bytes.clear()

    def _emit_text(self, text: str) -> None:
        destination = self._group.destination
        if destination == "stylesheet":
            style = self._styles_by_id.get(self._style_id, _Style())
            name = (style.name + text)[:_MAX_STYLE_NAME_LENGTH]
            self._styles_by_id[self._style_id] = style._replace(name=name)
        elif destination in _FIELDS_BY_WORD:
            self._info_texts[-1][1].append(text)
        elif not self._group.deleted and (not destination or destination in _KINDS_BY_DESTINATION):
            self.flow.add_text(text)

    def _end_paragraph(self) -> None:
        """End the open paragraph and begin the next."""
        if not self._group.destination or self._group.destination in _KINDS_BY_DESTINATION:
            self.flow.set_kind(self._paragraph_kind())
            self.flow.end_paragraph()
            self.flow.begin_paragraph(_KINDS_BY_DESTINATION.get(self._group.destination, ""))

    def _paragraph_kind(self) -> str:
        """Return the kind that the style of the open paragraph or one of its ancestors implies."""
        outline_level, style_id = self._outline_level, self._style_id
        for _ in range(_MAX_STYLE_DEPTH):
            style = self._styles_by_id.get(style_id, _Style())
            if kind := _KINDS_BY_STYLE.get(style.name.rstrip("; ").lower(), ""):
                return kind
            outline_level = outline_level or style.level
            style_id = style.parent_id
        return (
            f"{HEADING}:{outline_level}"
            if outline_level.isdecimal() and int(outline_level) < _OUTLINE_LEVELS
            else ""
        )

    # --- groups ---

    def _handle_brace(self, brace: str) -> None:
        self._is_starred = False
        if brace == "{":
            self._group_stack.append(self._group)
            return
        closed_destination = self._group.destination
        self._group = self._group_stack.pop() if self._group_stack else _Group()
        if (
            closed_destination in _KINDS_BY_DESTINATION
            and closed_destination != self._group.destination
        ):
            self.flow.end_paragraph()

    def _enter_destination(self, word: str) -> bool:
        """Enter the destination that a word names; return whether the word is dealt with.

        It is if it named a destination, or if it is in a group that is ignored.
        """
        destination = self._group.destination
        is_starred, self._is_starred = self._is_starred, False
        if destination == _IGNORED or (
            destination == _OBJECT and word not in ("shptxt", "dptxbxtext")
        ):
            return True
        if destination == "info" and word in _FIELDS_BY_WORD:
            self._info_texts.append((word, []))
            entered = word
        elif destination == "info" and word == "revtim":
            entered = word
        elif word in _KINDS_BY_DESTINATION:
            self.flow.begin_paragraph(_KINDS_BY_DESTINATION[word])
            entered = word
        elif word in _TABLE_DESTINATIONS:
            entered = word
        elif word in _REPEATING_DESTINATIONS:
            entered = _IGNORED
        elif is_starred or word in destinations:
            entered = _OBJECT
        else:
            return False
        self._group = self._group._replace(destination=entered)
        return True

    # --- control words ---

    def _handle_word(self, word: str, number: str) -> None:
        if self._enter_destination(word):
            return
        if word in _PARAGRAPH_ENDS:
            self._end_paragraph()
        elif word == "trowd":
            if not self.flow.has_open_row:
                self.flow.begin_row()
                self.flow.begin_cell()
        elif word == "cell":
            self._end_paragraph()
            self.flow.begin_cell()
        elif word == "row":
            self.flow.end_row()
        elif word == "line":
            self._emit_text(" ")
        elif word == "u" and number:
            self._emit_text(chr(int(number) % 0x10000))
            self._bytes_to_skip = self._group.fallback_length
        elif word in specialchars:
            self._emit_text(specialchars[word])
        else:
            self._set_property(word, number)

    def _set_property(self, word: str, number: str) -> None:
        if word == "pard" or (word == "s" and self._group.destination != "stylesheet"):
            self._style_id, self._outline_level = number, ""
        elif word == "s":
            self._style_id = number
            self._styles_by_id[number] = _Style()
        elif word == "outlinelevel":
            self._set_outline_level(number)
        elif word == "sbasedon" and self._style_id in self._styles_by_id:
            self._styles_by_id[self._style_id] = self._styles_by_id[self._style_id]._replace(
                parent_id=number
            )
        elif word in ("deleted", "plain"):
            self._group = self._group._replace(deleted=word == "deleted" and number != "0")
        elif word == "uc":
            self._group = self._group._replace(fallback_length=max(int(number or 1), 0))
        elif word in self._saved_day and self._group.destination == "revtim":
            self._saved_day[word] = int(number or 0)
        else:
            self._set_encoding(word, number)

    def _set_outline_level(self, number: str) -> None:
        if self._group.destination == "stylesheet":
            style = self._styles_by_id.get(self._style_id, _Style())
            self._styles_by_id[self._style_id] = style._replace(level=number)
        else:
            self._outline_level = number

    def _set_encoding(self, word: str, number: str) -> None:
        if word == "ansicpg":
            self._default_codec = _choose_codec(find_code_page_codec(int(number or 0)))
        elif word in _CODECS_BY_WORD:
            self._default_codec = _CODECS_BY_WORD[word]
        elif word == "f":
            self._font_id = number
            self._group = self._group._replace(font=number)
        elif word == "fcharset" and int(number or 0) in charset_map:
            self._codecs_by_font[self._font_id] = _choose_codec(
                find_codec(charset_map[int(number or 0)])
            )

    def _handle_sign(self, sign: str) -> None:
        if sign == "*":
            self._is_starred = True
        elif sign in "\r\n":
            self._end_paragraph()
        elif sign in specialchars:
            self._emit_text(specialchars[sign])

    # --- metadata ---

    def build_metadata(self) -> list[Datum]:
        """Return the metadata of the file; its last save is `modified`, not `published`."""
        data = [
            normalise_value(_FIELDS_BY_WORD[word], part, f"RTF {word}")
            for word, pieces in self._info_texts
            for part in _split_values(word, mend_text("".join(pieces)))
        ]
        try:
            saved_day = date(
                self._saved_day["yr"], self._saved_day["mo"], self._saved_day["dy"]
            ).isoformat()
        except (ValueError, OverflowError):
            saved_day = ""
        return drop_repeats(chain(*data, normalise_value("modified", saved_day, "RTF revtim")))


def _split_values(word: str, value: str) -> list[str]:
    if word == "title":
        return [value]
    return value.split(";") if word == "author" else split_list(value)


def _choose_codec(codec: str) -> str:
    """Return a codec of single characters, cp1252 if there is none.

    Programs that state UTF-16 write its characters as numbers, and other bytes in cp1252.
    """
    return codec if codec and not codec.startswith("utf-16") else _WESTERN_CODEC
