"""corpus cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.corpus import Corpus
from corpus_cli.errors import NotFound
from corpus_cli.model import parse_passage_id
from corpus_cli.model.ids import is_passage_id
from corpus_cli.output import records, stream
from corpus_cli.output.citations import STYLES, format_citations
from corpus_cli.output.lines import flat
from corpus_cli.output.own_notes import summarise_annotations
from corpus_cli.output.references import Reference, format_references


@helping.command(
    examples={
        "corpus cite 20a045af8b2e": "an entry in APA style",
        "corpus cite '20a0#4' --style chicago": "with a passage, quoted",
        "corpus cite 20a0 --format bibtex": "for LaTeX",
    },
)
@click.argument(
    "names", nargs=-1, required=True, metavar="ID…", shell_complete=completion.complete_articles
)
@helping.option(
    "--style",
    "citation_style",
    default="apa",
    show_default=True,
    metavar="STYLE",
    group="Output",
    help=f"{', '.join(STYLES)}, or the file name of any style of citationstyles.org.",
)
@options.formats("plain", "json", "jsonl", *printing.REFERENCE_FORMATS)
@options.index
@options.debug
def cite(names: tuple[str, ...], citation_style: str, style: str | None, index: str | None) -> int:
    """Cite articles or passages in the style of a handbook.

    An article is named as in corpus show; a passage (ID#4) is quoted below its entry, with the
    line and the id by which it can be found again. The day of access is that on which the file
    was saved. corpus search and corpus list have the formats for literature managers too.
    """
    with session.open_corpus(index) as corpus:
        references = [_read_reference(name, corpus) for name in names]
    style = style or "plain"
    if style in printing.REFERENCE_FORMATS:
        stream.write(format_references(references, style))
        return 0
    entries = format_citations(references, citation_style)
    rows = [
        {
            "id": reference.header.id,
            "citation": entry,
            "quotation": reference.quotation,
            "line": reference.line,
            "page": reference.page,
            "accessed": reference.saved,
        }
        for reference, entry in zip(references, entries, strict=True)
    ]
    rows = [{field: value for field, value in row.items() if value} for row in rows]
    printing.print_rows(style, "citations", rows, _format_entries(entries, references))
    return 0


def _read_reference(name: str, corpus: Corpus) -> Reference:
    article, passages, header = corpus.article(name)
    saved = corpus.store.files.saved_days([header.id]).get(header.id, "")
    annotations = corpus.annotations(article.id)
    if not is_passage_id(name):
        return Reference(header, saved, annotation=summarise_annotations(annotations))
    _, number = parse_passage_id(name)
    for passage in passages:
        if passage.n == number:
            quotation = flat(passage.text)
            own = [one for one in annotations if one.now_passage in (None, number)]
            annotation = summarise_annotations(own)
            return Reference(header, saved, quotation, passage.lines[0], passage.page, annotation)
    raise NotFound(f"{corpus.store.short_id(article.id)} has no passage {number}")


def _format_entries(entries: Sequence[str], references: Sequence[Reference]) -> Iterator[str]:
    """Yield each entry, and below it the quotation with the place where it is."""
    for entry, reference in zip(entries, references, strict=True):
        yield records.shown(entry)
        if reference.quotation:
            page = f"page {reference.page}, " if reference.page else ""
            place = f"{page}line {reference.line}, {reference.header.id}"
            yield f"    “{reference.quotation}” ({place})"
