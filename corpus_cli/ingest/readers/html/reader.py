"""Read web pages: every block of text, and its kind."""

import re
from collections.abc import Iterator, Sequence

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from resiliparse.parse.encoding import map_encoding_to_html5

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.html.alignment import mark_extracted
from corpus_cli.ingest.readers.html.block_kinds import classify_blocks
from corpus_cli.ingest.readers.html.blocks import Block, extract_blocks, load_markup
from corpus_cli.ingest.readers.html.extract import extract_article
from corpus_cli.ingest.readers.html.page_claims import PageClaims
from corpus_cli.ingest.readers.html.rebuild_body import gather_body
from corpus_cli.ingest.readers.port import NO_TEXT, Document, DocumentLine, File, ReadResult
from corpus_cli.ingest.structure import clues

_HEAD_BYTES = 4_096
_MAX_DEPTH = 250
_DROPPED_TAG = "<br><br>"
_ONLY_FRAMES = "it only shows other pages in frames: ingest those"
_ENCODING_PATTERNS = (
    rb"<\?xml[^>]{0,100}?\bencoding\s*=\s*[\"']([\w.:-]+)",
    rb"<meta[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)",
)
# Control characters, which lxml refuses.
_CONTROL_CHARS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)[^<>]*+>")


def read(file: File) -> Iterator[ReadResult]:
    """Yield the document of a page, with the lines of the article and of the chrome around it.

    Hidden blocks are read where they contain prose of the article, which a script would
    unfold. Raises `SourceError` where the page shows no text.
    """
    root = parse_page(decode(file.data, find_stated_encoding(file.data, file.media_type)))
    page_blocks = extract_blocks(root)
    extracted = mark_extracted([block.text for block in page_blocks], extract_article(root))
    pairs = list(zip(page_blocks, extracted, strict=True))
    has_folded_text = any(
        block.is_hidden and is_extracted and clues.is_prose(block.text)
        for block, is_extracted in pairs
    )
    visible = [
        (block, is_extracted)
        for block, is_extracted in pairs
        if not block.is_hidden or (has_folded_text and is_extracted)
    ]
    if not visible:
        raise SourceError(NO_TEXT if root.find("body/frameset") is None else _ONLY_FRAMES)
    yield _build_document(
        root, [block for block, _ in visible], [is_extracted for _, is_extracted in visible]
    )


def _build_document(
    root: HtmlElement, page_blocks: Sequence[Block], extracted: Sequence[bool]
) -> Document:
    claims = PageClaims(root)
    data = claims.choose_data(page_blocks)
    kinds = classify_blocks(page_blocks, extracted, data, claims.description)
    lines = [DocumentLine(block.text, kind) for block, kind in zip(page_blocks, kinds, strict=True)]
    return Document(lines, claims.complete_data(data, page_blocks, kinds))


def find_stated_encoding(data: bytes, media_type: str = "") -> str:
    """Return the encoding that a page or its media type states, as browsers map it; else empty."""
    media_match = re.search(rb"charset=[\"']?([\w.:-]+)", media_type.encode("ascii", "replace"))
    head = data[:_HEAD_BYTES]
    for match in (
        media_match,
        *(re.search(pattern, head, re.IGNORECASE) for pattern in _ENCODING_PATTERNS),
    ):
        if match:
            return map_encoding_to_html5(match[1].decode("ascii")) or ""
    return ""


def parse_page(text: str) -> HtmlElement:
    """Parse a page to a tree. Raises `SourceError` where nothing can be parsed."""
    text = _CONTROL_CHARS.sub("", text)
    root, is_complete = _parse_tree(text)
    if not is_complete:
        root, _ = _parse_tree(_flatten(text))
    if root is None:
        raise SourceError(NO_TEXT)
    gather_body(root)
    return root


def _parse_tree(text: str) -> tuple[HtmlElement | None, bool]:
    """Return a tree, and whether it is complete: lxml drops what is nested too deeply."""
    parser = HTMLParser(
        collect_ids=False, encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = document_fromstring(text.encode(), parser=parser)
    except (LxmlError, ValueError):
        return None, True
    return root, not any("depth" in error.message for error in parser.error_log)


def _flatten(text: str) -> str:
    """Remove the tags that are nested deeper than 250, deeper than any real page."""
    depth = 0

    def replace_tag(tag: re.Match[str]) -> str:
        nonlocal depth
        name = tag[2].lower()
        if name in load_markup()["void"]:
            return tag[0]
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth + bool(tag[1]) <= _MAX_DEPTH:
            return tag[0]
        return "" if name in load_markup()["inline"] else _DROPPED_TAG

    return re.sub(rf"(?:{_DROPPED_TAG}\s*)+", _DROPPED_TAG, _TAG.sub(replace_tag, text))
