"""Read web pages: every block of text, and its kind."""

import re
from collections.abc import Iterator, Sequence

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from resiliparse.parse.encoding import map_encoding_to_html5

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.html.alignment import chosen
from corpus_cli.ingest.readers.html.blocks import Block, blocks, markup
from corpus_cli.ingest.readers.html.body import gather
from corpus_cli.ingest.readers.html.extract import extract
from corpus_cli.ingest.readers.html.pagemeta import Claims
from corpus_cli.ingest.readers.html.verdicts import kinds
from corpus_cli.ingest.readers.port import Document, File, Found, Written
from corpus_cli.ingest.structure import clues

_HEAD = 4_096
_DEEPEST = 250
_DROPPED = "<br><br>"
_EMPTY = "there is no text in it"
_FRAMED = "it only shows other pages in frames: ingest those"
_STATED = (
    rb"<\?xml[^>]{0,100}?\bencoding\s*=\s*[\"']([\w.:-]+)",
    rb"<meta[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)",
)
# Control characters, which lxml refuses.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)[^<>]*+>")


def read(file: File) -> Iterator[Found]:
    """Yield the document of a page, with the lines of the article and of the chrome around it.

    Hidden blocks are read where they contain prose of the article, which a script would
    unfold. Raises `SourceError` where the page shows no text.
    """
    root = parsed(decode(file.data, stated(file.data, file.media)))
    shown = blocks(root)
    verdicts = chosen([block.text for block in shown], extract(root))
    pairs = list(zip(shown, verdicts, strict=True))
    folded = any(
        block.hidden and is_extracted and clues.prose(block.text) for block, is_extracted in pairs
    )
    seen = [
        (block, is_extracted)
        for block, is_extracted in pairs
        if not block.hidden or (folded and is_extracted)
    ]
    if not seen:
        raise SourceError(_EMPTY if root.find("body/frameset") is None else _FRAMED)
    yield _document(root, [block for block, _ in seen], [is_extracted for _, is_extracted in seen])


def _document(root: HtmlElement, shown: Sequence[Block], verdicts: Sequence[bool]) -> Document:
    claims = Claims(root)
    data = claims.data(shown)
    found = kinds(shown, verdicts, data, claims.description)
    lines = [Written(block.text, kind) for block, kind in zip(shown, found, strict=True)]
    return Document(lines, claims.told(data, shown, found))


def stated(data: bytes, media: str = "") -> str:
    """Return the encoding that a page or its media type states, as browsers map it; else empty."""
    named = re.search(rb"charset=[\"']?([\w.:-]+)", media.encode("ascii", "replace"))
    head = data[:_HEAD]
    for found in (named, *(re.search(pattern, head, re.IGNORECASE) for pattern in _STATED)):
        if found:
            return map_encoding_to_html5(found[1].decode("ascii")) or ""
    return ""


def parsed(text: str) -> HtmlElement:
    """Parse a page to a tree. Raises `SourceError` where nothing can be parsed."""
    text = _CONTROL.sub("", text)
    root, whole = _parsed(text)
    if not whole:
        root, _ = _parsed(_flattened(text))
    if root is None:
        raise SourceError(_EMPTY)
    gather(root)
    return root


def _parsed(text: str) -> tuple[HtmlElement | None, bool]:
    """Return a tree, and whether it is complete: lxml drops what is nested too deeply."""
    parser = HTMLParser(
        collect_ids=False, encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = document_fromstring(text.encode(), parser=parser)
    except (LxmlError, ValueError):
        return None, True
    return root, not any("depth" in error.message for error in parser.error_log)


def _flattened(text: str) -> str:
    """Remove the tags that are nested deeper than 250, deeper than any real page."""
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        name = tag[2].lower()
        if name in markup()["void"]:
            return tag[0]
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth + bool(tag[1]) <= _DEEPEST:
            return tag[0]
        return "" if name in markup()["inline"] else _DROPPED

    return re.sub(rf"(?:{_DROPPED}\s*)+", _DROPPED, _TAG.sub(kept, text))
