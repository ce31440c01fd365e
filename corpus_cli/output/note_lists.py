"""Format lists of notes with citations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus_cli.output import lines, plain, records
from corpus_cli.output.records import Record
from corpus_cli.store.notebook import CitedAnnotation

COLUMNS = ("id", "on", "path", "line", "published", "title", "note", "my_tags")
"""The columns of a list as TSV."""

ALL_COLUMNS = (*COLUMNS, "authors", "source", "url", "quote", "changed", "written_on")
"""Those of a list as CSV."""


def cite_note(cited: CitedAnnotation) -> Record:
    """Return the record of a note, with the fields by which its passage can be cited."""
    annotation, header, passage, corpus = cited
    citation: Record = {}
    if header:
        citation = {
            "path": lines.path(header),
            "line": passage.lines[0] if passage else "",
            "published": header.published,
            "title": header.title,
            "authors": list(header.authors),
            "source": header.site,
            "url": header.url,
        }
    record = {**records.annotation(annotation), **citation, "corpus": records.shown(corpus)}
    return {name: value for name, value in record.items() if value not in ("", [])}


def format_plain(notes: Sequence[CitedAnnotation]) -> Iterator[str]:
    """Yield the columns of each note with tabs between."""
    return plain.table(map(cite_note, notes), *COLUMNS)


def format_markdown(notes: Sequence[CitedAnnotation]) -> Iterator[str]:
    """Yield an item for each note: title, author, date and source; quotation; note; place."""
    from corpus_cli.output.markdown import escaped, format_place, format_title
    from corpus_cli.output.own_notes import labelled_annotations

    for annotation, header, passage, _ in notes:
        title = format_title(header) if header else escaped(annotation.anchor.title)
        facts = (", ".join(header.authors), header.published, header.site) if header else ()
        parts = (title or annotation.id, " · ".join(escaped(fact) for fact in facts if fact))
        yield f"- {' — '.join(filter(None, parts))}"
        yield ""
        if annotation.anchor.quote:
            yield f"  > {escaped(annotation.anchor.quote)}"
            yield ""
        for label, text in labelled_annotations([annotation]):
            yield f"  {escaped(label.capitalize())}: {escaped(text)}"
            yield ""
        if header:
            line = passage.lines[0] if passage else 0
            yield f"  {format_place(header, line)}"
            yield ""
