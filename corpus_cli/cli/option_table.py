"""The options of a search, declared once for click and `lane`."""

from typing import Any, Literal, NamedTuple

from corpus_cli.config import DECLARATIONS


class OptionSpec(NamedTuple):
    """An option: its names, the parameter that it sets, and its values.

    A `switch` sets `value`. A `number` is whole and not negative, `seconds` are not negative.
    A `choice` is one of `choices`, after `=` if it may be left out: then the value is the first of
    them. `several` can occur more than once, `file` and `files` name files. `complete` says what a
    shell completes: the `values` of the parameter in the corpus, the `fields` of a hit, or
    `files`. Options are listed under `group` in the help.
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
    may_omit_value: bool = False


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
    default = "terminal on a terminal, else plain" if "terminal" in formats else "plain"
    help_text = f"{', '.join(formats)}. [default: {default}]"
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
        "since",
        "Published on or after DATE: 2023, 2023-04, 2023-04-05, yesterday, last-month, 30d.",
        "DATE",
    ),
    _filter("until", "Published on or before DATE. A leading ! excludes.", "DATE"),
    _filter("author", "By this author, or any of several. A leading - or ! excludes."),
    _filter("source", "From this source, a site or publication."),
    _filter("tag", "With this tag."),
    _filter("lang", "In the language with this code: en, ur."),
    _filter(
        "path", "In this file or folder: words of its path, or a pattern with * and ?.", "GLOB"
    ),
    _filter("name", "Mentioning this name, in any of its forms."),
    _filter("note", "With this word in a note of yours; * for any note.", "WORD"),
    _filter("mytag", "With this tag of yours (corpus tag)."),
    switch("--all-names", help_text="Mentioning all of the names, not any.", group="Filters"),
)

WORD_OPTIONS = (
    OptionSpec(
        ("--all-terms",),
        "all_terms",
        "choice",
        "Every word must occur in the passage, or with =article in its article.",
        "Query",
        "SCOPE",
        choices=("passage", "article"),
        may_omit_value=True,
    ),
    switch("--no-names", help_text="Search for names only as typed.", group="Query"),
    switch("--no-suggest", help_text="Search for unknown words only as typed.", group="Query"),
)

QUERY_OPTIONS = (
    OptionSpec(
        ("--timeout",),
        "timeout",
        "seconds",
        "Print what is found by then; 0 for no limit. [default: 5]",
        "Query",
        "SECONDS",
    ),
    switch("--literal", help_text="Read operators in the query as plain text.", group="Query"),
    *WORD_OPTIONS,
)

COLOR = OptionSpec(
    ("--color",),
    "color",
    "choice",
    "When to colour. auto follows NO_COLOR, FORCE_COLOR and the terminal.",
    "Look",
    choices=DECLARATIONS["color"].choices,
)

LOOK_OPTIONS = (
    COLOR,
    switch(
        "--mark",
        help_text="Put matches in [brackets], also in colour and in pipes.",
        group="Look",
        default=None,
    ),
    _look(
        "--hyperlink",
        "Make paths links: auto, never, always, an editor (vscode …) or a template with {path}.",
        "WHAT",
    ),
    _look(
        "--pager",
        "Command that shows long output; never for none. [default: $PAGER or less]",
        "COMMAND",
    ),
)

INDEX = OptionSpec(
    ("-i", "--index"),
    "index",
    "several",
    "The corpus; repeat it to search several. [default: $CORPUS_INDEX or the nearest index/]",
    metavar="DIR",
    default=(),
)

SORT = OptionSpec(
    ("--sort",),
    "sort",
    "choice",
    "score, date (the earliest first), -date, modified, -modified, source or path. "
    "[default: score]",
    "Hits",
    "ORDER",
    choices=DECLARATIONS["sort"].choices,
)

SEARCH_OPTIONS = (
    *FILTER_OPTIONS,
    *QUERY_OPTIONS,
    OptionSpec(
        ("--with",),
        "lines_too",
        "choice",
        "Also search lines outside the texts: menus, captions, notes, quoted mail.",
        "Query",
        "chrome",
        choices=("chrome",),
    ),
    number("-n", "--limit", help_text="How many passages to show. [default: 10]", default=None),
    switch("--all", help_text="Show all passages.", group="Hits", parameter="everything"),
    number("--offset", help_text="Skip the first N."),
    SORT,
    number("--per-article", help_text="Show at most N passages of each article."),
    OptionSpec(
        ("--group",),
        "group",
        "choice",
        "Show each article once, with its best passage, or with --per-article passages.",
        "Hits",
        "article",
        choices=("article",),
    ),
    number("-C", "--context", help_text="Also show N passages before and after."),
    switch("--duplicates", help_text="Show near-copies too.", group="Hits"),
    *format_options(*FORMATS),
    OptionSpec(
        ("--fields",),
        "fields",
        "text",
        "Print only these fields, in JSON, TSV or CSV.",
        "Output",
        "A,B,C",
        complete="fields",
    ),
    switch(
        "-l",
        "--files",
        help_text="Print the paths of all articles found, or of -n; takes --sort.",
        group="Output",
    ),
    switch(
        "-L",
        "--files-without-match",
        help_text="Print the paths of all other articles, or of -n.",
        group="Output",
        parameter="others",
    ),
    switch(
        "--ids", help_text="Print ids of passages; with -l or -L ids of articles.", group="Output"
    ),
    switch(
        "-c",
        "--count",
        help_text="Print only the number of passages, whatever -n is.",
        group="Output",
    ),
    switch("-q", "--quiet", help_text="Print nothing; set only the exit code.", group="Output"),
    switch("-0", "--null", help_text="End paths and ids with NUL.", group="Output"),
    switch(
        "--summary",
        help_text="With --jsonl, add a last line about the whole answer.",
        group="Output",
    ),
    switch("--explain", help_text="Explain the score of each hit.", group="Output"),
    *LOOK_OPTIONS,
    OptionSpec(
        ("--queries",),
        "queries",
        "file",
        "Answer each query of a file (- for standard input): one a line, or JSON lines.",
        "Input",
        "FILE",
        complete="files",
    ),
    OptionSpec(
        ("--in",),
        "places",
        "files",
        "Search files without an index; - for standard input.",
        "Input",
        "FILES…",
        default=(),
        complete="files",
    ),
    INDEX,
)
"""The options of `corpus search`, in the order of its help."""

_OF_QUERY = {spec.parameter for spec in (*FILTER_OPTIONS, *QUERY_OPTIONS)} - {"timeout"}

RUN_OPTIONS = tuple(
    spec
    for spec in SEARCH_OPTIONS
    if spec.parameter not in {*_OF_QUERY, "queries", "places", "index"}
)
"""The options of a search whose query is saved."""

_OF_NEWS = (
    "timeout",
    "limit",
    "sort",
    "context",
    "style",
    "fields",
    "ids",
    "count",
    "quiet",
    "null",
    "summary",
    *(spec.parameter for spec in LOOK_OPTIONS),
)
_ALL_NEW = "Show at most N passages of each search; the others stay new. [default: all]"

NEWS_OPTIONS = tuple(
    spec._replace(help=_ALL_NEW) if spec.parameter == "limit" else spec
    for spec in RUN_OPTIONS
    if spec.parameter in _OF_NEWS
)
"""The options of a search that shows what is new."""


def usual_values() -> dict[str, Any]:
    """Return the values of the options of a search if none of them is typed."""
    return {spec.parameter: spec.default for spec in SEARCH_OPTIONS}
