"""Number the passages that a document cites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corpus_cli.explore.answer import Citation
from corpus_cli.model import Header
from corpus_cli.output.documents.tree import Inline, Inlines, Link, NoteMark, Text
from corpus_cli.output.lines import path
from corpus_cli.text.plurals import plural


class NumberedNotes:
    """The notes of a document: a passage has one note, however often it is cited.

    `headers` are those of articles with near-copies, by article.
    """

    def __init__(self, headers: Mapping[str, Header]) -> None:
        self._headers = headers
        self._citations: list[Citation] = []
        self._copies: list[dict[str, None]] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def cite(self, citation: Citation, copies: Sequence[str] = ()) -> NoteMark:
        """Return the mark of the note for a passage, which names articles with a near-copy."""
        key = citation.corpus, citation.passage.id
        if key not in self._numbers:
            self._citations.append(citation)
            self._copies.append({})
            self._numbers[key] = len(self._citations)
        number = self._numbers[key]
        self._copies[number - 1].update(dict.fromkeys(copies))
        return NoteMark(number)

    def contents(self) -> list[Inlines]:
        """Return the text of each note, in the order of their numbers."""
        return [
            [*self._describe(citation, copies)]
            for citation, copies in zip(self._citations, self._copies, strict=True)
        ]

    def articles(self) -> list[tuple[Header, str, list[int]]]:
        """Return the articles that notes cite, with their corpus and notes, by source and date."""
        numbers: dict[tuple[str, str], list[int]] = {}
        headers: dict[tuple[str, str], Header] = {}
        for number, citation in enumerate(self._citations, 1):
            key = citation.corpus, citation.header.id
            headers[key] = citation.header
            numbers.setdefault(key, []).append(number)
        cited = [(header, key[0], numbers[key]) for key, header in headers.items()]
        return sorted(cited, key=lambda one: (one[0].site.casefold(), one[0].published, one[0].id))

    def _describe(self, citation: Citation, copies: Mapping[str, None]) -> Iterator[Inline]:
        passage = citation.passage
        yield from describe_article(citation.header)
        first, last = passage.lines
        lines = f"Line {first}" if first == last else f"Lines {first}–{last}"
        page = f", page {passage.page}" if passage.page else ""
        corpus = f" in {citation.corpus}" if citation.corpus else ""
        yield Text(f" {lines}{page}; passage {passage.id}{corpus}.")
        if copies:
            yield Text(f" {plural(len(copies), 'near-copy', 'near-copies')}: ")
            yield Text("; ".join(map(self._name_copy, copies)) + ".")

    def _name_copy(self, article: str) -> str:
        header = self._headers.get(article)
        facts = filter(None, (header.site, header.published)) if header else ()
        return ", ".join((*facts, f"article {article}"))


def describe_article(header: Header, *, with_source: bool = True) -> Iterator[Inline]:
    """Yield authors, title, source and date of an article; the title leads to its address."""
    authors = ", ".join(header.authors)
    if authors:
        yield Text(f"{authors}, ")
    title = name_article(header)
    yield Text("“")
    yield Link(title, header.url) if header.url else Text(title)
    facts = [header.site if with_source else "", header.published]
    yield Text("”" + "".join(f", {fact}" for fact in facts if fact) + ".")


def name_article(header: Header) -> str:
    """Return the title of an article, else its path."""
    return header.title.strip() or path(header)
