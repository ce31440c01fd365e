"""Find other articles of a page beside the extracted one."""

from collections import Counter
from collections.abc import Sequence

from corpus_cli.ingest.readers.html.blocks import Block
from corpus_cli.ingest.structure import clues

_MIN_PARAGRAPHS = 2
_MIN_WORDS = 8
_MAX_LINK_SHARE = 0.5
_ASIDE = ("navigation", "caption")


def add_equal_articles(blocks: Sequence[Block], extracted: Sequence[bool]) -> list[bool]:
    """Return `extracted` with the blocks of articles added that are as long as an extracted one.

    Extractors choose one `article` element of a page, but a live report has many, and some sites
    append the next story. An article counts if it has at least half of the words of the longest
    one with extracted text, and two paragraphs or mostly extracted ones: teasers have neither.
    """
    words, extracted_words, paragraphs = Counter[int](), Counter[int](), Counter[int]()
    for block, is_extracted in zip(blocks, extracted, strict=True):
        if block.article and _is_text(block):
            count = clues.count_words(block.text)
            words[block.article] += count
            extracted_words[block.article] += count * is_extracted
            paragraphs[block.article] += 1
    longest = max((words[article] for article, n in extracted_words.items() if n), default=0)
    equal = {
        article
        for article, count in words.items()
        if 0 < longest <= 2 * count
        and (paragraphs[article] >= _MIN_PARAGRAPHS or 2 * extracted_words[article] > count)
    }
    if len(equal) < 2:  # noqa: PLR2004 - one is the extracted one
        return list(extracted)
    return [
        is_extracted or (block.article in equal and block.role not in _ASIDE)
        for block, is_extracted in zip(blocks, extracted, strict=True)
    ]


def _is_text(block: Block) -> bool:
    return (
        clues.count_words(block.text) >= _MIN_WORDS
        and clues.ends_sentence(block.text)
        and block.role not in _ASIDE
        and block.link_share < _MAX_LINK_SHARE
        and not block.is_hidden
    )
