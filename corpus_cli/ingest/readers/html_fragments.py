"""Turn HTML fragments, even faulty ones, into paragraphs."""

import re
from html import unescape

from corpus_cli.ingest.readers.paragraph_flow import NAVIGATION, ParagraphFlow
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.model import HEADING

_BLOCK_TAG = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|html|li|main|nav|ol|p|pre|section|"
    "summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
# Every alternative ends at the next `<`, so that faulty HTML takes linear time as well.
_TOKEN = re.compile(
    r"<(?P<slash>/?)(?P<tag>[a-zA-Z][^\s<>/]*+)(?P<attributes>(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>"
    r"|<[/!?a-zA-Z][^<>]*+>|(?P<text>[^<]++|<)"
)
# Tags that a plain text does not have by chance.
_HTML_TAG = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|li|blockquote|article|section|table|figure|html|body)"
    r"(?:\s[^<>]*)?/?>|</(?:a|b|i|em|strong|span|q|cite|sup|sub|u)>",
    re.IGNORECASE,
)
_DOCUMENT_TYPE = re.compile(
    r"\s*+(?:<\?[^>]*+>\s*+)?<!DOCTYPE[^<>\[]*+(?:\[[^\]]*+\]\s*+)?>", re.IGNORECASE
)
_HEADING_TAG = re.compile("h[1-6]")
_SKIPPED_TAGS = frozenset(["script", "style", "template", "title"])


def add_html(html: str, flow: ParagraphFlow, kind: str = "") -> None:
    """Add the paragraphs of an HTML text to a flow; faulty HTML raises no error.

    `kind` is the kind of all paragraphs outside of `<nav>`; if empty, only headings get a
    kind. Only the entities of HTML are resolved, not those that a document declares.
    """
    handler = _TagHandler(flow, kind)
    for token in _TOKEN.finditer(_remove_comments(html)):
        tag = token["tag"].lower() if token["tag"] else ""
        if not tag:
            handler.add_text(token["text"] or "")
        elif token["slash"]:
            handler.end_tag(tag)
        else:
            handler.start_tag(tag)
            if token["attributes"].endswith("/"):
                handler.end_tag(tag)
    flow.end_paragraph()


def has_html_tags(text: str) -> bool:
    """Return whether a text is a fragment of HTML: it has tags that divide or mark a text."""
    return bool(_HTML_TAG.search(text))


def parse_html_fragment(html: str) -> list[DocumentLine]:
    """Return the paragraphs of an HTML fragment."""
    flow = ParagraphFlow()
    add_html(html, flow)
    return flow.build_lines()


def _remove_comments(html: str) -> str:
    """Remove the document type and the comments; an unclosed comment counts as text."""
    document_type = _DOCUMENT_TYPE.match(html)
    html = html[document_type.end() :] if document_type else html
    before_comments, *parts = html.replace("<![CDATA[", "").replace("]]>", "").split("<!--")
    pieces: list[str] = []
    for part in parts:
        _, closing_mark, text_after = part.partition("-->")
        if closing_mark:
            # This closes every comment that is still open.
            while pieces and pieces[-1].startswith("<!--"):
                pieces.pop()
        pieces.append(text_after if closing_mark else f"<!--{part}")
    return "".join([before_comments, *pieces])


class _TagHandler:
    """Adds the tags and texts of an HTML text to a flow; block tags divide paragraphs."""

    def __init__(self, flow: ParagraphFlow, default_kind: str) -> None:
        self._flow = flow
        self._default_kind = default_kind
        self._heading_kind = ""
        self._navigation_depth = 0
        self._skipped_tag = ""

    def start_tag(self, tag: str) -> None:
        if self._skipped_tag and tag != "body":
            return
        self._skipped_tag = tag if tag in _SKIPPED_TAGS else ""
        if _BLOCK_TAG.fullmatch(tag):
            self._flow.end_paragraph()
        if tag == "tr":
            self._flow.begin_row()
        elif tag in ("td", "th"):
            self._flow.begin_cell()
        elif tag == "br":
            self.add_text(" ")
        elif tag == "nav":
            self._navigation_depth += 1
        elif _HEADING_TAG.fullmatch(tag):
            self._heading_kind = f"{HEADING}:{tag[1]}"

    def end_tag(self, tag: str) -> None:
        if self._skipped_tag:
            self._skipped_tag = "" if tag == self._skipped_tag else self._skipped_tag
            return
        if _BLOCK_TAG.fullmatch(tag):
            self._flow.end_paragraph()
        if tag == "tr":
            self._flow.end_row()
        elif tag == "nav":
            self._navigation_depth = max(self._navigation_depth - 1, 0)
        elif _HEADING_TAG.fullmatch(tag):
            self._heading_kind = ""

    def add_text(self, text: str) -> None:
        if self._skipped_tag:
            return
        if not self._flow.has_open_paragraph:
            self._flow.begin_paragraph(
                NAVIGATION if self._navigation_depth else self._default_kind or self._heading_kind
            )
        try:
            self._flow.add_collapsed_text(unescape(text))
        except ValueError:
            # The number of a character reference has more digits than int() accepts.
            self._flow.add_collapsed_text(text)
