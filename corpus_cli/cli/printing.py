"""Print answers, rows and notes as the options say."""

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from corpus_cli import config
from corpus_cli.cli.session import OpenCorpora, OptionValues, exit_code, setting
from corpus_cli.config import Color
from corpus_cli.corpus import Corpus
from corpus_cli.errors import UsageError
from corpus_cli.model import Header, Results
from corpus_cli.output import formats, plain, records, stream
from corpus_cli.text.plurals import plural
from corpus_cli.text.shell import index_option

if TYPE_CHECKING:
    from corpus_cli.output.answers.table import AnswerTable
    from corpus_cli.output.terminal.page import Page
    from corpus_cli.output.terminal.printer import Terminal
    from corpus_cli.search.request import Sort
    from corpus_cli.store.store import Store

REFERENCE_FORMATS = ("csl-json", "ris", "bibtex")
"""The formats of literature managers; `output.references` writes them."""

_FORMATS_WITH_FIELDS = ("json", "jsonl", "tsv", "csv")
_OUTPUTS = ("quiet", "count", "files", "others", "ids")
_HIT_OPTIONS = ("context", "per_article", "lines_too")
_ORDER_OPTIONS = ("sort", "group")


ARTICLE_FIELDS = (
    "id",
    "published",
    "modified",
    "title",
    "authors",
    "source",
    "path",
    "record",
    "record_line",
    "url",
    "tags",
    "language",
)
"""The columns of a table of articles."""


Draw: TypeAlias = "Callable[[Page], None]"
"""Adds an answer to a page."""


class Look(NamedTuple):
    """The options for the look of a terminal; None leaves it to the settings."""

    color: Color | None = None
    mark: bool | None = None
    hyperlink: str | None = None
    pager: str | None = None


class Presentation(NamedTuple):
    """The options for how the answers of a search are printed.

    `output` is one of quiet, count, files, others (articles without a match) and ids, or empty
    for hits; `list_ids` lists ids of articles instead of paths. `typed_style` is the format
    that was typed, if any, and `style` the one that is used. `offset` and `limit` select the
    listed articles in the order `sort`; a limit of None lists all.
    """

    output: str
    list_ids: bool
    typed_style: str
    style: str
    fields: Sequence[str]
    line_end: str
    summary: bool
    explain: bool
    offset: int
    limit: int | None
    sort: "Sort"
    look: Look
    mark: bool

    @property
    def with_names(self) -> bool:
        """Return whether the names in each hit are printed: it takes time to find them."""
        whole = self.style in ("json", "jsonl") and not self.fields
        return not self.output and (whole or "names" in self.fields)


class CorporaAnswer(NamedTuple):
    """The answer of each corpus, the merged answer, and how many milliseconds it took."""

    by_corpus: Sequence[tuple[Corpus, Results]]
    results: Results
    milliseconds: int


def read_look(values: OptionValues) -> Look:
    """Read the options for the look of a terminal."""
    return Look(values["color"], values["mark"], values["hyperlink"], values["pager"])


def read_presentation(values: OptionValues, folder: Path | None) -> Presentation:
    """Read the options for printing. Raises `UsageError` if they contradict each other."""
    outputs = [name for name in _OUTPUTS if values[name]]
    fields = () if values["fields"] is None else formats.parse_fields(values["fields"])
    typed = values["style"]
    style = typed or setting("format", None, folder)
    if fields and not typed and style not in _FORMATS_WITH_FIELDS:
        style = "table" if stream.terminal() else "tsv"
    style = output_format(style)
    _check_options(outputs, style, values)
    look = read_look(values)
    return Presentation(
        output=outputs[0] if outputs else "",
        list_ids="ids" in outputs,
        typed_style=typed or "",
        style=style,
        fields=fields,
        line_end="\0" if values["null"] else "\n",
        summary=values["summary"],
        explain=values["explain"],
        offset=min(values["offset"], sys.maxsize),
        limit=values["limit"],
        sort=setting("sort", values["sort"], folder),
        look=look,
        mark=setting("mark", look.mark, folder),
    )


