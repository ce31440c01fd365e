"""Turn HTML fragments, even faulty ones, into paragraphs."""

import re
from html import unescape

from corpus_cli.ingest.readers.flow import CONTENTS, Flow
from corpus_cli.ingest.readers.port import Written
from corpus_cli.model import HEADING

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|html|li|main|nav|ol|p|pre|section|"
    "summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
# Every alternative ends at the next `<`, so that faulty HTML takes linear time as well.
_TOKEN = re.compile(
    r"<(?P<slash>/?)(?P<tag>[a-zA-Z][^\s<>/]*+)(?P<attributes>(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>"
    r"|<[/!?a-zA-Z][^<>]*+>|(?P<text>[^<]++|<)"
)
_PROLOG = re.compile(
    r"\s*+(?:<\?[^>]*+>\s*+)?<!DOCTYPE[^<>\[]*+(?:\[[^\]]*+\]\s*+)?>", re.IGNORECASE
)
_HEADING = re.compile("h[1-6]")
_OUT = frozenset(["script", "style", "template", "title"])


def markup(text: str, flow: Flow, kind: str = "") -> None:
    """Add the paragraphs of an HTML text to a flow; faulty HTML raises no error.

    `kind` is the kind of all paragraphs outside of `<nav>`; if empty, only headings get a
    kind. Only the entities of HTML are resolved, not those that a document declares.
    """
    chapter = _Chapter(flow, kind)
    for found in _TOKEN.finditer(_uncommented(text)):
        tag = found["tag"].lower() if found["tag"] else ""
        if not tag:
            chapter.text(found["text"] or "")
        elif found["slash"]:
            chapter.end(tag)
        else:
            chapter.start(tag)
            if found["attributes"].endswith("/"):
                chapter.end(tag)
    flow.finish()


def stripped(text: str) -> list[Written]:
    """Return the paragraphs of an HTML fragment."""
    flow = Flow()
    markup(text, flow)
    return flow.lines()


def _uncommented(text: str) -> str:
    """Remove the document type and the comments; an unclosed comment counts as text."""
    prolog = _PROLOG.match(text)
    text = text[prolog.end() :] if prolog else text
    head, *parts = text.replace("<![CDATA[", "").replace("]]>", "").split("<!--")
    kept: list[str] = []
    for part in parts:
        _, end, after = part.partition("-->")
        if end:
            # This closes every comment that is still open.
            while kept and kept[-1].startswith("<!--"):
                kept.pop()
        kept.append(after if end else f"<!--{part}")
    return "".join([head, *kept])


class _Chapter:
    """Adds the tags and texts of an HTML text to a flow; block tags divide paragraphs."""

    def __init__(self, flow: Flow, kind: str) -> None:
        self._flow = flow
        self._kind = kind
        self._heading = ""
        self._navigation = 0
        self._out = ""

    def start(self, tag: str) -> None:
        if self._out and tag != "body":
            return
        self._out = tag if tag in _OUT else ""
        if _BLOCK.fullmatch(tag):
            self._flow.finish()
        if tag == "tr":
            self._flow.row()
        elif tag in ("td", "th"):
            self._flow.cell()
        elif tag == "br":
            self.text(" ")
        elif tag == "nav":
            self._navigation += 1
        elif _HEADING.fullmatch(tag):
            self._heading = f"{HEADING}:{tag[1]}"

    def end(self, tag: str) -> None:
        if self._out:
            self._out = "" if tag == self._out else self._out
            return
        if _BLOCK.fullmatch(tag):
            self._flow.finish()
        if tag == "tr":
            self._flow.done()
        elif tag == "nav":
            self._navigation = max(self._navigation - 1, 0)
        elif _HEADING.fullmatch(tag):
            self._heading = ""

    def text(self, text: str) -> None:
        if self._out:
            return
        if not self._flow.writing:
            self._flow.begin(CONTENTS if self._navigation else self._kind or self._heading)
        try:
            self._flow.squeeze(unescape(text))
        except ValueError:
            # The number of a character reference has more digits than int() accepts.
            self._flow.squeeze(text)
