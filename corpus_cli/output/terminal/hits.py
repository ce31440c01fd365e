"""Print hits on a page."""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from corpus_cli.model import Header, Hit, Passage, Results
from corpus_cli.output.plain import at_least
from corpus_cli.output.records import shown
from corpus_cli.output.terminal.page import Page, inline, tail, turns
from corpus_cli.text.plurals import plural
from corpus_cli.text.printable import one_line

_GUTTER = 4
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_STALE = {
    "changed": "the file has changed since it was read",
    "gone": "the file is gone",
    "missing": "the file was not found",
}


def print_results(page: Page, results: Results) -> None:
    """Print rank and title; author, date, source, position; the passage with its neighbours."""
    margin = len(str(len(results.hits))) + 2
    for hit in results.hits:
        title = hit.passage.title or shown(hit.header.sources[0].name)
        page.block(page.marked(title, hit.title_spans, "bold"), margin, str(hit.rank))
        page.block(_origin(page, hit, page.measure - margin), margin)
        _neighbours(page, hit.before, margin)
        page.block(page.marked(hit.snippet.text, hit.snippet.spans, ""), margin)
        _neighbours(page, hit.after, margin)
        if hit.notes or hit.my_tags:
            _print_own_notes(page, hit, margin)
        for remark in _remarks(hit, partial=results.partial):
            page.block(Text(remark, "dim"), margin)
        if hit is not results.hits[-1]:
            page.line(Text())


def print_notes(page: Page, notes: Iterable[tuple[str, str]], margin: int) -> None:
    """Print notes and tags of a person, each after its label."""
    for label, text in notes:
        page.block(Text.assemble((f"{label}: ", "green"), inline(text)), margin)


def _print_own_notes(page: Page, hit: Hit, margin: int) -> None:
    from corpus_cli.output.own_notes import labelled

    print_notes(page, labelled(hit.notes, hit.my_tags), margin)


def header_facts(header: Header) -> list[str]:
    """Return author, dates and source, without those that are unknown."""
    modified = f"modified {_date(header.modified)}" if header.modified else ""
    # Most pages are modified on the day they are published.
    if header.modified == header.published:
        modified = ""
    parts = (", ".join(header.authors), _date(header.published), modified, header.site)
    return [one_line(fact) for fact in parts if fact]


def join_parts(parts: Sequence[str], room: int) -> list[str]:
    """Join facts with dots between, on as many lines as needed.

    Texts from right to left come last, each on its own line.
    """
    rows: list[str] = []
    for fact in parts:
        if turns(fact):
            continue
        if rows and cell_len(rows[-1]) + 3 + cell_len(fact) <= room:
            rows[-1] += f" · {fact}"
        else:
            rows.append(fact)
    return rows + [fact for fact in parts if turns(fact)]


def _origin(page: Page, hit: Hit, room: int) -> Text:
    """Return author, dates and source, with the path and line to the right if there is room."""
    place = _place(page, hit, room)
    rows = [Text(row, "dim") for row in join_parts(header_facts(hit.header), room)]
    at = next((n for n, row in enumerate(rows) if turns(row.plain)), len(rows))
    gap = room - place.cell_len - (rows[at - 1].cell_len if at else room)
    if gap >= _GUTTER and not turns(place.plain):
        rows[at - 1] = Text.assemble(rows[at - 1], " " * gap, place)
    else:
        rows.insert(at, place)
    return Text("\n").join(rows)


def _place(page: Page, hit: Hit, room: int) -> Text:
    """Return the path and the line; a path that is too long loses its beginning."""
    source, line = hit.header.sources[0], hit.place.line
    name = one_line(shown(source.name))
    page_suffix = f" p. {hit.passage.page}" if hit.passage.page else ""
    if hit.kind:
        page_suffix += f" {hit.kind}"
    if hit.corpus:
        page_suffix += f" in {tail(one_line(shown(hit.corpus)), room // 2)}"
    before, after = (f"line {line} of ", "") if turns(name) else ("", f":{line}")
    name = tail(name, room - cell_len(before + after + page_suffix))
    opened = hit.file_place
    linked = page.linked(before + name + after, source, opened.line, opened.column)
    return Text.assemble(linked, (page_suffix, "dim"))


def _neighbours(page: Page, passages: Sequence[Passage], margin: int) -> None:
    for passage in passages:
        page.block(Text(inline(passage.text), "dim"), margin)


def _remarks(hit: Hit, *, partial: bool) -> Iterator[str]:
    """Yield remarks on a hit: copies, missing words, a changed file."""
    if hit.matches > 1:
        yield at_least(f"{hit.matches:,} passages here", partial=partial)
    if hit.suggested:
        yield "not as typed"
    elif hit.only_in:
        yield f"only in the {hit.only_in}"
    if hit.lacks and not hit.suggested:
        yield f"lacks {', '.join(map(one_line, hit.lacks))}"
    if hit.copies:
        yield f"+{plural(len(hit.copies), 'near-copy', 'near-copies')}: --duplicates"
    if hit.stale:
        yield _STALE[hit.stale]


def _date(iso: str) -> str:
    """Format `2026-01-22` as `22 Jan 2026`."""
    parts = iso.split("-")
    if len(parts) != 3 or not all(map(str.isdecimal, parts)):  # noqa: PLR2004 - year, month, day
        return iso
    return f"{int(parts[2])} {_MONTHS[int(parts[1]) - 1]} {parts[0]}"