class AnswerPrinter:
    """Prints answers, and remembers what the exit code depends on.

    `has_hits` is true if any query found something, `has_failures` if anything failed, and
    `is_partial` if any answer is partial.
    """

    def __init__(self, presentation: Presentation, opened: OpenCorpora) -> None:
        self.has_hits = False
        self.has_failures = False
        self.is_partial = False
        self._presentation = presentation
        self._folder = opened.folder
        self._has_several_corpora = len(opened.corpora) > 1
        self._answer_count = 0

    def print_failures(self, reasons: Mapping[str, str], skipped: int = 0) -> None:
        """Print why files could not be read, by path, and how many files were skipped."""
        self.has_failures = self.has_failures or bool(reasons)
        if self._presentation.output != "quiet":
            print_notes([f"{records.shown(path)}: {why}" for path, why in reasons.items()])
            if skipped:
                print_notes([f"skipped {plural(skipped, 'file')} that corpus does not read"])

    def print_answer(self, answer: CorporaAnswer) -> None:
        """Print one answer and its notes."""
        results = answer.results
        presentation = self._presentation
        output = presentation.output
        lists = output in ("files", "others", "ids")
        listed = list(self._listed_lines(answer)) if lists else []
        has_found = bool(listed if output == "others" else results.total or results.chrome)
        self.has_hits = self.has_hits or has_found
        self.is_partial = self.is_partial or results.partial
        self._answer_count += 1
        if output == "quiet":
            return
        if output == "count":
            first = self._answer_count == 1
            stream.write(formats.format_count(results, presentation.typed_style, first=first))
        elif output:
            stream.write(listed, end=presentation.line_end)
        else:
            self._print_hits(answer)
        if output or presentation.style != "terminal":
            print_notes([*plain.expansion_notes(results), *plain.partial_notes(results)])
        option = "" if self._has_several_corpora else index_option(self._folder)
        print_notes(plain.result_notes(results, option))
        if presentation.explain:
            print_notes([*plain.explain_results(results)])

    def _print_hits(self, answer: CorporaAnswer) -> None:
        results, presentation = answer.results, self._presentation
        if presentation.style == "terminal":
            above = [
                *plain.expansion_notes(results),
                plain.format_headline(results, answer.milliseconds),
                "",
            ]
            # These lines are messages, but on a terminal they belong on the same page as the hits.
            if not (stream.listening() and stream.terminal()):
                for line in above:
                    stream.talk(line)
                above = []
            make_terminal(self._folder, presentation.look).print_results(results, above)
            return
        if presentation.style == "table":
            shown = _shorten_hits(results, [corpus for corpus, _ in answer.by_corpus])
            rows = formats.format_results(shown, "tsv", fields=presentation.fields)
            print_table(rows, tuple(presentation.fields), self._folder)
            return
        stream.write(
            formats.format_results(
                results,
                presentation.style,
                fields=presentation.fields,
                mark=presentation.mark,
                summary=presentation.summary,
                first=self._answer_count == 1,
                several=self._has_several_corpora,
                saved=self._saved_days(answer),
            )
        )

    def _saved_days(self, answer: CorporaAnswer) -> Mapping[str, str]:
        """Return the days on which the files of hits were saved, for literature managers."""
        if self._presentation.style not in REFERENCE_FORMATS:
            return {}
        articles = {hit.header.id for hit in answer.results.hits}
        return saved_days([corpus for corpus, _ in answer.by_corpus], articles)

    def _listed_lines(self, answer: CorporaAnswer) -> Iterator[str]:
        presentation = self._presentation
        if presentation.output == "ids":
            return formats.format_passage_ids(answer.results)
        offset, limit = presentation.offset, presentation.limit
        end = None if limit is None else min(offset + limit, sys.maxsize)
        headers = islice(self._listed_headers(answer.by_corpus), offset, end)
        return formats.format_names(headers, ids=presentation.list_ids, query=answer.results.id)

    def _listed_headers(self, by_corpus: Iterable[tuple[Corpus, Results]]) -> Iterable[Header]:
        """Return the headers to list; in the order of the answer each is read when it is needed."""
        listed = (
            (corpus.store, self._listed_ids(corpus, results)) for corpus, results in by_corpus
        )
        if self._presentation.sort == "score":
            return (store.header(article) for store, ids in listed for article in ids)
        from corpus_cli.search.sort_headers import sort_headers

        headers = (header for store, ids in listed for header in store.headers([*ids]).values())
        return sort_headers(headers, self._presentation.sort)

    def _listed_ids(self, corpus: Corpus, results: Results) -> Iterable[str]:
        """Return the articles of a corpus to list: those that match, or all others."""
        if self._presentation.output == "files":
            return results.article_ids
        if results.partial:
            # Articles that were not searched in time may match.
            return ()
        matching = set(results.article_ids)
        return (article for article in corpus.store.ids() if article not in matching)


