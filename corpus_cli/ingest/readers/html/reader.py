"""Read web pages: every block of text, and its kind."""

from collections.abc import Iterator, Sequence

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.html.alignment import mark_extracted
from corpus_cli.ingest.readers.html.block_kinds import classify_blocks
from corpus_cli.ingest.readers.html.blocks import Block, extract_blocks
from corpus_cli.ingest.readers.html.embedded_text import EmbeddedText, find_embedded_text
from corpus_cli.ingest.readers.html.equal_articles import add_equal_articles
from corpus_cli.ingest.readers.html.extract import extract_article
from corpus_cli.ingest.readers.html.page_claims import PageClaims
from corpus_cli.ingest.readers.html.page_tree import decode_page, parse_page
from corpus_cli.ingest.readers.nul_bytes import report_nul_bytes
from corpus_cli.ingest.readers.port import NO_TEXT, Document, DocumentLine, File, ReadResult
from corpus_cli.ingest.structure import clues
from corpus_cli.model import CLAIMED, Datum

_ONLY_FRAMES = "it only shows other pages in frames: ingest those"


def read(file: File) -> Iterator[ReadResult]:
    """Yield the document of a page, with the lines of the article and of the chrome around it.

    Hidden blocks are read where they contain prose of the article, which a script would
    unfold, and so is a text that the page has only as data for a script. Raises `SourceError`
    where there is no text.
    """
    text = decode_page(file.data, file.media_type)
    root, unread = parse_page(text, file.read_beside)
    yield from unread
    page_blocks = extract_blocks(root)
    blocks, extracted = _select_visible(page_blocks, extract_article(root))
    extracted = add_equal_articles(blocks, extracted)
    claims = PageClaims(root, text)
    embedded = find_embedded_text(
        root,
        claims,
        [block.text for block in blocks],
        [block.text for block, is_extracted in zip(blocks, extracted, strict=True) if is_extracted],
    )
    if embedded:
        blocks, extracted = _insert_text(blocks, embedded)
    if not blocks:
        raise SourceError(NO_TEXT if root.find("body/frameset") is None else _ONLY_FRAMES)
    document = _build_document(claims, blocks, extracted)
    yield document._replace(metadata=[*document.metadata, *_describe_origin(embedded)])
    yield from report_nul_bytes(file.data)


def _select_visible(page_blocks: Sequence[Block], extract: str) -> tuple[list[Block], list[bool]]:
    """Return the blocks that are shown, or would be unfolded, and which are in the extract."""
    extracted = mark_extracted([block.text for block in page_blocks], extract)
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
    return [block for block, _ in visible], [is_extracted for _, is_extracted in visible]


def _insert_text(blocks: Sequence[Block], embedded: EmbeddedText) -> tuple[list[Block], list[bool]]:
    """Insert the paragraphs that a page does not show below those that it shows.

    Where it shows none of them, they are at the end, below the title.
    """
    extracted = mark_extracted([block.text for block in blocks], embedded.text)
    position = max((n for n, is_extracted in enumerate(extracted, 1) if is_extracted), default=0)
    shown = "\n".join(block.text for block in blocks)
    are_shown = mark_extracted(embedded.paragraphs, shown)
    inserted = [
        Block(paragraph, "p")
        for paragraph, is_shown in zip(embedded.paragraphs, are_shown, strict=True)
        if not is_shown
    ]
    if not position:
        position = len(blocks)
        if embedded.title and not any(block.tag == "h1" for block in blocks):
            inserted.insert(0, Block(embedded.title, "h1"))
    return (
        [*blocks[:position], *inserted, *blocks[position:]],
        [*extracted[:position], *(block.tag == "p" for block in inserted), *extracted[position:]],
    )


def _describe_origin(embedded: EmbeddedText | None) -> list[Datum]:
    """Return the metadata that say that a page does not show its text."""
    if embedded is None:
        return []
    return [Datum("embedded", "text", embedded.origin, CLAIMED)]


def _build_document(
    claims: PageClaims, page_blocks: Sequence[Block], extracted: Sequence[bool]
) -> Document:
    data = claims.choose_data(page_blocks)
    kinds = classify_blocks(page_blocks, extracted, data, claims.description)
    lines = [DocumentLine(block.text, kind) for block, kind in zip(page_blocks, kinds, strict=True)]
    return Document(lines, claims.complete_data(data, page_blocks, kinds))
