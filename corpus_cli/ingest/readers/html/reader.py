"""Pages of the web: every block of text, and what it is."""

import re
from collections.abc import Iterator, Sequence

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from resiliparse.parse.encoding import map_encoding_to_html5

from corpus_cli.errors import SourceError
from corpus_cli.ingest import clues
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.html.alignment import chosen
from corpus_cli.ingest.readers.html.blocks import Block, blocks, markup
from corpus_cli.ingest.readers.html.body import gather
from corpus_cli.ingest.readers.html.extract import extract
from corpus_cli.ingest.readers.html.pagemeta import Claims
from corpus_cli.ingest.readers.html.verdicts import kinds
from corpus_cli.ingest.readers.port import Document, File, Found, Written

_HEAD = 4_096
_DEEPEST = 250
_DROPPED = "<br><br>"
_EMPTY = "there is no text in it"
_FRAMED = "it shows only other pages, in frames: ingest those"
_STATED = (
    rb"<\?xml[^>]{0,100}?\bencoding\s*=\s*[\"']([\w.:-]+)",
    rb"<meta[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)",
)
# What is no character in a page, and would be refused in a tree.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)[^<>]*+>")


def read(file: File) -> Iterator[Found]:
    """The lines of a page, the article's among them told apart from the others.

    What is hidden is read where it is prose of the article, which a script would unfold.
    """
    root = parsed(decode(file.data, stated(file.data, file.media)))
    shown = blocks(root)
    verdicts = chosen([block.text for block in shown], extract(root))
    pairs = list(zip(shown, verdicts, strict=True))
    folded = any(block.hidden and verdict and clues.prose(block.text) for block, verdict in pairs)
    seen = [
        (block, verdict) for block, verdict in pairs if not block.hidden or (folded and verdict)
    ]
    if not seen:
        raise SourceError(_EMPTY if root.find("body/frameset") is None else _FRAMED)
    yield _document(root, [block for block, _ in seen], [verdict for _, verdict in seen])


def _document(root: HtmlElement, shown: Sequence[Block], verdicts: Sequence[bool]) -> Document:
    claims = Claims(root)
    data = claims.data(shown)
    found = kinds(shown, verdicts, data, claims.description)
    lines = [Written(block.text, kind) for block, kind in zip(shown, found, strict=True)]
    return Document(lines, claims.told(data, shown, found))


def stated(data: bytes, media: str = "") -> str:
    """The encoding that a page or its media type names, as browsers understand the name."""
    named = re.search(rb"charset=[\"']?([\w.:-]+)", media.encode("ascii", "replace"))
    head = data[:_HEAD]
    for found in (named, *(re.search(pattern, head, re.IGNORECASE) for pattern in _STATED)):
        if found:
            return map_encoding_to_html5(found[1].decode("ascii")) or ""
    return ""


def parsed(text: str) -> HtmlElement:
    """The tree of a page, however it is written. Raises `SourceError` where there is none."""
    text = _CONTROL.sub("", text)
    root, whole = _parsed(text)
    if not whole:
        root, _ = _parsed(_flattened(text))
    if root is None:
        raise SourceError(_EMPTY)
    gather(root)
    return root


def _parsed(text: str) -> tuple[HtmlElement | None, bool]:
    """A tree, and whether it is of the whole text: lxml gives up on what nests too deeply."""
    parser = HTMLParser(
        collect_ids=False, encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = document_fromstring(text.encode(), parser=parser)
    except (LxmlError, ValueError):
        return None, True
    return root, not any("depth" in error.message for error in parser.error_log)


def _flattened(text: str) -> str:
    """A page without the tags that nest deeper than any page that is meant to be read."""
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
