"""corpus note, tag, notes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.articles import pick_lines
from corpus_cli.cli.session import OpenCorpora
from corpus_cli.config import Color
from corpus_cli.corpus import Corpus
from corpus_cli.errors import NotFound, SourceError, UsageError
from corpus_cli.model import STDIN, article_of
from corpus_cli.model.annotations import MAX_NOTE, Annotation, merge_tags
from corpus_cli.output import note_lists, records, stream
from corpus_cli.store.annotation_records import parse_annotation
from corpus_cli.store.notebook import CitedAnnotation, NoteChange
from corpus_cli.text.plurals import plural
from corpus_cli.text.shell import index_option

_MAX_BYTES = 4 * MAX_NOTE + 1
"""The most bytes of a note on standard input: any more are too many."""


@helping.command(
    examples={
        "corpus note '20a0#4' Ask the author about this": "on a passage",
        "corpus note '20a0#4'": "show it",
        "corpus note '20a0#4' --remove": "remove it",
    }
)
@click.argument("name", required=False, metavar="ID", shell_complete=completion.complete_articles)
@click.argument("words", nargs=-1, metavar="[TEXT…]")
@click.option("--remove", is_flag=True, help="Remove the note; tags stay.")
@click.option(
    "--import",
    "file",
    metavar="FILE",
    shell_complete=completion.complete_files,
    help="Add notes and tags that corpus notes --jsonl wrote (- for standard input).",
)
@options.formats("plain", "json")
@options.wait
@options.indexes
@options.debug
def note(  # noqa: PLR0913, PLR0917 - one parameter an option
    name: str | None,
    words: tuple[str, ...],
    file: str | None,
    style: str | None,
    wait: float,
    index: tuple[str, ...],
    *,
    remove: bool,
) -> int:
    """Write a note on a passage or an article, or show it.

    ID is that of a passage (20a0#4) or of an article, or ID:LINE for the passage with a line.
    A new text replaces the note; - reads it from standard input. Notes are kept when articles
    are read again, and move with their passages. corpus search note:WORD finds them.
    """
    if file is not None:
        if name or remove:
            raise UsageError("--import takes only a file: leave out the ID and --remove")
        return _import_notes(file, wait, index)
    if name is None:
        raise UsageError("the ID of a passage or an article is missing: corpus search shows it")
    if remove and words:
        raise UsageError("give either a text or --remove, not both")
    text = _read_text(words)
    with session.open_corpora(index) as opened:
        corpus, name, line = _find_corpus(opened, name)
        notebook = corpus.noting(wait=wait, waiting=stream.talk)
        if text is not None:
            written = notebook.write(name, text, line)
            _print_annotations(written.now, [f"noted {_short(written.id, corpus)}"], style)
            _print_replaced([one for one in written.before if one.note])
            return 0
        if remove:
            written = notebook.erase(name, line)
            return _print_removed("note", written, corpus, style)
        written = notebook.of(name, line)
        shown = _short(written.id, corpus)
    noted = [one for one in written.now if one.note]
    nothing = f"there is no note on {shown}"
    return _print_place(noted, [one.note for one in noted], nothing, style)


@helping.command(
    examples={
        "corpus tag '20a0#4' star to-check": "add two tags to a passage",
        "corpus tag '20a0#4'": "show them",
        "corpus tag '20a0#4' to-check --remove": "remove one",
    }
)
@click.argument("name", metavar="ID", shell_complete=completion.complete_articles)
@click.argument("tags", nargs=-1, metavar="[TAG…]", shell_complete=completion.complete_my_tags)
@click.option("--remove", is_flag=True, help="Remove these tags, or all.")
@options.formats("plain", "json")
@options.wait
@options.indexes
@options.debug
def tag(  # noqa: PLR0913 - one parameter an option
    name: str,
    tags: tuple[str, ...],
    style: str | None,
    wait: float,
    index: tuple[str, ...],
    *,
    remove: bool,
) -> int:
    """Tag a passage or an article, or show its tags.

    These are tags of yours: mytag:star and --mytag find them. The tags that a page has itself
    are others (tag:, --tag), which corpus edit corrects.
    """
    with session.open_corpora(index) as opened:
        corpus, name, line = _find_corpus(opened, name)
        notebook = corpus.noting(wait=wait, waiting=stream.talk)
        if remove:
            written = notebook.untag(name, tags, line)
            return _print_removed("tag", written, corpus, style)
        if tags:
            written = notebook.tag(name, tags, line)
            listed = ", ".join(merge_tags(written.now))
            _print_annotations(
                written.now, [f"tagged {_short(written.id, corpus)}: {listed}"], style
            )
            return 0
        written = notebook.of(name, line)
        shown = _short(written.id, corpus)
    tagged = [one for one in written.now if one.tags]
    nothing = f"there is no tag of yours on {shown}"
    return _print_place(tagged, merge_tags(tagged), nothing, style)


@helping.command(
    examples={
        "corpus notes": "all, each with its passage",
        "corpus notes --format markdown > notes.md": "to paste into a text",
        "corpus notes --jsonl > notes.jsonl": "corpus note --import reads it",
    }
)
@options.formats("terminal", "plain", "json", "jsonl", "tsv", "csv", "markdown")
@options.color
@options.indexes
@options.debug
def notes(style: str | None, color: Color, index: tuple[str, ...]) -> int:
    """List your notes and tags, with citations.

    Also those whose passage or article is gone: they are kept, and are on it again when it
    returns. Exit code 1 if there are none.
    """
    with session.open_corpora(index) as opened:
        corpora = printing.named_corpora(opened)
        cited = [
            one._replace(corpus=name) for name, corpus in corpora for one in corpus.notebook.cited()
        ]
        _print_notes(cited, opened, style, color)
        lost_count = sum(one.annotation.place.startswith("lost") for one in cited)
        if lost_count:
            what = plural(lost_count, "of these is on what is gone", "of these are on what is gone")
            printing.print_notes([f"{what}; corpus note ID --remove removes the note of one"])
        if not cited:
            option = index_option(opened.folder) if index else ""
            printing.print_notes([f"there are no notes: corpus note{option} ID TEXT writes one"])
    return 0 if cited else 1


def _print_notes(
    cited: Sequence[CitedAnnotation],
    opened: OpenCorpora,
    style: str | None,
    color: Color,
) -> None:
    style = printing.output_format(style)
    rows = map(note_lists.cite_note, cited)
    several = len(opened.corpora) > 1
    if style == "terminal":
        from corpus_cli.output.terminal.notes import draw_notes

        short_ids: dict[str, str] = {}
        for _, corpus in opened.corpora:
            short_ids |= corpus.store.short_ids(
                {article_of(one.annotation.id) for one in cited} - short_ids.keys()
            )
        terminal = printing.make_terminal(opened.folder, printing.Look(color=color))
        terminal.draw(lambda page: draw_notes(page, cited, short_ids))
    elif style == "markdown":
        stream.write(note_lists.format_markdown(cited))
    elif style in ("tsv", "csv"):
        columns = note_lists.ALL_COLUMNS if style == "csv" else note_lists.COLUMNS
        printing.print_cells(rows, columns, style, several=several)
    else:
        printing.print_rows(style, "annotations", rows, note_lists.format_plain(cited))


def _find_corpus(opened: OpenCorpora, name: str) -> tuple[Corpus, str, int]:
    """Return the corpus that has an article or a passage, the name of that, and a line of it."""
    article, lines = pick_lines(name)
    line = lines.start if lines else 0
    matching: list[tuple[str, Corpus]] = []
    first_error: NotFound | None = None
    for corpus_name, corpus in opened.corpora:
        try:
            corpus.notebook.of(article, line)
        except NotFound as error:
            first_error = first_error or error
        else:
            matching.append((corpus_name, corpus))
    if not matching and first_error:
        raise first_error
    if len(matching) > 1:
        names = " and ".join(records.shown(corpus_name) for corpus_name, _ in matching)
        raise UsageError(f"{name} is in {names}: choose one with -i")
    return matching[0][1], article, line


def _read_text(words: Sequence[str]) -> str | None:
    """Return the text of a note, from standard input for `-`; None if none was typed."""
    if not words:
        return None
    if tuple(words) != (STDIN,):
        return " ".join(words)
    if sys.stdin is None:
        raise UsageError("standard input is closed: there is no note to read")
    content = sys.stdin.buffer.read(_MAX_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) == _MAX_BYTES:
            raise UsageError(f"a note has at most {MAX_NOTE:,} characters") from error
        raise UsageError("a note must be text in UTF-8") from error


def _import_notes(file: str, wait: float, index: tuple[str, ...]) -> int:
    """Add the notes of a file; return 3 if some of its lines are no notes."""
    failures: dict[str, str] = {}
    annotations: list[Annotation] = []
    for number, line in enumerate(_read_lines(file), 1):
        if line.strip():
            try:
                annotations.append(parse_annotation(line))
            except UsageError as error:
                failures[f"{file}:{number}"] = str(error)
    with session.open_corpora(index) as opened:
        if len(opened.corpora) > 1:
            raise UsageError("--import adds to one corpus: give -i once")
        imported = opened.corpora[0][1].noting(wait=wait, waiting=stream.talk).add_all(annotations)
    counts = {name: count for name, count in imported._asdict().items() if count}
    named = {**counts, **({"failed": len(failures)} if failures else {})}
    stream.write([", ".join(f"{count:,} {name}" for name, count in named.items()) or "no notes"])
    printing.print_notes([f"{place}: {reason}" for place, reason in failures.items()])
    if imported.older:
        printing.print_notes(
            [f"{plural(imported.older, 'note')} changed here later than in {file}: not replaced"]
        )
    return SourceError.exit_code if failures else 0


def _read_lines(file: str) -> Iterator[str]:
    from contextlib import nullcontext

    if file == STDIN and sys.stdin is None:
        raise UsageError("standard input is closed: there are no notes to read")
    try:
        with nullcontext(sys.stdin.buffer) if file == STDIN else Path(file).open("rb") as lines:
            for number, raw in enumerate(lines):
                yield raw.decode("utf-8-sig" if not number else "utf-8", "replace")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def _print_removed(kind: str, written: NoteChange, corpus: Corpus, style: str | None) -> int:
    """Print what was removed, and return the exit code: 1 if there was nothing."""
    shown = _short(written.id, corpus)
    if not written.before:
        printing.print_notes([f"there is no such {kind} on {shown}"])
        return 1
    _print_annotations(written.now, [f"removed a {kind} of {shown}"], style)
    if kind == "note":
        _print_replaced(written.before)
    return 0


def _print_replaced(before: Sequence[Annotation]) -> None:
    """Print the notes that are not there any more, so that none is lost in silence."""
    printing.print_notes([f"it was: {' '.join(one.note.split())}" for one in before])


def _print_place(
    annotations: Sequence[Annotation], lines: Sequence[str], nothing: str, style: str | None
) -> int:
    """Print what is on a place, and return the exit code: 1 if there is nothing."""
    _print_annotations(annotations, lines, style)
    if not annotations:
        printing.print_notes([nothing])
    return 0 if annotations else 1


def _print_annotations(
    annotations: Sequence[Annotation], lines: Sequence[str], style: str | None
) -> None:
    """Print annotations as JSON, or else the lines."""
    if style == "json":
        rows: list[Mapping[str, object]] = [records.annotation(one) for one in annotations]
        lines = [records.dumps({"v": records.VERSION, "annotations": rows})]
    stream.write(lines)


def _short(name: str, corpus: Corpus) -> str:
    """Return the id of a place as people are shown it."""
    article = article_of(name)
    return corpus.store.short_id(article) + name[len(article) :]
