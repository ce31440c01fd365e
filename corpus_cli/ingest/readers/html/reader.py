"""Read web pages: every block of text, and its kind."""

from collections.abc import Iterator, Sequence

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.html.alignment import mark_extracted
from corpus_cli.ingest.readers.html.block_kinds import classify_blocks
from corpus_cli.ingest.readers.html.blocks import Block, extract_blocks
from corpus_cli.ingest.readers.html.extract import extract_article
from corpus_cli.ingest.readers.html.page_claims import PageClaims
from corpus_cli.ingest.readers.html.page_tree import decode_page, parse_page
from corpus_cli.ingest.readers.port import NO_TEXT, Document, DocumentLine, File, ReadResult
from corpus_cli.ingest.structure import clues

_ONLY_FRAMES = "it only shows other pages in frames: ingest those"


def read(file: File) -> Iterator[ReadResult]:
    """Yield the document of a page, with the lines of the article and of the chrome around it.

    Hidden blocks are read where they contain prose of the article, which a script would
    unfold. Raises `SourceError` where the page shows no text.
    """
    text = decode_page(file.data, file.media_type)
    root, unread = parse_page(text, file.read_beside)
    yield from unread
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
        PageClaims(root, text),
        [block for block, _ in visible],
        [is_extracted for _, is_extracted in visible],
    )


def _build_document(
    claims: PageClaims, page_blocks: Sequence[Block], extracted: Sequence[bool]
) -> Document:
    data = claims.choose_data(page_blocks)
    kinds = classify_blocks(page_blocks, extracted, data, claims.description)
    lines = [DocumentLine(block.text, kind) for block, kind in zip(page_blocks, kinds, strict=True)]
    return Document(lines, claims.complete_data(data, page_blocks, kinds))
