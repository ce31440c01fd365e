"""The options of a search, declared once for click and `lane`."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from corpus_cli.config import DECLARATIONS


class OptionSpec(NamedTuple):
    """An option: its names, the parameter that it sets, and its values.

    A `switch` sets `value`. A `number` is whole and not negative, `seconds` are not negative.
    A `choice` is one of `choices`, `several` can occur more than once, `file` and `files` name
    files. `complete` says what a shell completes: the `values` of the parameter in the corpus,
    the `fields` of a hit, or `files`. Options are listed under `group` in the help.
    """

    names: tuple[str, ...]
    parameter: str
    kind: Literal["switch", "number", "seconds", "choice", "text", "several", "file", "files"]
    help: str = ""
    group: str = "Options"
    metavar: str | None = None
    default: Any = None
    choices: tuple[str, ...] = ()
    value: Any = True
    complete: Literal["", "values", "fields", "files"] = ""


def switch(
    *names: str, help_text: str, group: str, parameter: str = "", default: bool | None = False
) -> OptionSpec:
    """Declare an option without a value."""
    parameter = parameter or _parameter(names[-1])
    return OptionSpec(names, parameter, "switch", help_text, group, default=default)


def number(*names: str, help_text: str, default: int | None = 0) -> OptionSpec:
    """Declare an option that is a whole number."""
    return OptionSpec(names, _parameter(names[-1]), "number", help_text, "Hits", "N", default)


def format_options(*formats: str) -> tuple[OptionSpec, ...]:
    """Declare `--format`, and `--json` and `--jsonl` if they are among the formats."""
    help_text = f"{', '.join(formats)}. [default: terminal on a terminal, else plain]"
    return (
        OptionSpec(
            ("--format",), "style", "choice", help_text, "Output", "FORMAT", choices=tuple(formats)
        ),
        *(
            OptionSpec(
                (f"--{name}",),
                "style",
                "switch",
                f"The same as --format {name}.",
                "Output",
                value=name,
            )
            for name in ("json", "jsonl")
            if name in formats
        ),
    )


def _filter(name: str, help_text: str, metavar: str = "VALUE") -> OptionSpec:
    complete: Literal["", "values"] = "" if metavar == "DATE" else "values"
    return OptionSpec(
        (f"--{name}",),
        name,
        "several",
        help_text,
        "Filters",
        metavar,
        default=(),
        complete=complete,
    )


def _look(name: str, help_text: str, metavar: str | None = None) -> OptionSpec:
    return OptionSpec((name,), _parameter(name), "text", help_text, "Look", metavar)


def _parameter(name: str) -> str:
    return name.removeprefix("--").replace("-", "_")


FORMATS = tuple(filter(None, DECLARATIONS["format"].choices))

FILTER_OPTIONS = (
    _filter(
        "since", "Published since: 2023, 2023-04, 2023-04-05, yesterday, last-month, 30d.", "DATE"
    ),
    _filter("until", "Published until then, included; ! before a date excludes.", "DATE"),
    _filter("author", "By an author. Several: any will do. A leading - or ! excludes."),
    _filter("source", "From a site or publication."),
    _filter("tag", "With a tag."),
    _filter("lang", "In a language, by its code: en, ur."),
    _filter("path", "In a file or folder: words of its path, or a pattern with * and ?.", "GLOB"),
    _filter("name", "That mention a name, in any of its forms."),
)

WORD_OPTIONS = (
    switch("--all-terms", help_text="Every word must stand in the passage.", group="Query"),
    switch("--no-names", help_text="Look for names only as they are typed.", group="Query"),
    switch(
        "--no-suggest", help_text="Look for unknown words only as they are typed.", group="Query"
    ),
)

QUERY_OPTIONS = (
    OptionSpec(
        ("--timeout",),
        "timeout",
        "seconds",
        "Answer with what is found by then; 0 waits. [default: 5]",
        "Query",
        "SECONDS",
    ),
    switch("--literal", help_text="No character of the query is an operator.", group="Query"),
    *WORD_OPTIONS,
)

COLOR = OptionSpec(
    ("--color",),
    "color",
    "choice",
    "Colour on a terminal; NO_COLOR and FORCE_COLOR are heeded.",
    "Look",
    choices=DECLARATIONS["color"].choices,
)

LOOK_OPTIONS = (
    COLOR,
    switch(
        "--mark",
        help_text="Set [brackets] around matches in colour and in pipes, too.",
        group="Look",
        default=None,
    ),
    _look(
        "--hyperlink",
        "Link paths: auto, never, always, an editor (vscode …) or a template with {path}.",
        "WHAT",
    ),
    _look(
        "--pager",
        "What shows more than a screen; never for none. [default: $PAGER or less]",
        "COMMAND",
    ),
)

INDEX = OptionSpec(
    ("-i", "--index"),
    "index",
    "several",
    "The corpus; of several the hits are merged. Else CORPUS_INDEX or the nearest index/.",
    metavar="DIR",
    default=(),
)

SEARCH_OPTIONS = (
    *FILTER_OPTIONS,
    *QUERY_OPTIONS,
    switch("--semantic", help_text="Rank by meaning, too; see corpus embed.", group="Query"),
    number("-n", "--limit", help_text="How many passages to show. [default: 10]", default=None),
    switch("--all", help_text="Show all of them.", group="Hits", parameter="everything"),
    number("--offset", help_text="Leave out the first N."),
    OptionSpec(
        ("--sort",),
        "sort",
        "choice",
        "score, date (the earliest first), -date, source or path. [default: score]",
        "Hits",
        "ORDER",
        choices=DECLARATIONS["sort"].choices,
    ),
    number("--per-article", help_text="At most N of one article."),
    OptionSpec(
        ("--group",),
        "group",
        "choice",
        "Count articles: each with its best passage, or --per-article of them.",
        "Hits",
        "article",
        choices=("article",),
    ),
    number("-C", "--context", help_text="Show N passages before and after as well."),
    switch("--duplicates", help_text="Show each of several near-copies.", group="Hits"),
    *format_options(*FORMATS),
    OptionSpec(
        ("--fields",),
        "fields",
        "text",
        "Only these fields, in JSON, TSV and CSV.",
        "Output",
        "A,B,C",
        complete="fields",
    ),
    switch("-l", "--files", help_text="Paths of the articles found.", group="Output"),
    switch(
        "-L",
        "--files-without-match",
        help_text="Paths of the others.",
        group="Output",
        parameter="others",
    ),
    switch("--ids", help_text="Ids of passages; with -l and -L of articles.", group="Output"),
    switch("-c", "--count", help_text="Only how many passages, whatever -n.", group="Output"),
    switch("-q", "--quiet", help_text="Nothing but the exit code.", group="Output"),
    switch("-0", "--null", help_text="End paths and ids in NUL.", group="Output"),
    switch("--summary", help_text="With --jsonl a last line on the whole.", group="Output"),
    switch("--explain", help_text="Tell why each hit is one.", group="Output"),
    *LOOK_OPTIONS,
    OptionSpec(
        ("--queries",),
        "queries",
        "file",
        "Ask each line of a file, - is standard input; or JSON lines with id and query.",
        "Input",
        "FILE",
        complete="files",
    ),
    OptionSpec(
        ("--in",),
        "places",
        "files",
        "Search files without an index; - is standard input.",
        "Input",
        "FILES…",
        default=(),
        complete="files",
    ),
    INDEX,
)
"""The options of `corpus search`, in the order of its help."""