def _check_options(outputs: Sequence[str], style: str, values: OptionValues) -> None:
    """Raise `UsageError` for options that would have no effect in this combination."""
    typed = values["style"]
    listing = set(outputs) - {"quiet", "count"}
    has_fields = values["fields"] is not None
    of_hits = any(values[name] for name in _HIT_OPTIONS)
    of_order = any(values[name] for name in _ORDER_OPTIONS)
    for is_wrong, message in (
        (
            "count" in outputs and listing,
            "-c cannot be combined with -l, -L or --ids: give one of them",
        ),
        ({"files", "others"} <= listing, "-l cannot be combined with -L: give one of them"),
        (
            listing and typed,
            "-l, -L and --ids have no formats: for JSON give --fields path --jsonl",
        ),
        (
            has_fields and set(outputs) - {"quiet"},
            "--fields applies to hits: leave out -c, -l, -L and --ids",
        ),
        (
            has_fields and typed not in (None, *_FORMATS_WITH_FIELDS),
            f"--fields works with json, jsonl, tsv and csv, not with {typed}",
        ),
        (values["null"] and not listing, "-0 works only with -l, -L or --ids"),
        (values["summary"] and style != "jsonl", "--summary works only with --jsonl"),
        (
            set(outputs) - {"ids", "quiet"} and of_hits,
            "-C, --per-article and --with are for hits: leave out -c, -l and -L",
        ),
        (
            "count" in outputs and of_order,
            "--sort and --group do not change -c: leave them out",
        ),
    ):
        if is_wrong:
            raise UsageError(message)


def saved_days(corpora: Iterable[Corpus], articles: Collection[str]) -> dict[str, str]:
    """Return the days on which the files of articles were saved, by article."""
    days: dict[str, str] = {}
    for corpus in corpora:
        days |= corpus.store.files.saved_days(articles)
    return days


def output_format(style: str | None) -> str:
    """Return the format that was typed, else the one that fits standard output."""
    return style or ("terminal" if stream.terminal() else "plain")


def named_corpora(opened: OpenCorpora) -> list[tuple[str, Corpus]]:
    """Return the corpora with the names that rows give them; a single one needs no name."""
    if len(opened.corpora) == 1:
        return [("", opened.corpora[0][1])]
    return [(records.shown(name), corpus) for name, corpus in opened.corpora]


def shorten_ids(headers: Sequence[Header], store: "Store") -> list[Header]:
    """Return headers with the ids that people are shown."""
    short_ids = store.short_ids(header.id for header in headers)
    return [header._replace(id=short_ids[header.id]) for header in headers]


def _shorten_hits(results: Results, corpora: Iterable[Corpus]) -> Results:
    """Return an answer with the ids that people are shown, unambiguous in every corpus."""
    articles = {hit.passage.article for hit in results.hits}
    articles |= {copy for hit in results.hits for copy in hit.copies}
    short_ids: dict[str, str] = {}
    for corpus in corpora:
        for article, short_id in corpus.store.short_ids(articles).items():
            short_ids[article] = max(short_ids.get(article, ""), short_id, key=len)
    return results._replace(
        hits=tuple(
            hit._replace(
                passage=hit.passage._replace(article=short_ids[hit.passage.article]),
                copies=tuple(short_ids[copy] for copy in hit.copies),
            )
            for hit in results.hits
        )
    )


