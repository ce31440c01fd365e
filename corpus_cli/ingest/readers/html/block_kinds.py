"""Classify the blocks of a page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from corpus_cli.ingest.readers.html.blocks import Block, load_markup, split_names
from corpus_cli.ingest.structure import clues, labels
from corpus_cli.ingest.structure.written_dates import read_date_line, split_dates
from corpus_cli.model import BODY, BYLINE, CHROME, DEK, HEADING, METADATA, TITLE, Datum
from corpus_cli.text.normalise import fold

_MAX_BYLINE_WORDS = 25
_MAX_DEK_WORDS = 80
_WORDS_PER_DATE = 8
_MIN_DEK_WORDS = 5
_MIN_LEAD_WORDS = 12
_MAX_LINK_SHARE = 0.75
_MIN_SAME_PATH = 3
_MAX_BLOCKS_ABOVE = 4
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def classify_blocks(
    blocks: Sequence[Block], extracted: Sequence[bool], data: Iterable[Datum], description: str = ""
) -> list[str]:
    """Return the line kind of each block of a page.

    `extracted` says of each block whether it is in the extract, `data` is the metadata of the
    page. All kinds are empty where no block is body text: then they are inferred from the text.
    """
    if not any(extracted):
        return [""] * len(blocks)
    page = _Page(blocks, extracted, data, description)
    kinds = [page.classify_block(n) for n in range(len(blocks))]
    return kinds if BODY in kinds else [""] * len(blocks)


class _Page:
    """The blocks of one page, with its title and the first and last block of the article."""

    def __init__(
        self,
        blocks: Sequence[Block],
        extracted: Sequence[bool],
        data: Iterable[Datum],
        description: str,
    ) -> None:
        self.blocks = blocks
        self.extracted = _fill_gaps(blocks, extracted)
        self.data = list(data)
        self.description = _normalise(description)
        title = next((datum.value for datum in self.data if datum.field == "title"), "")
        self.title = _normalise(title)
        extracted_numbers = [n for n, is_extracted in enumerate(extracted) if is_extracted]
        self.first_prose = next(
            (n for n in extracted_numbers if clues.is_prose(blocks[n].text)), extracted_numbers[0]
        )
        self.last_extracted = extracted_numbers[-1]
        self.headline_number = self._find_headline()
        self.authors = {_normalise(datum.value) for datum in self.data if datum.field == "author"}

    def _find_headline(self) -> int:
        """Return the number of the block that is the title; -1 if there is none.

        Headings are preferred, and among them the last before the prose.
        """
        matches = [n for n, block in enumerate(self.blocks) if _normalise(block.text) == self.title]
        headings = [n for n in matches if self.blocks[n].tag in _HEADINGS] or matches
        return next(
            (n for n in reversed(headings) if n <= self.first_prose),
            headings[0] if headings else self._find_title_above_byline(),
        )

    def _find_title_above_byline(self) -> int:
        """Return the number of the first short line that has a byline below it; -1 for none.

        A page without headings may have its title only there.
        """
        has_heading = any(block.tag in _HEADINGS for block in self.blocks[: self.first_prose])
        for n in range(0 if has_heading else self.first_prose - 1):
            text, below = self.blocks[n].text, self.blocks[n + 1].text
            is_title = (
                clues.count_words(text) <= _MAX_BYLINE_WORDS
                and not clues.ends_sentence(text)
                and self.blocks[n].link_share * 2 < 1
                and self.blocks[n].role != "navigation"
            )
            if is_title and clues.opened_byline(split_dates(below).text):
                return n
        return -1

    def classify_block(self, n: int) -> str:
        block = self.blocks[n]
        if n == self.headline_number:
            return TITLE
        if _normalise(block.text) == self.title:
            return f"{TITLE}:repeat"
        if marked_kind := self._find_marked_kind(n):
            return marked_kind
        if block.role == "caption":
            return f"{CHROME}:caption"
        if self._is_lead(n):
            return DEK if clues.count_words(block.text) <= _MAX_DEK_WORDS else BODY
        if not self.extracted[n]:
            return f"{CHROME}:{'navigation' if block.role == 'navigation' else 'page'}"
        if phrase := clues.phrase(block.text):
            return f"{CHROME}:{phrase.kind}"
        if labels.parse_labels(block.text) and not clues.is_prose(block.text):
            return METADATA
        if block.tag in _HEADINGS:
            return HEADING
        return f"{CHROME}:related" if block.link_share > _MAX_LINK_SHARE else BODY

    def _find_marked_kind(self, n: int) -> str:
        """Return the kind of a dek, a byline or a date in or just above the article; else empty."""
        block = self.blocks[n]
        is_in_article = (
            self.extracted[n]
            or self.headline_number - _MAX_BLOCKS_ABOVE <= n <= self.last_extracted
        )
        if not is_in_article or clues.count_words(block.text) > _MAX_DEK_WORDS:
            return ""
        if n <= self.first_prose and self._is_dek(n):
            return DEK
        if clues.count_words(block.text) > _MAX_BYLINE_WORDS:
            return ""
        is_opened = n < self.first_prose and clues.opened_byline(split_dates(block.text).text)
        if (
            is_opened
            or self._names_authors(block.text)
            or (block.role == "byline" and self._is_credit(block.text))
        ):
            return BYLINE
        if block.role == "byline" and clues.affiliation(block.text):
            return f"{BYLINE}:affiliation"
        is_dated = block.role == "date" or (
            n < self.first_prose and (read_date_line(block.text) or _is_date_line(block))
        )
        return METADATA if is_dated and not clues.phrase(block.text) else ""

    def _is_lead(self, n: int) -> bool:
        """Return whether a block is a sentence between the title and the text.

        Pages set the first paragraph apart in many ways, and extractors take it for none of the
        text.
        """
        block = self.blocks[n]
        has_role = block.role in ("", "dek") or (
            block.role == "navigation" and _is_inside(block, "header")
        )
        return (
            self.headline_number < n < self.first_prose
            and (self.headline_number >= 0 or _is_inside(block, "article", "main"))
            and has_role
            and self._can_introduce(n)
            and clues.count_words(block.text) >= _MIN_LEAD_WORDS
            and clues.ends_sentence(block.text)
        )

    def _is_dek(self, n: int) -> bool:
        """Return whether a page marks a block as standfirst, by a class or by its place.

        So does a page that states its text for sharing.
        """
        block = self.blocks[n]
        if n < self.headline_number or self.headline_number < 0:
            start = self.headline_number if self.headline_number >= 0 else self.first_prose
            return (
                block.role == "dek"
                and (start == self.first_prose or _is_inside(block, "article", "main"))
                and n + _MAX_BLOCKS_ABOVE >= start
                and clues.count_words(block.text) >= _MIN_DEK_WORDS
            )
        is_subtitle = (
            n == self.headline_number + 1
            and (block.tag in _HEADINGS or _is_inside(block, "hgroup"))
            and clues.count_words(block.text) >= _MIN_DEK_WORDS
            and self._can_introduce(n)
        )
        repeats_description = _normalise(block.text) == self.description and not self.extracted[n]
        return block.role == "dek" or is_subtitle or repeats_description

    def _can_introduce(self, n: int) -> bool:
        """Return whether a block that is not in the extract is no link, request or byline."""
        block = self.blocks[n]
        return (
            not self.extracted[n]
            and block.link_share * 2 < 1
            and not (clues.phrase(block.text) or clues.byline(block.text))
            and not any(map(_is_promotion, block.path))
        )

    def _is_credit(self, text: str) -> bool:
        """Return whether a line marked as byline is one; buttons and links may be marked, too."""
        if self.authors:
            return any(author in _normalise(text) for author in self.authors)
        return bool(clues.byline(text))

    def _names_authors(self, text: str) -> bool:
        names = clues.byline(text)
        return bool(names) and {_normalise(name) for name in names} <= self.authors


def _fill_gaps(blocks: Sequence[Block], extracted: Sequence[bool]) -> list[bool]:
    """Return `extracted` with paragraphs added that have the same path as extracted ones.

    Between extracted blocks any such path counts; after the last one, only a path with a class
    that at least three extracted blocks have.
    """
    path_counts = Counter(
        block.path for block, is_extracted in zip(blocks, extracted, strict=True) if is_extracted
    )
    first = extracted.index(True)
    last = len(extracted) - 1 - list(reversed(extracted)).index(True)
    common_paths = {
        path
        for path, n in path_counts.items()
        if n >= _MIN_SAME_PATH and any(map(_has_class, path))
    }
    return [
        is_extracted
        or (
            n > first
            and block.path in (path_counts if n < last else common_paths)
            and _is_paragraph(block)
        )
        for n, (block, is_extracted) in enumerate(zip(blocks, extracted, strict=True))
    ]


def _is_date_line(block: Block) -> bool:
    """Return whether a block has dates by its markup, and little else."""
    words = clues.count_words(block.text)
    return words <= len(block.dates) * _WORDS_PER_DATE and block.link_share * 2 < 1


def _is_inside(block: Block, *tags: str) -> bool:
    """Return whether one of the innermost block elements around a block has one of the tags."""
    return any(element.partition(".")[0] in tags for element in block.path)


@lru_cache(maxsize=4_096)
def _is_promotion(element: str) -> bool:
    """Return whether the class of an element says that it asks readers for something."""
    return any(
        word in load_markup()["promotions"] for word in split_names(element.partition(".")[2])
    )


def _has_class(element: str) -> bool:
    return not element.endswith(".")


def _is_paragraph(block: Block) -> bool:
    return (
        clues.is_prose(block.text) and block.link_share * 2 < 1 and block.role in ("", "navigation")
    )


def _normalise(text: str) -> str:
    return fold(" ".join(text.split()))
