"""For people: titles, marks and margins; the home of rich."""

import shutil
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from corpus_cli.model import CHROME, HEADING, TITLE, Article, Header, Hit, Results, Span
from corpus_cli.output.records import shown
from corpus_cli.output.stream import failed, output
from corpus_cli.text.printable import columns, one_line, printable

NARROWEST, WIDEST = 40, 100

_GUTTER = 4
_MARK = "bold yellow"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Terminal:
    """Prints to standard output; `color` decides whether marks are colours or brackets."""

    def __init__(self, *, color: bool) -> None:
        self._color = color
        width = shutil.get_terminal_size().columns
        self._width = max(width, NARROWEST)
        # Long lines tire the eye: text keeps to a hundred columns, the path to the edge.
        self._measure = min(self._width, WIDEST)
        self._console = Console(
            file=output(),
            width=self._width,
            force_terminal=color,
            color_system="standard" if color else None,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )

    def results(self, found: Results) -> None:
        """The hits: rank and title; author, date, source and place; the passage with its marks."""
        margin = len(str(len(found.hits))) + 2
        for hit in found.hits:
            title = hit.passage.title or shown(hit.header.sources[0].name)
            self._block(self._marked(title, hit.title_spans, "bold"), margin, str(hit.rank))
            self._block(self._origin(hit, margin), margin)
            self._block(self._marked(hit.snippet.text, hit.snippet.spans, ""), margin)
            if hit.suggested:
                self._block(Text("suggested: nothing typed matched", "dim"), margin)
            elif hit.lacks:
                self._block(Text(f"lacks {', '.join(map(one_line, hit.lacks))}", "dim"), margin)
            if hit.copies:
                copies = "near-copy" if len(hit.copies) == 1 else "near-copies"
                self._block(Text(f"+{len(hit.copies)} {copies}: --duplicates", "dim"), margin)
            if hit is not found.hits[-1]:
                self._print(Text())

    def listed(self, headers: Iterable[Header]) -> None:
        """One article on a line: id, date, title, source."""
        for header in headers:
            line = Text.assemble(
                (header.id, "cyan"),
                ("  " + (header.published or "–").ljust(10) + "  ", "dim"),
            )
            rest = self._width - line.cell_len
            source = one_line(header.source)
            title = Text(one_line(header.title) or shown(header.sources[0].name), "bold")
            title.truncate(rest - (columns(source) + 2 if source else 0), overflow="ellipsis")
            line.append_text(title)
            if source:
                line.append(f"  {source}", "dim")
            self._print(line)

    def article(self, found: Article, header: Header, lines: range | None) -> None:
        """An article to read: its lines with their numbers, chrome left out."""
        if lines is None:
            for source in header.sources:
                self._print(Text(one_line(shown(source.name)), "dim"))
            self._print(Text(" · ".join(_facts(header)), "dim"))
            self._print(Text())
        margin = len(str(len(found.lines))) + 2
        for line in found.lines:
            if (lines is None and line.broad == CHROME) or (
                lines is not None and line.n not in lines
            ):
                continue
            style = "bold" if line.broad in (TITLE, HEADING) else ""
            self._block(Text(printable(line.text), style), margin, str(line.n))

    def _origin(self, hit: Hit, margin: int) -> Text:
        """Author, date and source at the left, the path and line at the right."""
        name, page = one_line(shown(hit.header.sources[0].name)), hit.passage.page
        place = Text(f"{name}:{hit.passage.lines[0]}", "cyan")
        place.append(f" p. {page}" if page else "")
        known = Text(" · ".join(_facts(hit.header)), "dim")
        if not known.plain:
            return place
        room = self._measure - margin - known.cell_len - place.cell_len
        return known.append(" " * room if room >= _GUTTER else "\n").append_text(place)

    def _marked(self, text: str, spans: Sequence[Span], style: str) -> Text:
        """Text that is safe to print, its spans in colour, or in brackets where there is none."""
        marked = Text(style=style)
        at = 0
        for span in spans:
            marked.append(_inline(text[at : span.start]))
            word = _inline(text[span.start : span.end])
            marked.append(word if self._color else f"[{word}]", _MARK)
            at = span.end
        return marked.append(_inline(text[at:]))

    def _block(self, text: Text, margin: int, label: str = "") -> None:
        """A text set behind a margin, with a label in it."""
        for row in text.wrap(self._console, self._measure - margin):
            row.rstrip()
            self._print(Text.assemble((label.rjust(margin - 2).ljust(margin), "dim"), row))
            label = ""

    def _print(self, line: Text) -> None:
        try:
            self._console.print(line, soft_wrap=True)
            self._console.file.flush()
        except OSError as error:
            raise failed(error) from error


def _inline(text: str) -> str:
    """Printable, line feeds and tabs as blanks, the ends as they are."""
    return printable(text.replace("\n", " ").replace("\t", " "))


def _facts(header: Header) -> list[str]:
    """Author, date and source, as far as they are known."""
    facts = (", ".join(header.authors), _date(header.published), header.site)
    return [one_line(fact) for fact in facts if fact]


def _date(iso: str) -> str:
    """`2026-01-22` as `22 Jan 2026`."""
    parts = iso.split("-")
    if len(parts) != 3 or not all(map(str.isdecimal, parts)):  # noqa: PLR2004 - year, month, day
        return iso
    return f"{int(parts[2])} {_MONTHS[int(parts[1]) - 1]} {parts[0]}"