def print_notes(lines: Sequence[str]) -> None:
    """Print lines on standard error."""
    for line in lines:
        stream.talk(f"corpus: {line}")


def print_headers(headers: Sequence[Header], style: str, *, several: bool) -> None:
    """Write articles as rows of `list`; if they are of `several` corpora, tables say of which."""
    match style:
        case "tsv" | "csv":
            print_cells(map(records.entry, headers), ARTICLE_FIELDS, style, several=several)
        case _:
            print_rows(style, "articles", map(records.entry, headers), plain.listed(headers))


def print_cells(
    rows: Iterable[records.Record], fields: Sequence[str], style: str, *, several: bool
) -> None:
    """Write fields of rows as TSV or CSV; rows of `several` corpora begin with theirs."""
    from corpus_cli.output import tables

    columns = ("corpus", *fields) if several else tuple(fields)
    stream.write(tables.csv(rows, columns) if style == "csv" else tables.tsv(rows, columns))


def print_answer(  # noqa: PLR0913 - what to print, and how
    opened: OpenCorpora,
    values: OptionValues,
    style: str | None,
    table: "AnswerTable",
    draw: Callable[[], Draw],
    *,
    formats: Mapping[str, Callable[[], Iterator[str]]] | None = None,
) -> int:
    """Draw an answer on a terminal, or write it as a table or JSON; return the exit code.

    `draw` returns the function that draws it, so that only a terminal imports what it needs.
    `formats` are more formats that the answer has, each with what yields its lines.
    """
    style = output_format(style)
    if style == "terminal":
        make_terminal(opened.folder, read_look(values)).draw(draw())
    elif formats and style in formats:
        stream.write(formats[style]())
    else:
        from corpus_cli.output.answers.table import format_answer

        stream.write(format_answer(table, style, several=len(opened.corpora) > 1))
    about = table.about
    nothing = "nothing found in that time" if about.partial else "nothing found"
    print_notes([*about.notes, *(() if table.rows else (nothing,))])
    return exit_code(any_found=bool(table.rows), partial=about.partial)


def print_rows(
    style: str | None, key: str, rows: Iterable[records.Record], lines: Iterable[str]
) -> None:
    """Write rows as JSON (`key` names their list) or JSON lines, else the lines."""
    match style:
        case "json":
            stream.write([records.dumps({"v": records.VERSION, key: list(rows)})])
        case "jsonl":
            stream.write(records.dumps({"v": records.VERSION, **row}) for row in rows)
        case _:
            stream.write(lines)


def print_rows_or_table(  # noqa: PLR0913, PLR0917 - the rows in each form
    style: str | None,
    key: str,
    rows: Iterable[records.Record],
    lines: Iterable[str],
    header: tuple[str, ...],
    folder: Path | None,
) -> None:
    """Write rows as JSON, or lines of cells as they are; on a terminal, as a table."""
    if output_format(style) == "terminal":
        print_table(lines, header, folder)
    else:
        print_rows(style, key, rows, lines)


def print_table(lines: Iterable[str], header: tuple[str, ...], folder: Path | None) -> None:
    """Show lines of tab-separated cells as a table; without a header, it has two columns."""
    splits = -1 if header else 1
    make_terminal(folder).table((line.split("\t", splits) for line in lines), header)


def make_terminal(folder: Path | None, look: Look | None = None) -> "Terminal":
    """Return a terminal with the look of the options, else of the settings of a corpus."""
    from corpus_cli.output import links
    from corpus_cli.output.terminal.printer import Terminal

    look = look or Look()
    is_terminal = stream.terminal()
    hyperlink = setting("hyperlink", look.hyperlink, folder)
    return Terminal(
        color=config.use_color(
            setting("color", look.color, folder), os.environ, terminal=is_terminal
        ),
        mark=setting("mark", look.mark, folder),
        link=links.link_template(hyperlink, os.environ, terminal=is_terminal),
        pager=setting("pager", look.pager, folder),
    )
