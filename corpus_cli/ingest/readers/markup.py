"""Pieces of HTML to paragraphs, whatever their errors."""

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
# Every way through ends at the next `<`, so that errors cost no more than their length.
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<tag>[a-zA-Z][^\s<>/]*+)(?P<rest>(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>"
    r"|<[/!?a-zA-Z][^<>]*+>|(?P<text>[^<]++|<)"
)
_PROLOG = re.compile(
    r"\s*+(?:<\?[^>]*+>\s*+)?<!DOCTYPE[^<>\[]*+(?:\[[^\]]*+\]\s*+)?>", re.IGNORECASE
)
_HEADING = re.compile("h[1-6]")
_OUT = frozenset(["script", "style", "template", "title"])


def markup(text: str, flow: Flow, kind: str = "") -> None:
    """Write the paragraphs of HTML into a flow, whatever its errors.

    No entity that a document declares is resolved, only those of HTML.
    """
    chapter = _Chapter(flow, kind)
    for found in _TOKEN.finditer(_uncommented(text)):
        tag = found["tag"].lower() if found["tag"] else ""
        if not tag:
            chapter.text(found["text"] or "")
        elif found["end"]:
            chapter.end(tag)
        else:
            chapter.start(tag)
            if found["rest"].endswith("/"):
                chapter.end(tag)
    flow.finish()


def stripped(text: str) -> list[Written]:
    """The paragraphs of a piece of HTML."""
    flow = Flow()
    markup(text, flow)
    return flow.lines()


def _uncommented(text: str) -> str:
    """HTML without its document type and comments; a comment that nothing ends is none."""
    prolog = _PROLOG.match(text)
    text = text[prolog.end() :] if prolog else text
    head, *parts = text.replace("<![CDATA[", "").replace("]]>", "").split("<!--")
    kept: list[str] = []
    for part in parts:
        _, end, after = part.partition("-->")
        if end:
            # All comments that were open end here.
            while kept and kept[-1].startswith("<!--"):
                kept.pop()
        kept.append(after if end else f"<!--{part}")
    return "".join([head, *kept])


class _Chapter:
    """Blocks to paragraphs: a text ends where a block begins or ends."""

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
            # A character reference of more digits than a number may have.
            self._flow.squeeze(text)
