"""Draw notes with what they are on."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from corpus_cli.model import article_of
from corpus_cli.output.own_notes import labelled_annotations
from corpus_cli.output.records import shown
from corpus_cli.output.terminal.hits import header_facts, join_parts, print_notes
from corpus_cli.output.terminal.page import Page, inline, tail
from corpus_cli.store.notebook import CitedAnnotation
from corpus_cli.text.printable import one_line

_QUOTED = 300
"""The characters of a passage that are shown."""

_MARGIN = 2


def draw_notes(page: Page, notes: Sequence[CitedAnnotation], short_ids: Mapping[str, str]) -> None:
    """Add each note: title and id; author, date and source; path; the passage; note and tags."""
    for cited in notes:
        _draw_note(page, cited, short_ids)
        if cited is not notes[-1]:
            page.line(Text())


def _draw_note(page: Page, cited: CitedAnnotation, short_ids: Mapping[str, str]) -> None:
    annotation, header, passage, corpus = cited
    article = article_of(annotation.id)
    shown_id = short_ids.get(article, article) + annotation.id[len(article) :]
    title = one_line(header.title if header else annotation.anchor.title)
    page.block(Text.assemble((title, "bold"), (f"  {shown_id}" if title else shown_id, "cyan")), 0)
    if header:
        for row in join_parts(header_facts(header), page.measure - _MARGIN):
            page.block(Text(row, "dim"), _MARGIN)
        source, line = header.sources[0], passage.lines[0] if passage else 1
        place = (
            f"{one_line(shown(source.name))}:{line}" if passage else one_line(shown(source.name))
        )
        place += f" in {one_line(shown(corpus))}" if corpus else ""
        opened = header.find_file_line(line)
        page.block(page.linked(tail(place, page.measure - _MARGIN), source, opened), _MARGIN)
    quote = annotation.anchor.quote
    if quote:
        cropped = f"{quote[:_QUOTED].rsplit(None, 1)[0]} …" if len(quote) > _QUOTED else quote
        page.block(Text(inline(cropped), "dim"), _MARGIN)
    print_notes(page, labelled_annotations([annotation]), _MARGIN)
