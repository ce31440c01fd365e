"""Classify the blocks of a page."""

from collections import Counter
from collections.abc import Iterable, Sequence

from corpus_cli.ingest.readers.html.blocks import Block
from corpus_cli.ingest.structure import clues, labels
from corpus_cli.model import BODY, BYLINE, CHROME, DEK, HEADING, METADATA, TITLE, Datum
from corpus_cli.text.normalise import fold

_SHORT = 25
_LONGEST_DEK = 80
_LINKED = 0.75
_SEVERAL = 3
_ABOVE = 4
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def kinds(
    blocks: Sequence[Block], chosen: Sequence[bool], data: Iterable[Datum], description: str = ""
) -> list[str]:
    """Return the line kind of each block of a page.

    `extracted` says of each block whether it is in the extract, `data` is the metadata of the
    page. All kinds are empty where no block is body text: then they are inferred from the text.
    """
    if not any(chosen):
        return [""] * len(blocks)
    page = _Page(blocks, chosen, data, description)
    found = [page.kind(n) for n in range(len(blocks))]
    return found if BODY in found else [""] * len(blocks)


class _Page:
    """The blocks of one page, with its title and the first and last block of the article."""

    def __init__(
        self,
        blocks: Sequence[Block],
        chosen: Sequence[bool],
        data: Iterable[Datum],
        description: str,
    ) -> None:
        self.blocks = blocks
        self.chosen = _filled(blocks, chosen)
        self.claims = list(data)
        self.description = _plain(description)
        title = next((datum.value for datum in self.claims if datum.field == "title"), "")
        self.title = _plain(title)
        body = [n for n, is_extracted in enumerate(chosen) if is_extracted]
        self.prose = next((n for n in body if clues.prose(blocks[n].text)), body[0])
        self.last = body[-1]
        self.headline = self._headline()
        self.authors = {_plain(datum.value) for datum in self.claims if datum.field == "author"}

    def _headline(self) -> int:
        """Return the number of the block that is the title; -1 if there is none.

        Headings are preferred, and among them the last before the prose.
        """
        found = [n for n, block in enumerate(self.blocks) if _plain(block.text) == self.title]
        heads = [n for n in found if self.blocks[n].tag in _HEADINGS] or found
        return next((n for n in reversed(heads) if n <= self.prose), heads[0] if heads else -1)

    def kind(self, n: int) -> str:
        block = self.blocks[n]
        if n == self.headline:
            return TITLE
        if _plain(block.text) == self.title:
            return f"{TITLE}:repeat"
        if marked := self._marked(n):
            return marked
        if block.role == "caption":
            return f"{CHROME}:caption"
        if not self.chosen[n]:
            return f"{CHROME}:{'navigation' if block.role == 'navigation' else 'page'}"
        if found := clues.phrase(block.text):
            return f"{CHROME}:{found.kind}"
        if labels.labelled(block.text) and not clues.prose(block.text):
            return METADATA
        if block.tag in _HEADINGS:
            return HEADING
        return f"{CHROME}:related" if block.linked > _LINKED else BODY

    def _marked(self, n: int) -> str:
        """Return the kind of a dek, a byline or a date in or just above the article; else empty."""
        block = self.blocks[n]
        near = self.chosen[n] or self.headline - _ABOVE <= n <= self.last
        if not near or clues.words(block.text) > _LONGEST_DEK:
            return ""
        if n <= self.prose and n > self.headline >= 0 and self._dek(n):
            return DEK
        if clues.words(block.text) > _SHORT:
            return ""
        if self._names(block.text) or (block.role == "byline" and self._credits(block.text)):
            return BYLINE
        if block.role == "byline" and clues.affiliation(block.text):
            return f"{BYLINE}:affiliation"
        dated = block.role == "date" or (n < self.prose and clues.date_line(block.text))
        return METADATA if dated else ""

    def _dek(self, n: int) -> bool:
        """Return whether the page marks a block as standfirst, or states its text for sharing."""
        described = _plain(self.blocks[n].text) == self.description and not self.chosen[n]
        return self.blocks[n].role == "dek" or described

    def _credits(self, text: str) -> bool:
        """Return whether a line marked as byline is one: buttons and links may be marked, too."""
        if self.authors:
            return any(author in _plain(text) for author in self.authors)
        return bool(clues.byline(text))

    def _names(self, text: str) -> bool:
        names = clues.byline(text)
        return bool(names) and {_plain(name) for name in names} <= self.authors


def _filled(blocks: Sequence[Block], chosen: Sequence[bool]) -> list[bool]:
    """Return `extracted` with paragraphs added that have the same path as extracted ones.

    Between extracted blocks any such path counts; after the last one, only a path with a class
    that at least three extracted blocks have.
    """
    alike = Counter(
        block.path for block, is_extracted in zip(blocks, chosen, strict=True) if is_extracted
    )
    first = chosen.index(True)
    last = len(chosen) - 1 - list(reversed(chosen)).index(True)
    several = {path for path, n in alike.items() if n >= _SEVERAL and any(map(_classed, path))}
    return [
        is_extracted
        or (n > first and block.path in (alike if n < last else several) and _paragraph(block))
        for n, (block, is_extracted) in enumerate(zip(blocks, chosen, strict=True))
    ]


def _classed(element: str) -> bool:
    return not element.endswith(".")


def _paragraph(block: Block) -> bool:
    return clues.prose(block.text) and block.linked * 2 < 1 and block.role in ("", "navigation")


def _plain(text: str) -> str:
    return fold(" ".join(text.split()))
